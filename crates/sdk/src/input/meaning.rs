//! Checks texts that have a meaning: links, amounts of money, addresses.

use std::net::IpAddr;

use serde_json::Value;

use crate::catalog::Meaning;
use crate::text::{all, any, cut, is_digit, is_invisible, is_letter, kept, trimmed, without_ends};

/// What is wrong with a text that should have this meaning.
pub fn fault(meaning: Meaning, text: &str) -> Option<String> {
    match meaning {
        Meaning::Link => link_fault(text),
        Meaning::Decimal if !is_decimal(text) => Some(amount("a plain number like 129.90", text)),
        Meaning::Price if !is_price(text) => Some(amount("a price like 129.90 USD", text)),
        Meaning::Currency if !is_currency(text) => {
            Some("must be the code of a currency, three letters like USD".to_owned())
        }
        Meaning::IpAddress if text.parse::<IpAddr>().is_err() => {
            Some("must be one IP address, like 203.0.113.7 or 2001:db8::7".to_owned())
        }
        Meaning::MicroCurrency => {
            let number: Value = serde_json::from_str(text).ok()?;
            super::plausible::micro_fault(number.as_number()?)
        }
        _ => None,
    }
}

/// The text in the form that the service takes, where it is certain what was meant.
pub fn mended(meaning: Meaning, text: &str) -> String {
    let text = trimmed(text);
    match meaning {
        Meaning::Currency if is_currency(text) => text.to_ascii_uppercase(),
        Meaning::IpAddress => without_port(text).to_owned(),
        _ => text.to_owned(),
    }
}

fn link_fault(text: &str) -> Option<String> {
    let begins = |scheme: &&str| {
        text.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    };
    let Some(scheme) = ["https://", "http://"].into_iter().find(begins) else {
        return Some(format!("must begin with https:// or http://{}", instead(text)));
    };
    let (mut host, _) = cut(&text[scheme.len()..], is_end_of_host);
    while any(host, |c| c == '@') {
        host = cut(host, |c| c == '@').1;
    }
    let is_whole = !host.is_empty()
        && !host.starts_with(':')
        && !any(host, is_invisible)
        && !any(text, char::is_control);
    (!is_whole).then(|| "must be a whole address, like https://www.example.com/page".to_owned())
}

fn is_end_of_host(c: char) -> bool {
    matches!(c, '/' | '?' | '#' | '\\')
}

/// What an address begins with instead of http, or what was meant where there is nothing.
fn instead(text: &str) -> String {
    let (before, after) = cut(text, |c| c == ':');
    let is_scheme = all(before, |c| c.is_ascii_alphanumeric() || c == '-' || c == '+');
    let has_port = after.chars().next().is_some_and(is_digit);
    if before.len() < text.len() && !before.is_empty() && !has_port && is_scheme {
        return format!(", not with {before}:");
    }
    let (host, _) = cut(text, is_end_of_host);
    match any(host, |c| c == '.') && text.len() < 200 && !any(text, is_invisible) {
        true => format!("; did you mean https://{text}?"),
        false => String::new(),
    }
}

/// As JSON writes numbers, or with a plus, or without a digit on one side of the point.
fn is_decimal(text: &str) -> bool {
    let (number, exponent) = cut(unsigned(text), |c| matches!(c, 'e' | 'E'));
    let has_exponent = number.len() < unsigned(text).len();
    let exponent = unsigned(exponent);
    let (whole, part) = cut(number, |c| c == '.');
    all(whole, is_digit)
        && all(part, is_digit)
        && all(exponent, is_digit)
        && has_exponent != exponent.is_empty()
        && whole.len() + part.len() > 0
}

fn unsigned(text: &str) -> &str {
    if text.starts_with('-') || text.starts_with('+') { &text[1..] } else { text }
}

fn is_price(text: &str) -> bool {
    let currency = kept(text, is_letter);
    match text.strip_suffix(currency.as_str()) {
        Some(number) if currency.is_empty() || is_currency(&currency) => {
            is_decimal(trimmed(number))
        }
        _ => false,
    }
}

fn is_currency(text: &str) -> bool {
    text.len() == 3 && all(text, is_letter)
}

fn amount(wanted: &str, text: &str) -> String {
    match plain(text) {
        Some(plain) => format!("must be {wanted}; did you mean {plain}?"),
        None => format!("must be {wanted}"),
    }
}

/// An amount as people write it, as a plain number, where there is one way to read it:
/// `R$ 1.299,90` is 1299.90, but `1,299` may be two numbers.
fn plain(text: &str) -> Option<String> {
    let number = without_ends(text, |c| !c.is_ascii_digit());
    let is_number = !number.is_empty() && all(number, |c| is_digit(c) || is_separator(c));
    if !is_number || any(text, |c| matches!(c, '-' | '+' | '−')) {
        return None;
    }
    // From the back: the digits behind the last separator.
    let part = number.chars().rev().take_while(|c| is_digit(*c)).count();
    let separators = number.chars().filter(|c| is_separator(*c)).count();
    let digits = kept(number, is_digit);
    let (whole, behind) = digits.split_at(digits.len() - part);
    match (part, separators) {
        (_, 0) | (3, 2..) => Some(digits),
        (1 | 2, _) => Some(format!("{whole}.{behind}")),
        _ => None,
    }
}

fn is_separator(c: char) -> bool {
    matches!(c, '.' | ',' | '\'' | '’' | '_') || is_invisible(c)
}

/// `203.0.113.7:443` without the port, `[2001:db8::7]:443` without brackets and port.
fn without_port(text: &str) -> &str {
    let (address, port) = match text.strip_prefix('[') {
        Some(rest) => {
            let (address, after) = cut(rest, |c| c == ']');
            (address, after.strip_prefix(':').unwrap_or(after))
        }
        None => cut(text, |c| c == ':'),
    };
    if all(port, is_digit) { address } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(meaning: Meaning, good: &[&str], bad: &[(&str, &str)]) {
        for text in good {
            assert_eq!(fault(meaning, text), None, "{text}");
        }
        for (text, said) in bad {
            let fault = fault(meaning, text).unwrap_or_else(|| panic!("{text} passes"));
            assert!(fault.ends_with(said), "{text}: {fault}");
        }
    }

    #[test]
    fn a_link_leads_to_a_host_on_the_web() {
        faults(
            Meaning::Link,
            &[
                "https://example.com",
                "HTTP://EXAMPLE.com/a?b=c#d",
                "https://kim@example.com:8443/é",
                "https://example.com/?c={campaignid}",
                "https://[2001:db8::7]/",
            ],
            &[
                ("ftp://example.com/x", "not with ftp:"),
                ("javascript:alert(1)", "not with javascript:"),
                ("data:text/html,x", "not with data:"),
                ("mailto:kim@example.com", "not with mailto:"),
                ("www.example.com/a", "did you mean https://www.example.com/a?"),
                ("example.com:8080/a", "did you mean https://example.com:8080/a?"),
                ("//example.com/a", "http://"),
                ("our shop", "http://"),
                ("https:example.com", "not with https:"),
                ("https://", "like https://www.example.com/page"),
                ("https:///path", "like https://www.example.com/page"),
                ("https://exa mple.com/", "like https://www.example.com/page"),
                ("https://example.com/\n", "like https://www.example.com/page"),
            ],
        );
    }

    #[test]
    fn amounts_are_plain_numbers() {
        let bad = [
            ("R$ 129,90", "did you mean 129.90?"),
            ("1.299,90 €", "did you mean 1299.90?"),
            ("1\u{a0}299,9 kr", "did you mean 1299.9?"),
            ("CHF 1'299.90", "did you mean 1299.90?"),
            ("₹12,34,567.50", "did you mean 1234567.50?"),
            ("1,234,567", "did you mean 1234567?"),
            ("1,299", "129.90"),
            ("free", "129.90"),
            ("NaN", "129.90"),
            ("١٢٩", "129.90"),
            ("--1", "129.90"),
            ("1e", "did you mean 1?"),
        ];
        faults(Meaning::Decimal, &["129.90", "0", "-5", "+5.00", ".5", "5.", "1e-7"], &bad);
        let prices = ["24.99 USD", "24.99USD", "24.99", "100 eur"];
        let bad = [
            ("24,99 EUR", "129.90 USD; did you mean 24.99?"),
            ("USD 24.99", "did you mean 24.99?"),
        ];
        faults(Meaning::Price, &prices, &bad);
        faults(Meaning::Currency, &["USD", "brl"], &[("R$", "like USD"), ("euro", "like USD")]);
    }

    #[test]
    fn what_is_certain_is_mended() {
        for (meaning, text, mended_to) in [
            (Meaning::Currency, " brl\u{a0}", "BRL"),
            (Meaning::IpAddress, "203.0.113.7:52311", "203.0.113.7"),
            (Meaning::IpAddress, "[2001:db8::7]:443", "2001:db8::7"),
            (Meaning::IpAddress, "[2001:db8::7]", "2001:db8::7"),
            (Meaning::IpAddress, "2001:db8::7", "2001:db8::7"),
            (Meaning::Link, "\u{feff}https://example.com/\n", "https://example.com/"),
        ] {
            let mended = mended(meaning, text);
            assert_eq!(mended, mended_to);
            assert_eq!(fault(meaning, &mended), None, "{text}");
        }
        for text in ["203.0.113.7, 198.51.100.4", "203.0.113", "unknown", "203.0.113.7:port"] {
            assert!(
                fault(Meaning::IpAddress, &mended(Meaning::IpAddress, text)).is_some(),
                "{text}"
            );
        }
    }
}
