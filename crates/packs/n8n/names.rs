//! How n8n writes names and texts.

use serde_json::Value;

use crate::typed::one;

/// Words that n8n's titles write small, unless they are first or last.
const SMALL: &[&str] = &[
    "a", "an", "and", "as", "at", "because", "but", "by", "en", "for", "if", "in", "neither",
    "nor", "of", "on", "only", "or", "over", "per", "so", "some", "than", "that", "the", "to",
    "up", "upon", "versus", "via", "vs", "when", "with", "without", "yet",
];

/// Words that are written in capitals.
const CAPITALS: &[(&str, &str)] = &[
    ("api", "API"),
    ("csv", "CSV"),
    ("html", "HTML"),
    ("http", "HTTP"),
    ("https", "HTTPS"),
    ("id", "ID"),
    ("ids", "IDs"),
    ("json", "JSON"),
    ("sql", "SQL"),
    ("url", "URL"),
    ("urls", "URLs"),
    ("utc", "UTC"),
];

/// The title of a schema, or its name in words.
pub fn title(name: &str, schema: &Value) -> String {
    title_case(&schema["title"].as_str().map_or_else(|| words(name), str::to_owned))
}

/// `CREATED_AT` and `createdAt` as `created at`.
pub fn words(name: &str) -> String {
    let mut text = String::new();
    let mut small = false;
    for letter in name.chars() {
        match letter {
            '_' | '-' | '.' => text.push(' '),
            letter if letter.is_uppercase() && small => text.extend([' ', letter]),
            letter => text.push(letter),
        }
        small = letter.is_lowercase();
    }
    text.to_lowercase()
}

/// `Who sees it` as `Who Sees It`.
pub fn title_case(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let last = words.len().saturating_sub(1);
    let made = words.iter().enumerate().map(|(at, word)| match capitals(word) {
        Some(word) => word,
        None if at > 0 && at < last && SMALL.contains(&&*word.to_lowercase()) => {
            word.to_lowercase()
        }
        None => word.split('-').map(capitalized).collect::<Vec<_>>().join("-"),
    });
    made.collect::<Vec<_>>().join(" ")
}

/// With its first letter in upper case.
pub fn capitalized(word: &str) -> String {
    let Some(at) = word.find(char::is_alphanumeric) else { return word.to_owned() };
    let (before, rest) = word.split_at(at);
    let mut letters = rest.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    before.chars().chain(first).chain(letters).collect()
}

/// What n8n sorts by: signs come before digits, and those before letters, whatever their case.
pub fn order(text: &str) -> Vec<u32> {
    const SIGNS: &str = " _-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$";
    let place = |letter: char| match SIGNS.find(letter) {
        Some(at) => at as u32,
        None => 100 + u32::from(letter),
    };
    text.to_lowercase().chars().map(place).collect()
}

/// A word that is written in capitals, with what stands around it.
fn capitals(word: &str) -> Option<String> {
    let plain = word.trim_matches(|letter: char| !letter.is_alphanumeric());
    let (_, written) = CAPITALS.iter().find(|(small, _)| plain.eq_ignore_ascii_case(small))?;
    Some(word.replacen(plain, written, 1))
}

/// A help text: one sentence without its full stop, and abbreviations in capitals.
pub fn help(text: &str) -> String {
    let words =
        text.split_whitespace().map(|word| capitals(word).unwrap_or_else(|| word.to_owned()));
    let text = words.collect::<Vec<_>>().join(" ").replace('<', "&lt;").replace('>', "&gt;");
    match text.strip_suffix('.') {
        Some(one) if !one.contains(". ") => capitalized(one),
        _ => capitalized(&text),
    }
}

/// The help of a switch, which n8n wants to begin with `Whether`.
pub fn whether(text: &str) -> String {
    match text.strip_prefix("Whether") {
        Some(_) => help(text),
        None if text.is_empty() => "Whether to turn this on".into(),
        None => help(&format!("Whether to turn this on. {text}")),
    }
}

/// `Ad accounts` as `Ad account`.
pub fn singular(words: &str) -> String {
    match words.rsplit_once(' ') {
        Some((before, last)) => format!("{before} {}", one(last)),
        None => one(words),
    }
}

/// `ad accounts` as `adAccounts`.
pub fn camel(text: &str) -> String {
    let made = pascal(text);
    let mut letters = made.chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}

/// `ad accounts` as `AdAccounts`.
pub fn pascal(text: &str) -> String {
    let parts = text.split(|letter: char| !letter.is_ascii_alphanumeric());
    parts.map(capitalized).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_are_in_title_case() {
        for (text, expected) in [
            ("Who sees it", "Who Sees It"),
            ("Image url", "Image URL"),
            ("List of pins", "List of Pins"),
            ("Follow-up", "Follow-Up"),
        ] {
            assert_eq!(title_case(text), expected);
        }
        assert_eq!(words("createdAt"), "created at");
    }

    #[test]
    fn help_ends_as_n8n_wants_it() {
        assert_eq!(help("The board, by its id."), "The board, by its ID");
        assert_eq!(help("One. Two."), "One. Two.");
        assert_eq!(whether("Keeps it."), "Whether to turn this on. Keeps it.");
    }

    #[test]
    fn resources_are_singular() {
        for (many, one) in
            [("Boards", "Board"), ("Business access", "Business access"), ("Queries", "Query")]
        {
            assert_eq!(singular(many), one);
        }
    }
}
