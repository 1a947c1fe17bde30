//! What somebody looks for: the words, and what they stand for.

use super::intent::{self, Deed};
use super::words;
use crate::vocabulary::Vocabulary;

/// How much a word counts that the query does not have itself: one that the vocabulary gives for it, a
/// general verb for it, and a word in just that form beside its stem.
const MEANT: f32 = 0.9;
const VERB: f32 = 0.6;
const FORM: f32 = 0.5;

/// A query.
pub struct Query {
    /// Words with their weights, without endings; those in just that form begin with [`form`]'s mark.
    pub terms: Vec<(String, f32)>,
    /// All of its words without endings.
    stems: Vec<String>,
    /// Its first word.
    pub first: String,
    /// What it wants done, where it says so.
    pub deed: Option<Deed>,
}

/// A word as a term that only the same form matches.
pub fn form(word: &str) -> String {
    format!("={word}")
}

impl Query {
    /// The name of the service says nothing either.
    pub fn new(text: &str, vocabulary: &Vocabulary, service: &str) -> Self {
        let (said, stems) = (words::split(text), words::stems(text));
        let mut query = Query {
            terms: Vec::new(),
            first: said.first().cloned().unwrap_or_default(),
            deed: None,
            stems,
        };
        let names = words::split(service);
        for word in said.iter().filter(|word| !words::is_stop(word) && !names.contains(word)) {
            query.add(words::stem(word), 1.0);
            query.add(form(word), FORM);
        }
        for (_, verb) in intent::verbs(&query.stems) {
            query.add(words::stem(verb), VERB);
        }
        let mut meant = Vec::new();
        for (mean, say) in &vocabulary.synonyms {
            for phrase in say.iter().map(|phrase| words::stems(phrase)) {
                if words::place(&query.stems, &phrase, phrase.len() > 1).is_some() {
                    words::split(mean).iter().for_each(|word| query.add(words::stem(word), MEANT));
                    meant.extend(mean.split(' '));
                }
            }
        }
        query.deed = intent::wanted(text, &query.stems, &meant);
        query
    }

    /// Whether it has all words of a phrase, said or meant.
    pub fn has(&self, phrase: &str) -> bool {
        let is_there = |stem: &String| {
            self.stems.contains(stem) || self.terms.iter().any(|(term, _)| term == stem)
        };
        words::stems(phrase).iter().all(is_there)
    }

    fn add(&mut self, term: String, weight: f32) {
        match self.terms.iter_mut().find(|(known, _)| *known == term) {
            Some((_, known)) => *known = known.max(weight),
            None => self.terms.push((term, weight)),
        }
    }
}
