//! A delivery as it came over HTTP.

use connector_host::contract::{Delivery, Header, Method};

/// Bytes of a body, at most.
pub const BODY: usize = 4 << 20;
/// Bytes of all names and values of headers, at most.
pub const HEADERS: usize = 64 << 10;

/// A request that is no delivery: with the status to refuse it with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{why}")]
#[non_exhaustive]
pub struct Refused {
    /// The HTTP status.
    pub status: u16,
    /// Why, for people.
    pub why: &'static str,
}

/// Puts a delivery together. `address` is the one that the service was given, and `target` the path with
/// the query of the request: where a proxy has changed the path, that of the address counts, so that
/// `url` is what the service knows. The body is decompressed already.
pub fn delivery<'a>(
    method: &str,
    address: &str,
    target: &str,
    headers: impl IntoIterator<Item = (&'a str, &'a [u8])>,
    body: Vec<u8>,
) -> Result<Delivery, Refused> {
    let refused = |status, why| Err(Refused { status, why });
    if body.len() > BODY {
        return refused(413, "the body is longer than 4 MiB");
    }
    let headers: Vec<Header> = headers.into_iter().map(header).collect();
    let size = |header: &Header| header.name.len() + header.value.len();
    if headers.iter().map(size).sum::<usize>() > HEADERS {
        return refused(431, "the headers are longer than 64 KiB");
    }
    let method = match method {
        "GET" => Method::Get,
        "HEAD" => Method::Head,
        "POST" => Method::Post,
        "PUT" => Method::Put,
        "PATCH" => Method::Patch,
        "DELETE" => Method::Delete,
        other if !other.is_empty() && other.bytes().all(|byte| byte.is_ascii_uppercase()) => {
            Method::Other(other.to_owned())
        }
        _ => return refused(400, "the method is no word in capitals"),
    };
    Ok(Delivery { method, url: url(address, target), headers, body })
}

/// Bytes that are no UTF-8 are taken for Latin-1, as HTTP once had them.
fn header((name, value): (&str, &[u8])) -> Header {
    let value = match str::from_utf8(value) {
        Ok(text) => text.to_owned(),
        Err(_) => value.iter().copied().map(char::from).collect(),
    };
    Header { name: name.to_ascii_lowercase(), value }
}

/// The query of an address that has one itself stands before what the service added to it.
fn url(address: &str, target: &str) -> String {
    let address = address.split_once('#').map_or(address, |(address, _)| address);
    let own = address.split_once('?').map(|(_, query)| query);
    match (own, target.split_once('?').map(|(_, query)| query)) {
        (None, Some(query)) => format!("{address}?{query}"),
        (Some(own), Some(query)) if query.starts_with(own) => {
            let before = &address[..address.len() - own.len()];
            format!("{before}{query}")
        }
        (Some(_), Some(query)) => format!("{address}&{query}"),
        (_, None) => address.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_what_the_service_knows() {
        assert_eq!(url("https://a.example/b", "/local/b?c=%20"), "https://a.example/b?c=%20");
        assert_eq!(url("https://a.example/b#f", "/"), "https://a.example/b");
        assert_eq!(url("https://a.example/b?c=1", "/?c=1&d=2"), "https://a.example/b?c=1&d=2");
        assert_eq!(url("https://a.example/b?c=1", "/?d=2"), "https://a.example/b?c=1&d=2");
        assert_eq!(url("https://a.example/b?c=1", "/"), "https://a.example/b?c=1");
    }

    #[test]
    fn what_is_too_long_is_refused() {
        let status = |headers: &[(&str, &[u8])], body| {
            let made = delivery("POST", "https://a", "/", headers.iter().copied(), body);
            made.map_or_else(|refused| refused.status, |_| 200)
        };
        assert_eq!(status(&[], vec![0; BODY]), 200);
        assert_eq!(status(&[], vec![0; BODY + 1]), 413);
        assert_eq!(status(&[("x", &vec![b'a'; HEADERS - 1])], Vec::new()), 200);
        assert_eq!(status(&[("x", &*vec![b'a'; HEADERS / 2]); 2], Vec::new()), 431);
    }

    #[test]
    fn names_are_in_lower_case_and_values_are_texts() {
        let headers = [("X-A", &b"\xe4"[..]), ("x-a", "ä".as_bytes())];
        let made = delivery("PURGE", "https://a", "/", headers, Vec::new()).unwrap();
        assert_eq!(made.method, Method::Other("PURGE".into()));
        assert!(made.headers.iter().all(|it| it.name == "x-a" && it.value == "ä"));
        assert!(delivery("post", "https://a", "/", [], Vec::new()).is_err());
    }
}
