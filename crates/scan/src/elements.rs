//! The elements of a list.

use crate::Structure;

/// How deep brackets may be.
const DEPTH: u32 = 120;

/// The elements of a JSON array whose elements are objects or arrays, each as it is written. None for any other
/// text, where brackets do not belong together, or where they are more than 120 deep: then parse it.
///
/// What is within an element is not looked at but for its brackets and strings; whoever parses it learns whether
/// it is JSON.
///
/// ```
/// let array = r#"[{"id":1}, {"tags":["a]"]}]"#;
/// assert_eq!(connector_scan::elements(array), Some(vec![r#"{"id":1}"#, r#"{"tags":["a]"]}"#]));
/// assert_eq!(connector_scan::elements("[1,2]"), None);
/// ```
#[must_use]
pub fn elements(array: &str) -> Option<Vec<&str>> {
    let (mut structure, mut elements) = (Structure::of(array.as_bytes()), Vec::new());
    // A bit for each open bracket, set for an object; the innermost is the lowest.
    let (mut open, mut depth) = (0_u128, 0);
    // Where the element begins, and where what is between elements does.
    let (mut begin, mut since) = (0, 0);
    while let Some(places) = structure.next_places() {
        for &place in places {
            let at = place as usize;
            let byte = *array.as_bytes().get(at)?;
            match byte {
                b'{' | b'[' => {
                    match depth {
                        0 if byte == b'[' && array[..at].trim_ascii().is_empty() => since = at + 1,
                        0 => return None,
                        1 => {
                            let between = if elements.is_empty() { "" } else { "," };
                            if array[since..at].trim_ascii() != between {
                                return None;
                            }
                            begin = at;
                        }
                        DEPTH => return None,
                        _ => {}
                    }
                    (open, depth) = (open << 1 | u128::from(byte == b'{'), depth + 1);
                }
                b'}' | b']' => {
                    let object = open & 1 == 1;
                    if depth == 0 || object != (byte == b'}') {
                        return None;
                    }
                    (open, depth) = (open >> 1, depth - 1);
                    match depth {
                        0 if !array[since..at].trim_ascii().is_empty() => return None,
                        0 => since = at + 1,
                        1 => {
                            elements.push(&array[begin..=at]);
                            since = at + 1;
                        }
                        _ => {}
                    }
                }
                b'T' => {}
                _ => return None,
            }
        }
    }
    let ended = since > 0 && depth == 0 && !structure.is_cut();
    (ended && array[since..].trim_ascii().is_empty()).then_some(elements)
}
