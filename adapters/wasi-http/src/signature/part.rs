//! The parts of a delivery that can be signed.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use url::form_urlencoded;

use crate::bindings::automation::connector::types::Method;
use crate::bindings::automation::connector::webhooks::Delivery;

/// The values of all headers with this name.
pub fn headers<'a>(delivery: &'a Delivery, name: &str) -> Vec<&'a str> {
    let named = delivery.headers.iter().filter(|header| header.name.eq_ignore_ascii_case(name));
    named.map(|header| header.value.as_str()).collect()
}

/// The value of the only header with this name: which of several was signed, nobody can tell.
pub fn header<'a>(delivery: &'a Delivery, name: &str) -> Option<&'a str> {
    match headers(delivery, name)[..] {
        [one] => Some(one),
        _ => None,
    }
}

/// The values with this name in a header that is a list of `name=value`.
pub fn elements<'a>(line: &'a str, name: &str) -> Vec<&'a str> {
    let pairs = line.split(',').filter_map(|element| element.split_once('='));
    let named = pairs.filter(|(key, _)| key.trim() == name);
    named.map(|(_, value)| value.trim()).collect()
}

/// From the path of an address on, with the query, as it is written.
pub fn path(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.find(['/', '?']).map_or("/", |at| &rest[at..])
}

/// The pairs of a form in order, each once, with nothing between. What is not UTF-8 in a body was never
/// what a form's pairs were signed from, and is replaced.
pub fn form(body: &[u8]) -> String {
    let pairs: BTreeSet<_> = form_urlencoded::parse(body).collect();
    pairs.iter().fold(String::new(), |mut text, (name, value)| {
        let _ = write!(text, "{name}{value}");
        text
    })
}

/// A method as it is written.
pub fn method(method: &Method) -> &str {
    match method {
        Method::Get => "GET",
        Method::Head => "HEAD",
        Method::Post => "POST",
        Method::Put => "PUT",
        Method::Patch => "PATCH",
        Method::Delete => "DELETE",
        Method::Other(word) => word,
    }
}
