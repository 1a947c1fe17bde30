//! Names of members, found backwards from their values.

/// The name before the value that begins here, if it is a member. None at all where a name may be written
/// with a backslash.
pub fn key(text: &str, value: usize) -> Option<Option<&str>> {
    let before = text[..value].trim_ascii_end().as_bytes();
    let [before @ .., b':'] = before else { return Some(None) };
    let [before @ .., b'"'] = before.trim_ascii_end() else { return None };
    let mut begin = before.len();
    loop {
        match before.get(begin.checked_sub(1)?)? {
            b'"' => break,
            b'\\' => return None,
            _ => begin -= 1,
        }
    }
    let escaped = begin > 1 && before[begin - 2] == b'\\';
    (!escaped).then(|| text.get(begin..before.len()))
}
