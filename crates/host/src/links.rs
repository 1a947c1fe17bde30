//! Which hosts the addresses may lead to that a caller sends to a service.

use serde_json::Value;
use url::{Url, form_urlencoded};

use crate::contract::{Body, PartContent, Piece, Request};
use crate::error::Error;
use crate::rule;

/// The hosts that links in what is written may lead to. A link is a text that is an `http` or `https` address as a
/// whole, anywhere in the body or the query of a request that may change something: the address of a page, of a
/// picture, of a file that the service fetches. Addresses within longer texts are not looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Links(Vec<String>);

impl Links {
    /// Links to these hosts: `example.com` is this one, `*.example.com` all below it. Fails for what is no host.
    pub fn to<T: AsRef<str>>(hosts: impl IntoIterator<Item = T>) -> Result<Self, String> {
        let host = |host: T| {
            let host = host.as_ref().trim().to_ascii_lowercase();
            let name = host.strip_prefix("*.").unwrap_or(&host);
            match url::Host::parse(name) {
                Ok(parsed) if parsed.to_string() == name => Ok(host),
                _ => {
                    Err(format!("`{host}` is no host: it is one like example.com or *.example.com"))
                }
            }
        };
        hosts.into_iter().map(host).collect::<Result<_, _>>().map(Links)
    }

    /// Fails with the place of the first link that leads elsewhere.
    pub(crate) fn check(&self, request: &Request) -> Result<(), Error> {
        if let Ok(url) = Url::parse(&request.url) {
            url.query_pairs().try_for_each(|(name, value)| self.text(&name, &value))?;
        }
        match &request.body {
            Body::Bytes(bytes) => self.body(bytes),
            Body::Multipart(parts) => parts.iter().try_for_each(|part| match &part.content {
                PartContent::Text(text) => self.text(&part.name, text),
                _ => Ok(()),
            }),
            // What a file stands for is within a text of its own, so that the others are JSON without it.
            Body::Pieces(pieces) => {
                let texts = pieces.iter().filter_map(|piece| match piece {
                    Piece::Text(text) => Some(text.as_str()),
                    _ => None,
                });
                self.body(texts.collect::<String>().as_bytes())
            }
            Body::Empty => Ok(()),
        }
    }

    fn body(&self, bytes: &[u8]) -> Result<(), Error> {
        match serde_json::from_slice::<Value>(bytes) {
            Ok(body) => each_text("", &body, &mut |path, text| self.text(path, text)),
            Err(_) => {
                form_urlencoded::parse(bytes).try_for_each(|(name, value)| self.text(&name, &value))
            }
        }
    }

    fn text(&self, path: &str, text: &str) -> Result<(), Error> {
        if !is_link(text) {
            return Ok(());
        }
        let url = Url::parse(text.trim()).ok();
        let host = url.as_ref().and_then(Url::host_str).map(|host| host.trim_end_matches('.'));
        if host.is_some_and(|host| self.allows(host)) {
            return Ok(());
        }
        let allowed = if self.0.is_empty() { "none".to_owned() } else { self.0.join(", ") };
        let host = host.unwrap_or("an address that cannot be read");
        let message = format!("{path}: leads to {host}; links may lead to {allowed}");
        Err(Error::refused(rule::LINK, message))
    }

    fn allows(&self, host: &str) -> bool {
        self.0.iter().any(|known| match known.strip_prefix("*.") {
            Some(parent) => {
                host.strip_suffix(parent).is_some_and(|rest| rest.len() > 1 && rest.ends_with('.'))
            }
            None => known == host,
        })
    }
}

/// Calls `visit` with each text in a value and the path to it, such as `items[0].url`, until one fails.
pub(crate) fn each_text<E>(
    path: &str,
    value: &Value,
    visit: &mut impl FnMut(&str, &str) -> Result<(), E>,
) -> Result<(), E> {
    match value {
        Value::String(text) => visit(path, text),
        Value::Array(items) => {
            let mut items = items.iter().enumerate();
            items.try_for_each(|(place, item)| each_text(&format!("{path}[{place}]"), item, visit))
        }
        Value::Object(members) => members.iter().try_for_each(|(name, member)| {
            let below = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
            each_text(&below, member, visit)
        }),
        _ => Ok(()),
    }
}

/// Whether a text is an `http` or `https` address as a whole. Tabs and ends of lines within it count for nothing, as for
/// whoever parses it.
pub(crate) fn is_link(text: &str) -> bool {
    let text: String =
        text.trim().chars().filter(|letter| !matches!(letter, '\t' | '\n' | '\r')).collect();
    let begins = |scheme: &str| {
        text.get(..scheme.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(scheme))
    };
    (begins("http:") || begins("https:")) && !text.contains(char::is_whitespace)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_address_is_one_however_it_is_written() {
        let links = Links::to(["*.example.com"]).unwrap();
        let said = |text: &str| {
            let body = json!({"link": text}).to_string();
            links.body(body.as_bytes()).err().map(|error| error.to_string())
        };
        for link in ["https://ev\til.test/", "ht\ntps://evil.test", " HTTP://EVIL.test./ "] {
            assert!(
                said(link).is_some_and(|said| said.contains("link: leads to evil.test;")),
                "{link:?}"
            );
        }
        for text in ["https://a.example.com./", "see https://evil.test/", "https", ""] {
            assert_eq!(said(text), None, "{text:?}");
        }
        assert!(links.body(br#"{"data": "", "link": "https://evil.test"}"#).is_err());
        assert!(links.body(b"a=1&link=https%3A%2F%2Fevil.test").is_err());
    }
}
