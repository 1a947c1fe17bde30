//! Names that PostgreSQL's clients can write without quotes, where the service's allow it.

use std::collections::BTreeSet;

/// The name of a column for a path of names: lower case, with `_` for all but letters and digits. A
/// name that is taken gets another `_`.
pub(crate) fn column(path: &[&str], taken: &mut BTreeSet<String>) -> String {
    let plain = |letter: char| match letter.is_ascii_alphanumeric() {
        true => letter.to_ascii_lowercase(),
        false => '_',
    };
    let mut name: String = path.join("_").chars().map(plain).collect();
    if name.starts_with(|first: char| first.is_ascii_digit()) {
        name.insert(0, '_');
    }
    while !taken.insert(name.clone()) {
        name.push('_');
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_needs_no_quotes_and_is_given_once() {
        let mut taken = BTreeSet::new();
        assert_eq!(
            column(&["media", "images", "600x", "url"], &mut taken),
            "media_images_600x_url"
        );
        assert_eq!(column(&["SPEND_IN_DOLLAR"], &mut taken), "spend_in_dollar");
        assert_eq!(column(&["spend_in_dollar"], &mut taken), "spend_in_dollar_");
        assert_eq!(column(&["30d"], &mut taken), "_30d");
    }
}
