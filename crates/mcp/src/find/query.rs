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

/// What begins another thing to do, or says where something is taken from.
const BREAKS: [&str; 4] = ["and", "then", "but", "from"];
/// What stands for something that was said before.
const PRONOUNS: [&str; 7] = ["it", "them", "they", "those", "these", "this", "one"];

/// The parts of a text that each ask for one thing. "Delete a person from an account" is nothing about
/// deleting an account, nor is "show the account and delete the person".
pub fn clauses(text: &str) -> Vec<String> {
    let text = text.replace([',', ';', '.', '?', '!', ':'], " and ");
    let mut clauses: Vec<Vec<String>> = vec![Vec::new()];
    let mut taken = false;
    for word in words::split(&text) {
        if BREAKS.contains(&word.as_str()) {
            // What has no thing of its own yet, such as "rename and move a board", goes on.
            let said =
                |clause: &Vec<String>| clause.iter().filter(|it| !words::is_stop(it)).count();
            if word == "from" || clauses.last().is_some_and(|clause| said(clause) > 1) {
                clauses.push(Vec::new());
                taken = word == "from";
            }
            continue;
        }
        let last = clauses.pop().unwrap_or_default();
        match clauses.last_mut() {
            // "Make pins and schedule them" is about scheduling pins.
            Some(before) if PRONOUNS.contains(&word.as_str()) && !taken => {
                before.extend(last);
                before.push(word);
            }
            _ => clauses.push(last.into_iter().chain([word]).collect()),
        }
    }
    clauses.into_iter().filter(|clause| !clause.is_empty()).map(|it| it.join(" ")).collect()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clause_asks_for_one_thing() {
        let told = |text: &str| clauses(text).join(" | ");
        assert_eq!(told("remove Ann from the ad account"), "remove ann | the ad account");
        assert_eq!(told("show the accounts, and delete Ann"), "show the accounts | delete ann");
        assert_eq!(told("make five pins and schedule them"), "make five pins schedule them");
        assert_eq!(told("rename and move the board"), "rename move the board");
        assert_eq!(told("?"), "");
    }
}
