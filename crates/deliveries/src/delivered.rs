//! A delivery, and the parts of it that can be signed.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use url::form_urlencoded;

/// What came from the service.
#[derive(Clone, Debug)]
pub struct Delivered<'a> {
    /// As it is written, such as `POST`.
    pub method: &'a str,
    /// The address with the query, as the service knows it.
    pub url: &'a str,
    /// Names and values; one that came twice is there twice.
    pub headers: Vec<(&'a str, &'a str)>,
    /// Decompressed.
    pub body: &'a [u8],
}

impl<'a> Delivered<'a> {
    /// The values of all headers with this name.
    pub(crate) fn named(&self, name: &str) -> Vec<&'a str> {
        let named = self.headers.iter().filter(|(known, _)| known.eq_ignore_ascii_case(name));
        named.map(|(_, value)| *value).collect()
    }

    /// The value of the only header with this name: which of several was signed, nobody can tell.
    pub(crate) fn only(&self, name: &str) -> Option<&'a str> {
        match self.named(name)[..] {
            [one] => Some(one),
            _ => None,
        }
    }
}

/// The values with this name in a header that is a list of `name=value`.
pub(crate) fn elements<'a>(line: &'a str, name: &str) -> Vec<&'a str> {
    let pairs = line.split(',').filter_map(|element| element.split_once('='));
    let named = pairs.filter(|(key, _)| key.trim() == name);
    named.map(|(_, value)| value.trim()).collect()
}

/// From the path of an address on, with the query, as it is written.
pub(crate) fn path(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.find(['/', '?']).map_or("/", |at| &rest[at..])
}

/// The pairs of a form in order, each once, with nothing between. What is not UTF-8 in a body was never
/// what a form's pairs were signed from, and is replaced.
pub(crate) fn form(body: &[u8]) -> String {
    let pairs: BTreeSet<_> = form_urlencoded::parse(body).collect();
    pairs.iter().fold(String::new(), |mut text, (name, value)| {
        let _ = write!(text, "{name}{value}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_of_a_list() {
        let line = "t=1, v1=a=b ,v1=c,v0,v0=d";
        assert_eq!(elements(line, "t"), ["1"]);
        assert_eq!(elements(line, "v1"), ["a=b", "c"]);
        assert_eq!(elements(line, "v0"), ["d"]);
        assert_eq!(elements(line, "v"), [""; 0]);
    }

    #[test]
    fn the_path_as_it_is_written() {
        assert_eq!(path("https://a.example/b%2Fc?d=%20"), "/b%2Fc?d=%20");
        assert_eq!(path("https://a.example"), "/");
        assert_eq!(path("https://a.example?b"), "?b");
    }

    #[test]
    fn a_form_is_sorted() {
        assert_eq!(form(b"b=2&a=x+y&a=%C3%A4&a=x%20y&c="), "ax yaäb2c");
        assert_eq!(form(b""), "");
    }
}
