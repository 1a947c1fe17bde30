//! What people have granted to clients of MCP: codes that become keys (OAuth 2.1, as the authorization of MCP has
//! it). Clients are not kept: the id of one says by itself what it has registered.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use connector_host::{Seal, is_loopback};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use url::Url;

use crate::keys::Key;
use crate::random;
use crate::rights::Rights;

/// How long a code is good.
const LIFE: Duration = Duration::from_secs(60);
/// Codes at the same time.
const MOST: usize = 1000;
/// Redirect URIs of one client, and characters of each.
const URIS: usize = 10;
const URI: usize = 1000;

/// A program that somebody may grant something to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Client {
    #[serde(rename = "client_name", default = "nameless")]
    pub name: String,
    pub redirect_uris: Vec<String>,
}

fn nameless() -> String {
    "A client without a name".into()
}

impl Client {
    /// What is wrong with it, if anything is.
    pub fn fault(&self) -> Option<&'static str> {
        let fits = |uri: &String| {
            uri.len() <= URI
                && Url::parse(uri).is_ok_and(|url| is_own(&url) && url.fragment().is_none())
        };
        match () {
            () if !(1..=URIS).contains(&self.redirect_uris.len()) => {
                Some("1 to 10 `redirect_uris`")
            }
            () if !self.redirect_uris.iter().all(fits) => Some(
                "a redirect URI is https, http on this machine, or has a scheme of the client's own, and no fragment",
            ),
            () if self.name.chars().count() > 100 || self.name.contains(char::is_control) => {
                Some("`client_name` has 100 characters at most")
            }
            () => None,
        }
    }

    /// Names it, and holds what it is.
    pub fn id(&self, seal: &Seal) -> String {
        let json = serde_json::to_vec(self).unwrap_or_default();
        URL_SAFE_NO_PAD.encode(seal.close(&["oauth-client"], &json))
    }

    /// The one with this id, if this server has given it.
    pub fn of(seal: &Seal, id: &str) -> Option<Self> {
        let closed = URL_SAFE_NO_PAD.decode(id).ok()?;
        serde_json::from_slice(seal.open(&["oauth-client"], &closed)?).ok()
    }

    /// Whether it may be answered there: at an address that it has registered; on this machine at any port, as
    /// programs take a free one (RFC 8252, section 7.3).
    pub fn takes(&self, uri: &str) -> bool {
        let without_port = |uri: &str| {
            let mut url =
                Url::parse(uri).ok().filter(|url| url.scheme() == "http" && is_loopback(url))?;
            url.set_port(None).ok()?;
            Some(url)
        };
        let same = |known: &String| {
            known == uri
                || without_port(known).is_some_and(|known| without_port(uri) == Some(known))
        };
        self.redirect_uris.iter().any(same)
    }
}

/// An address that leads to a program and not to whoever listens, and that no browser runs.
fn is_own(url: &Url) -> bool {
    match url.scheme() {
        "https" => true,
        "http" => is_loopback(url),
        "javascript" | "data" | "vbscript" | "file" | "blob" | "about" | "ftp" | "ws" | "wss"
        | "mailto" => false,
        _ => true,
    }
}

/// What a person has granted.
#[derive(Clone, Debug)]
pub struct Granted {
    /// The id of the client.
    pub client: String,
    pub name: String,
    pub redirect_uri: String,
    /// What the client has to know the text of (RFC 7636, S256).
    pub challenge: String,
    /// The path that it is for.
    pub resource: String,
    /// The key of the person.
    pub by: Key,
    pub rights: Rights,
}

/// Codes that were given and not used yet.
#[derive(Debug, Default)]
pub struct Codes(Mutex<HashMap<String, (SystemTime, Granted)>>);

impl Codes {
    /// Keeps what was granted, under a code that is good once, for a minute. False when there are too many.
    pub fn keep(&self, code: &str, granted: Granted) -> bool {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let now = SystemTime::now();
        all.retain(|_, (ends, _)| *ends > now);
        let has_room = all.len() < MOST;
        if has_room {
            all.insert(random::hash(code), (now + LIFE, granted));
        }
        has_room
    }

    /// What a code stands for, once, and only for who has asked for it.
    pub fn take(&self, code: &str, client: &str, uri: &str, verifier: &str) -> Option<Granted> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (ends, granted) = all.remove(&random::hash(code))?;
        let proof = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier));
        let fits = ends > SystemTime::now()
            && granted.client == client
            && granted.redirect_uri == uri
            && granted.challenge == proof;
        fits.then_some(granted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(uris: &[&str]) -> Client {
        Client {
            name: "C".into(),
            redirect_uris: uris.iter().map(|uri| (*uri).to_owned()).collect(),
        }
    }

    #[test]
    fn a_client_is_what_its_id_says() {
        let seal = Seal::new([1; 32]);
        let one = client(&["https://a.example/back"]);
        let id = one.id(&seal);
        assert_eq!(Client::of(&seal, &id), Some(one));
        assert_eq!(Client::of(&Seal::new([2; 32]), &id), None);
        assert_eq!(Client::of(&seal, &id[1..]), None);
    }

    #[test]
    fn addresses_of_clients() {
        for uri in
            ["https://a.example/x?y=1", "http://127.0.0.1:1/x", "http://localhost/", "cursor://a/b"]
        {
            assert_eq!(client(&[uri]).fault(), None, "{uri}");
        }
        for uri in [
            "http://a.example/",
            "javascript:alert(1)",
            "data:text/html,x",
            "https://a.example/#x",
            "x",
            "",
            "file:///etc/passwd",
        ] {
            assert!(client(&[uri]).fault().is_some(), "{uri}");
        }
        assert!(client(&[]).fault().is_some());
        let here = client(&["http://127.0.0.1:1234/back", "https://a.example/back"]);
        assert!(here.takes("http://127.0.0.1:9/back") && here.takes("https://a.example/back"));
        for uri in [
            "http://127.0.0.1:9/other",
            "https://a.example/back/",
            "https://a.example:444/back",
            "https://evil.example/back",
            "http://127.0.0.1.evil.example/back",
        ] {
            assert!(!here.takes(uri), "{uri}");
        }
    }
}
