//! When two names are the same: as the service compares them, which is not by their letters alone.

use connector_sdk::text::is_invisible;

/// The form in which names are compared: without regard to case, to blanks at the ends, to the kind
/// and number of blanks within, and to whether a mark is part of its letter or follows it, as in
/// names from the files of a Mac.
pub fn folded(name: &str) -> String {
    let mut folded = String::with_capacity(name.len());
    for word in name.split(is_invisible).filter(|word| !word.is_empty()) {
        if !folded.is_empty() {
            folded.push(' ');
        }
        for c in word.chars().flat_map(char::to_lowercase) {
            match composed(folded.chars().next_back(), c) {
                Some(whole) => {
                    folded.pop();
                    folded.push(whole);
                }
                None => folded.push(c),
            }
        }
    }
    folded
}

/// The letter that `mark` makes of `letter`, in the Latin, Greek and Cyrillic of today.
fn composed(letter: Option<char>, mark: char) -> Option<char> {
    let letter = letter?;
    let (_, letters, wholes) = MARKS.iter().find(|(known, ..)| *known == mark)?;
    let place = letters.chars().position(|known| known == letter)?;
    wholes.chars().nth(place)
}

/// A mark, the letters that it stands on, and what they are together.
const MARKS: &[(char, &str, &str)] = &[
    ('\u{300}', "aeiounи", "àèìòùǹѝ"),
    ('\u{301}', "aeiouyclnrszgkαεηιουωг", "áéíóúýćĺńŕśźǵḱάέήίόύώѓ"),
    ('\u{302}', "aeioucghjswy", "âêîôûĉĝĥĵŝŵŷ"),
    ('\u{303}', "anoiuey", "ãñõĩũẽỹ"),
    ('\u{304}', "aeiou", "āēīōū"),
    ('\u{306}', "aegiouиу", "ăĕğĭŏŭйў"),
    ('\u{307}', "ecgz", "ėċġż"),
    ('\u{308}', "aeiouyеіιυ", "äëïöüÿёїϊϋ"),
    ('\u{30a}', "au", "åů"),
    ('\u{30b}', "ou", "őű"),
    ('\u{30c}', "cdenrstzlgk", "čďěňřšťžľǧǩ"),
    ('\u{323}', "aeiouy", "ạẹịọụỵ"),
    ('\u{326}', "st", "șț"),
    ('\u{327}', "cgklnrst", "çģķļņŗşţ"),
    ('\u{328}', "aeiu", "ąęįų"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_name_is_found_in_other_letters() {
        for (one, other) in [
            ("Botanical prints", " botanical  PRINTS\u{a0}"),
            ("Crème brûlée", "CRE\u{300}ME BRU\u{302}LE\u{301}E"),
            ("Žluťoučký kůň", "Z\u{30c}LUT\u{30c}OUC\u{30c}KY\u{301} KU\u{30a}N\u{30c}"),
            ("Ёлка", "е\u{308}лка"),
            ("Sommer\u{200b}", "SOMMER"),
            ("İpek", "I\u{307}pek"),
        ] {
            assert_eq!(folded(one), folded(other));
        }
        for (one, other) in [("Prints", "Print"), ("Crème", "Creme"), ("a b", "ab")] {
            assert_ne!(folded(one), folded(other));
        }
    }

    #[test]
    fn each_mark_has_a_whole_for_each_letter() {
        for (mark, letters, wholes) in MARKS {
            assert_eq!(letters.chars().count(), wholes.chars().count(), "{mark:?}");
        }
    }
}
