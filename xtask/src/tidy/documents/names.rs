use super::defined::Defined;

/// What is wrong with a span that is one word: an item of the code, a field, a state.
pub fn lacks(defined: &Defined, span: &str) -> Option<String> {
    let span = span.strip_suffix("()").unwrap_or(span);
    if span.contains("::") {
        return lacks_item(defined, span);
    }
    let parts: Vec<_> = span.split('.').collect();
    if !parts.iter().all(|part| is_name(part)) {
        return None;
    }
    let missing = parts.iter().find(|part| {
        let is_type = part.starts_with(char::is_uppercase) && part.contains(char::is_lowercase);
        if is_type { !defined.has_type(part) } else { !defined.has_word(part) }
    })?;
    Some(format!("names `{missing}`, which the code does not have: name what there is instead"))
}

fn lacks_item(defined: &Defined, span: &str) -> Option<String> {
    let parts: Vec<_> = span.split("::").collect();
    if !parts.iter().all(|part| is_name(part)) {
        return None;
    }
    let pairs = parts.windows(2).find(|pair| !defined.has_member(pair[0], pair[1]))?;
    Some(format!(
        "names `{span}`, but there is no `{}` in `{}`: name what there is instead",
        pairs[1], pairs[0]
    ))
}

fn is_name(part: &str) -> bool {
    part.starts_with(|letter: char| letter.is_ascii_alphabetic() || letter == '_')
        && part.chars().all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-'))
}
