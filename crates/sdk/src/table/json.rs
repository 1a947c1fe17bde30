//! Rows in JSON: the objects of the outermost arrays, or objects one after the other.

use serde_json::value::RawValue;

use super::Rows;
use crate::json_array::JsonArray;

/// `[{…}, …]`, `{"name": [{…}, …], …}` and one object a line are all read alike: a row is an object
/// that is not within another row, but for the object that only holds the arrays. `open` are the
/// brackets around the next row.
pub fn read(open: &mut String, piece: &[u8]) -> Result<Rows, String> {
    let mut items = JsonArray::default();
    let (mut used, mut index) = (0, 0);
    while let Some(byte) = piece.get(index) {
        match byte {
            b'"' => match text(&piece[index..]) {
                Some(length) => {
                    index += length;
                    continue;
                }
                None => break,
            },
            b'{' if open.is_empty() && holds_lists(&piece[index..]) => open.push('{'),
            b'{' => {
                let mut values =
                    serde_json::Deserializer::from_slice(&piece[index..]).into_iter::<&RawValue>();
                match values.next() {
                    Some(Ok(row)) => items.slot().push_str(row.get()),
                    Some(Err(error)) if error.is_eof() => break,
                    _ => return Err("is not JSON".to_owned()),
                }
                index += values.byte_offset();
                used = index;
                continue;
            }
            b'[' => open.push('['),
            b']' | b'}' => {
                open.pop().ok_or("has a bracket too many")?;
            }
            _ => {}
        }
        index += 1;
        used = index;
    }
    Ok(Rows { items, used })
}

/// The length of the text that begins here; none when its end is not in sight.
fn text(bytes: &[u8]) -> Option<usize> {
    let mut index = 1;
    while let Some(byte) = bytes.get(index) {
        match byte {
            b'\\' => index += 1,
            b'"' => return Some(index + 1),
            _ => {}
        }
        index += 1;
    }
    None
}

/// Whether the object that begins here is no row, but holds arrays of them: its first value is one.
fn holds_lists(object: &[u8]) -> bool {
    let rest = object[1..].trim_ascii_start();
    let Some(length) = text(rest) else { return false };
    let rest = rest[length..].trim_ascii_start();
    let Some(rest) = rest.strip_prefix(b":") else { return false };
    let Some(rest) = rest.trim_ascii_start().strip_prefix(b"[") else { return false };
    matches!(rest.trim_ascii_start().first(), Some(b'{' | b']'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str, cut: usize) -> String {
        let (mut open, mut items, mut rest) = (String::new(), String::new(), Vec::new());
        for piece in [&text.as_bytes()[..cut], &text.as_bytes()[cut..]] {
            rest.extend_from_slice(piece);
            let rows = read(&mut open, &rest).unwrap();
            items += &rows.items.finish().0;
            rest.drain(..rows.used);
        }
        items.replace("[]", "").replace("][", ",")
    }

    #[test]
    fn rows_are_found_in_every_wrapping_and_across_pieces() {
        let rows = r#"{"a":"}]{[\"","b":[{"c":1}]},{"a":null}"#;
        let wrapped = [
            format!(" [{}] ", rows.replace(',', " ,\n")),
            format!(r#"{{"549": [{rows}], "none": []}}"#),
        ];
        for text in &wrapped {
            for cut in 40..text.len() {
                let found = all(text, cut).replace(" ,\n", ",");
                assert_eq!(found, format!("[{rows}]"), "{text} cut at {cut}");
            }
        }
        assert_eq!(all("{\"a\":1}\n{\"a\":2}\n", 3), r#"[{"a":1},{"a":2}]"#);
    }

    #[test]
    fn what_is_not_json_is_an_error() {
        assert!(read(&mut String::new(), b"[{a}]").is_err());
        assert!(read(&mut String::new(), b"]").is_err());
    }
}
