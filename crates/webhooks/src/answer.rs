//! What is sent back to the service, and what is to be done next.

use connector_deliveries::{Acknowledged, Verdict, check_answer};
use connector_host::Secret;
use connector_host::contract::Header;
use connector_host::contract::webhooks::Acknowledgement;

use crate::error::Error;

/// The answer to a delivery. It is sent before anything else is done: the service waits.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// Headers beside those of the connection.
    pub headers: Vec<Header>,
    /// The body.
    pub body: Vec<u8>,
    /// What comes after it.
    pub next: Next,
    /// To be kept in the place of the subscription from now on, before the answer is sent.
    pub subscription: Option<Secret>,
    /// What checking the signature has found out.
    pub verdict: Verdict,
}

/// What a host does when it has answered.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Next {
    /// That was all.
    Nothing,
    /// Keeps the delivery, and makes events of it: [`Webhook::receive`](crate::Webhook::receive).
    Receive,
    /// The same for each connection with one of these accounts: the address is shared.
    ReceiveFor(Vec<String>),
}

impl Answer {
    pub(crate) fn refusal(verdict: Verdict, status: u16) -> Self {
        let (headers, body) = (Vec::new(), Vec::new());
        Answer { status, headers, body, next: Next::Nothing, subscription: None, verdict }
    }

    pub(crate) fn of(said: Acknowledgement, verdict: Verdict) -> Self {
        let Acknowledgement { status, headers, body, .. } = said;
        Answer { status, headers, body, next: Next::Nothing, subscription: None, verdict }
    }
}

/// Refuses what the contract does not allow, or what could make another answer of it.
pub(crate) fn check(said: &Acknowledgement) -> Result<(), Error> {
    let headers = said.headers.iter().map(|it| (&*it.name, &*it.value));
    let said = Acknowledged {
        status: said.status,
        headers: headers.collect(),
        body: &said.body,
        subscription: said.subscription.as_deref(),
    };
    check_answer(&said).map_err(Error::Answer)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bytes of a body, at most.
    const LONGEST: usize = 64 << 10;

    fn says(change: impl FnOnce(&mut Acknowledgement)) -> String {
        let mut said = Acknowledgement {
            status: 200,
            headers: Vec::new(),
            body: Vec::new(),
            last: true,
            subscription: None,
        };
        change(&mut said);
        check(&said).err().map(|error| error.to_string()).unwrap_or_default()
    }

    #[test]
    fn an_answer_is_one_that_the_contract_allows() {
        let header = |name: &str, value: &str| {
            let header = Header { name: name.into(), value: value.into() };
            says(|said| said.headers = vec![header])
        };
        assert_eq!(header("x-hook-secret", "key ü"), "");
        for (name, value) in [
            ("a", "b\r\nset-cookie: c"),
            ("a b", "c"),
            ("", ""),
            ("a\n", "b"),
            ("Transfer-Encoding", "chunked"),
            ("set-cookie", "a"),
        ] {
            assert!(header(name, value).ends_with("cannot be sent"), "{name}: {value}");
        }
        for status in [100, 199, 300, 302, 399, 500, 503] {
            assert!(says(|said| said.status = status).contains("neither"), "{status}");
        }
        assert_eq!(says(|said| said.body = vec![0; LONGEST]), "");
        assert!(says(|said| said.body = vec![0; LONGEST + 1]).contains("64 KiB"));
        for text in ["", "[]", "null", "{"] {
            assert!(says(|said| said.subscription = Some(text.into())).contains("not an object"));
        }
    }
}
