//! Base URLs, whose host may hold one setting: `https://{shop}.example.com/v1`.

use std::borrow::Cow;

use crate::contract::Error;
use crate::error::invalid_field;

/// Where the setting is in a base: what is before it, its name, and what is behind it.
fn parts(base: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = base.split_once('{')?;
    let (name, behind) = rest.split_once('}')?;
    Some((before, name, behind))
}

/// The base with the setting, which `value` looks up, filled in.
pub fn fill<'a>(
    base: &'a str,
    value: impl Fn(&str) -> Option<String>,
) -> Result<Cow<'a, str>, Error> {
    let Some((before, name, behind)) = parts(base) else { return Ok(base.into()) };
    let setting = || format!("settings.{name}");
    let value =
        value(name).ok_or_else(|| invalid_field(&setting(), "is needed for the address"))?;
    let value = value.to_ascii_lowercase();
    match fits(&value, before, behind) {
        true => Ok(format!("{before}{value}{behind}").into()),
        false => Err(invalid_field(&setting(), "must be a part of a host name")),
    }
}

/// What a URL has behind a base, if it is below that.
pub fn below<'a>(url: &'a str, base: &str) -> Option<&'a str> {
    let Some((before, _, behind)) = parts(base) else { return url.strip_prefix(base) };
    let rest = url.strip_prefix(before)?;
    // The host ends at the first slash, so what is behind begins there or earlier.
    let host = rest.find('/').unwrap_or(rest.len());
    let (label, path) = behind.split_at(behind.find('/').unwrap_or(behind.len()));
    let value = rest[..host].strip_suffix(label)?;
    fits(value, before, behind).then(|| rest[host..].strip_prefix(path))?
}

/// Whether a text may stand there: as the whole host it may have dots.
fn fits(value: &str, before: &str, behind: &str) -> bool {
    let is_whole = before.ends_with("://") && (behind.is_empty() || behind.starts_with('/'));
    let is_plain = |byte: u8| {
        byte.is_ascii_lowercase()
            || byte.is_ascii_digit()
            || byte == b'-'
            || (is_whole && byte == b'.')
    };
    !value.is_empty() && value.bytes().all(is_plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_is_filled_and_found_again() {
        for (base, value, filled) in [
            ("https://a.example/v1", "x", "https://a.example/v1"),
            ("https://{s}.example.com/v1", "My-1", "https://my-1.example.com/v1"),
            ("https://api-{s}.example.com", "eu", "https://api-eu.example.com"),
            ("https://{s}/v1", "b.example.org", "https://b.example.org/v1"),
        ] {
            let found = fill(base, |_| Some(value.to_owned())).unwrap();
            assert_eq!(found, filled);
            assert_eq!(below(&format!("{filled}/things/1"), base), Some("/things/1"));
        }
        let shop = "https://{s}.example.com/v1";
        for url in [
            "https://evil.test/.example.com/v1/things",
            "https://a.b.example.com/v1/things",
            "https://.example.com/v1/things",
            "https://a.example.com/v2/things",
            "https://a@evil.example.com/v1/things",
        ] {
            assert_eq!(below(url, shop), None, "{url}");
        }
        for value in ["", "a.b", "a/b", "a@b", "ä"] {
            assert!(fill(shop, |_| Some(value.to_owned())).is_err(), "{value}");
        }
        assert!(fill(shop, |_| None).is_err());
    }
}
