//! Texts as words: in lower case, without endings, and without those that say nothing.

use rust_stemmers::{Algorithm, Stemmer};

/// Words of English that say nothing about what is to be done, or when. Such as "off" and "up" say something
/// beside another word, and are looked at in phrases before they are left out.
const STOP: &str = "a an the of in to on at by for from with without and or but if as is are was were be \
been being am do does did done doing have has had having i me my mine we us our you your he she it its \
they them their this that these those there here what which who whom whose when where why how can could \
may might must shall should will would please want need like just also any all some so than then too \
very not no nor only own same such more most other into about over under again each every few both \
during before after above below up down out off s t d ll m re ve don let get give tell make new one two \
lately now right today yesterday tomorrow day days week weeks month months year years quarter last \
next ago first since until people someone somebody anyone everyone thing things";

/// The words of a text, in lower case; `'s` is no part of one.
pub fn split(text: &str) -> Vec<String> {
    let text = text.to_lowercase().replace("'s", "").replace('’', "'");
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_owned).collect()
}

/// Whether a word says nothing.
pub fn is_stop(word: &str) -> bool {
    STOP.split_ascii_whitespace().any(|stop| stop == word)
}

/// A word without its ending.
pub fn stem(word: &str) -> String {
    Stemmer::create(Algorithm::English).stem(word).into_owned()
}

/// The words of a text without their endings, those that say nothing too.
pub fn stems(text: &str) -> Vec<String> {
    split(text).iter().map(|word| stem(word)).collect()
}

/// Where a phrase begins in a text, both as stems. The words of a phrase follow each other, or, when
/// `loose`, come in that order with others between them.
pub fn place(text: &[String], phrase: &[String], loose: bool) -> Option<usize> {
    if phrase.is_empty() {
        return None;
    }
    let exact = text.windows(phrase.len()).position(|words| words == phrase);
    exact.or_else(|| {
        let first = text.iter().position(|word| *word == phrase[0])?;
        let mut rest = text[first..].iter();
        let in_order = phrase.iter().all(|wanted| rest.any(|word| word == wanted));
        (loose && in_order).then_some(first)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_have_no_endings_and_phrases_may_have_gaps() {
        assert_eq!(split("What's Tom's ad_group?"), ["what", "tom", "ad", "group"]);
        assert_eq!(stems("pausing campaigns"), stems("pause campaign"));
        let text = stems("turn all of them off");
        assert_eq!(place(&text, &stems("turn off"), true), Some(0));
        assert_eq!(place(&text, &stems("turn off"), false), None);
        assert_eq!(place(&text, &stems("off turn"), true), None);
        assert_eq!(place(&text, &stems("all of"), false), Some(1));
    }
}
