//! What things and types are called.

/// The words of an id.
fn words(id: &str) -> impl Iterator<Item = &str> {
    id.split(|letter: char| !letter.is_ascii_alphanumeric()).filter(|word| !word.is_empty())
}

/// `a_b.c` as `ABC`.
pub fn pascal(id: &str) -> String {
    words(id).map(capital).collect()
}

/// `board_sections` as `BoardSection`.
pub fn singular(id: &str) -> String {
    let mut words: Vec<String> = words(id).map(str::to_owned).collect();
    if let Some(last) = words.last_mut() {
        *last = one(last);
    }
    words.iter().map(|word| capital(word)).collect()
}

/// The singular of a word: `policies` as `policy`.
pub fn one(word: &str) -> String {
    if let Some(stem) = word.strip_suffix("ies") {
        return format!("{stem}y");
    }
    if let Some(stem) = word.strip_suffix("es")
        && ["ss", "us", "x", "ch", "sh"].iter().any(|end| stem.ends_with(end))
    {
        return stem.to_owned();
    }
    match word.strip_suffix('s') {
        Some(stem) if !stem.is_empty() && !stem.ends_with('s') => stem.to_owned(),
        _ => word.to_owned(),
    }
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters
        .next()
        .map_or_else(String::new, |first| first.to_ascii_uppercase().to_string() + letters.as_str())
}

/// Whether a member's name can be written without quotes.
pub fn member(name: &str) -> bool {
    let letter = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    name.chars().all(letter)
        && !name.starts_with(|first: char| first.is_ascii_digit())
        && !name.is_empty()
}

#[test]
fn words_in_one() {
    let ones =
        ["board_sections", "policies", "statuses", "boxes", "access", "ads", "media"].map(singular);
    assert_eq!(ones, ["BoardSection", "Policy", "Status", "Box", "Access", "Ad", "Media"]);
}
