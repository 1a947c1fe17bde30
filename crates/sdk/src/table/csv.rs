//! Comma-separated values (RFC 4180): a line each, quoted where a value holds a comma, a quote or a
//! line's end.

use std::borrow::Cow;

use serde_json::Value;

use super::Rows;
use crate::json_array::JsonArray;

/// Values stay texts: which of them are numbers, and which are ids that only look so, a CSV file
/// does not say.
pub fn read(header: &mut Option<Vec<String>>, piece: &[u8], last: bool) -> Result<Rows, String> {
    let mut items = JsonArray::default();
    let mut used = 0;
    while let Some(length) = line(&piece[used..], last) {
        let text = std::str::from_utf8(&piece[used..used + length])
            .map_err(|_| "is not UTF-8".to_owned())?
            .trim_start_matches('\u{feff}')
            .trim_end_matches(['\r', '\n']);
        used += length;
        let values = values(text);
        match header {
            _ if text.is_empty() => {}
            None => *header = Some(values.into_iter().map(Cow::into_owned).collect()),
            Some(names) if names.len() != values.len() => {
                let (found, wanted) = (values.len(), names.len());
                return Err(format!("has a line of {found} values where {wanted} are named"));
            }
            Some(names) => write(names, &values, items.slot()),
        }
    }
    Ok(Rows { items, used })
}

/// The length of the first line with its end; none when its end is not in sight.
fn line(bytes: &[u8], last: bool) -> Option<usize> {
    let mut quoted = false;
    for (index, byte) in bytes.iter().enumerate() {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' if !quoted => return Some(index + 1),
            _ => {}
        }
    }
    (last && !bytes.is_empty()).then_some(bytes.len())
}

fn values(line: &str) -> Vec<Cow<'_, str>> {
    let mut values = Vec::new();
    let mut rest = Some(line);
    while let Some(text) = rest {
        let (value, after) = match text.strip_prefix('"') {
            None => match text.split_once(',') {
                Some((value, after)) => (value.into(), Some(after)),
                None => (text.into(), None),
            },
            Some(quoted) => {
                let end = closing(quoted);
                let value = quoted[..end].replace("\"\"", "\"");
                let after = quoted.get(end + 1..).and_then(|after| after.split_once(','));
                (value.into(), after.map(|(_, after)| after))
            }
        };
        values.push(value);
        rest = after;
    }
    values
}

/// Where the quote is that ends the value: one that is not doubled.
fn closing(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut index = 0;
    while index < bytes.len() {
        if bytes[index] == b'"' {
            if bytes.get(index + 1) != Some(&b'"') {
                return index;
            }
            index += 1;
        }
        index += 1;
    }
    text.len()
}

fn write(names: &[String], values: &[Cow<str>], out: &mut String) {
    for (index, (name, value)) in names.iter().zip(values).enumerate() {
        out.push(if index == 0 { '{' } else { ',' });
        out.push_str(&Value::from(name.as_str()).to_string());
        out.push(':');
        out.push_str(&Value::from(value.as_ref()).to_string());
    }
    out.push('}');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(pieces: &[&str]) -> Result<String, String> {
        let (mut header, mut items, mut rest) = (None, String::new(), Vec::new());
        for (index, piece) in pieces.iter().enumerate() {
            rest.extend_from_slice(piece.as_bytes());
            let rows = read(&mut header, &rest, index + 1 == pieces.len())?;
            items += &rows.items.finish().0;
            rest.drain(..rows.used);
        }
        assert!(rest.is_empty());
        Ok(items)
    }

    #[test]
    fn a_line_may_lie_across_pieces() {
        let text = "\u{feff}id,name\r\n1,\"a, \"\"b\"\"\nc\"\r\n\r\n2,\r\n3,é";
        let whole =
            r#"[{"id":"1","name":"a, \"b\"\nc"},{"id":"2","name":""},{"id":"3","name":"é"}]"#;
        assert_eq!(all(&[text]).unwrap(), whole);
        for cut in (0..text.len()).filter(|cut| text.is_char_boundary(*cut)) {
            let both = all(&[&text[..cut], &text[cut..]]).unwrap();
            assert_eq!(both.replace("[]", "").replace("][", ","), whole, "{cut}");
        }
    }

    #[test]
    fn a_line_that_does_not_fit_the_names_is_an_error() {
        let said = all(&["a,b\n1,2,3\n"]).unwrap_err();
        assert_eq!(said, "has a line of 3 values where 2 are named");
    }
}
