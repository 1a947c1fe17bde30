//! The actions by their words, and which of them fit a query best: BM25, with more weight on names than
//! on sentences, and then what a ranking of words alone does not see.

use std::collections::HashSet;

use bm25::{Embedder, EmbedderBuilder, Embedding, Scorer, TokenEmbedding, Tokenizer};
use connector_host::contract::actions::{Action, Description};
use serde_json::Value;

use super::intent::{self, Deed};
use super::query::{Query, form};
use super::words;
use crate::vocabulary::Vocabulary;

/// How often a word of each part counts.
const RESOURCE: usize = 10;
const VERB: usize = 6;
const TITLE: usize = 8;
const SUMMARY: usize = 6;
const GROUP: usize = 2;
const SEARCH: usize = 8;
const FIELD: usize = 2;

/// An action of the index.
pub struct Entry {
    pub id: String,
    deed: Deed,
    /// The words of its name and title, without endings; and of them those of its resource.
    name: HashSet<String>,
    resource: HashSet<String>,
    /// The first word of its title.
    first: String,
    /// What else speaks for it, or against it.
    worth: f32,
}

/// All actions that can be found.
pub struct Index {
    entries: Vec<Entry>,
    scorer: Scorer<usize>,
}

/// Terms with blanks between them: they are words already.
struct Blanks;

impl Tokenizer for Blanks {
    fn tokenize(&self, text: &str) -> Vec<String> {
        text.split(' ').filter(|term| !term.is_empty()).map(str::to_owned).collect()
    }
}

type Terms = Embedder<u32, Blanks>;

impl Index {
    pub fn new<'a>(
        described: impl Iterator<Item = &'a Description>,
        vocabulary: &Vocabulary,
    ) -> Self {
        let (entries, texts): (Vec<_>, Vec<_>) =
            described.map(|it| (entry(&it.action, vocabulary), text(it, vocabulary))).unzip();
        let fitted: Vec<&str> = texts.iter().map(String::as_str).collect();
        // Little is taken off for length: an action with many fields is no worse. Words of names count
        // often, so that the gain of each further time has to fall slowly.
        let embedder: Terms = EmbedderBuilder::with_tokenizer_and_fit_to_corpus(Blanks, &fitted)
            .b(0.3)
            .k1(8.0)
            .build();
        let mut scorer = Scorer::new();
        for (number, text) in texts.iter().enumerate() {
            let mut terms = embedder.embed(text).0;
            terms.sort_by_key(|term| term.index);
            terms.dedup_by_key(|term| term.index);
            scorer.upsert(&number, Embedding(terms));
        }
        Index { entries, scorer }
    }

    /// The ids of the actions that fit, best first.
    pub fn search(&self, query: &Query) -> Vec<&str> {
        let weight = |entry: &Entry, number: usize| -> f32 {
            let term = |(term, weight): &(String, f32)| {
                let index = <u32 as bm25::TokenEmbedder>::embed(term);
                let one = Embedding(vec![TokenEmbedding { index, value: 1.0 }]);
                weight * self.scorer.score(&number, &one).unwrap_or_default()
            };
            let words: f32 = query.terms.iter().map(term).sum();
            words * entry.worth * fits(entry, query)
        };
        let all = self.entries.iter().enumerate();
        let mut found: Vec<(f32, &str)> =
            all.map(|(number, entry)| (weight(entry, number), entry.id.as_str())).collect();
        found.retain(|(weight, _)| *weight > 0.0);
        // In their own order where they are worth the same.
        found.sort_by(|one, other| other.0.total_cmp(&one.0));
        found.into_iter().map(|(_, id)| id).collect()
    }
}

/// How well an action fits a query apart from the sum of its words: what it does, how much of its name
/// and whether its resource was asked for, and whether its title begins as the query does.
fn fits(entry: &Entry, query: &Query) -> f32 {
    let deed = match (query.deed, entry.deed) {
        (None, _) | (Some(Deed::Read), Deed::Read) => 1.0,
        (Some(Deed::Read), _) => 0.55,
        (Some(wanted), does) if wanted == does => 1.25,
        (Some(_), Deed::Read) => 0.7,
        (Some(_), _) => 0.8,
    };
    let is_asked = |word: &&String| query.terms.iter().any(|(term, _)| term == *word);
    let asked = entry.name.iter().filter(is_asked).count() as f32;
    let name = 0.6 + 0.4 * asked / entry.name.len().max(1) as f32;
    let resource = match entry.resource.iter().any(|word| is_asked(&word)) {
        false => 0.7,
        true if entry.first == query.first => 1.3,
        true => 1.0,
    };
    deed * name * resource
}

fn entry(action: &Action, vocabulary: &Vocabulary) -> Entry {
    let named = format!("{} {}", action.id, action.title);
    let name = words::split(&named).into_iter().filter(|word| !words::is_stop(word));
    // What does the whole job in one call goes before its parts; what is not open to all, behind.
    let mut worth = if action.operation_id.is_none() { 1.1 } else { 1.0 };
    worth *= if action.notes.is_empty() { 1.0 } else { 0.98 };
    worth *= if vocabulary.daily.contains(&action.id) { 1.08 } else { 1.0 };
    Entry {
        id: action.id.clone(),
        deed: intent::deed(action),
        name: name.map(|word| words::stem(&word)).collect(),
        resource: words::stems(action.id.rsplit_once('.').map_or("", |(resource, _)| resource))
            .into_iter()
            .collect(),
        first: words::split(&action.title).into_iter().next().unwrap_or_default(),
        worth,
    }
}

/// An action's words, each as often as it counts.
fn text(description: &Description, vocabulary: &Vocabulary) -> String {
    let action = &description.action;
    let (resource, verb) = action.id.rsplit_once('.').unwrap_or((&action.id, ""));
    let mut text = String::new();
    let mut add = |part: &str, times: usize| {
        let said: HashSet<String> =
            words::split(part).into_iter().filter(|word| !words::is_stop(word)).collect();
        let stems: HashSet<String> = said.iter().map(|word| words::stem(word)).collect();
        for (term, times) in stems
            .into_iter()
            .map(|stem| (stem, times))
            .chain(said.iter().map(|word| (form(word), times.div_ceil(2))))
        {
            (0..times).for_each(|_| text.extend([term.as_str(), " "]));
        }
    };
    add(resource, RESOURCE);
    add(verb, VERB);
    add(&action.title, TITLE);
    add(&action.summary, SUMMARY);
    add(&action.group, GROUP);
    add(vocabulary.search.get(&action.id).map_or("", String::as_str), SEARCH);
    add(&fields(&description.input), FIELD);
    text
}

/// Names and titles of the fields, and of the members of those that are lists of objects.
fn fields(input: &str) -> String {
    let schema: Value = serde_json::from_str(input).unwrap_or_default();
    let mut text = String::new();
    for field in crate::outline::fields(&schema) {
        text.extend([field.path.as_str(), " ", field.title(), " "]);
    }
    text
}
