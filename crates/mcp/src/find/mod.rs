//! Finds actions by what people say: by their words in any form, by what the connector says is meant, and
//! by what is to be done. What the service does not offer is said, and not guessed.

mod index;
mod intent;
mod query;
mod words;

use connector_host::contract::actions::Description;

use crate::vocabulary::{Absent, Vocabulary};
use index::Index;
use query::Query;

pub use words::stems;

/// Finds actions.
pub struct Finder {
    index: Index,
    /// The name of the service.
    service: String,
}

/// What was found.
pub struct Found<'a> {
    /// What the service does not offer, if that was asked for.
    pub absent: Vec<&'a Absent>,
    /// The ids of the actions, best first.
    pub ids: Vec<&'a str>,
}

impl Finder {
    pub fn new<'a>(
        described: impl Iterator<Item = &'a Description>,
        vocabulary: &Vocabulary,
        service: &str,
    ) -> Self {
        Finder { index: Index::new(described, vocabulary), service: service.to_owned() }
    }

    pub fn find<'a>(&'a self, text: &str, vocabulary: &'a Vocabulary) -> Found<'a> {
        let query = Query::new(text, vocabulary, &self.service);
        let clauses = query::clauses(text);
        let clauses = clauses.iter().map(|clause| Query::new(clause, vocabulary, &self.service));
        let clauses: Vec<Query> = clauses.collect();
        let says = |phrase: &String| clauses.iter().any(|clause| clause.has(phrase));
        let is_asked = |absent: &&Absent| absent.say.iter().any(says);
        let absent: Vec<&Absent> = vocabulary.absent.iter().filter(is_asked).collect();
        let mut ids: Vec<&str> =
            absent.iter().flat_map(|absent| &absent.instead).map(String::as_str).collect();
        for id in self.index.search(&query) {
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
        Found { absent, ids }
    }
}

#[cfg(test)]
mod tests {
    use connector_host::contract::Effect;

    use super::*;
    use crate::testing::description;

    fn described() -> Vec<Description> {
        let one = |id: &str, title: &str, summary: &str, effect: Effect| {
            let mut made =
                description(id, r#"{"properties": {"note": {"title": "Remark"}}}"#, "{}");
            made.action.title = title.into();
            made.action.summary = summary.into();
            made.action.effect = effect;
            made
        };
        vec![
            one("orders.list", "List orders", "All orders of a customer.", Effect::Read),
            one("orders.get", "Get an order", "One order.", Effect::Read),
            one("orders.update", "Update an order", "Changes an order.", Effect::Idempotent),
            one("order_items.list", "List items", "What was ordered.", Effect::Read),
            one("customers.create", "Create a customer", "Makes a customer.", Effect::Write),
            one("customers.delete", "Delete a customer", "Takes one away.", Effect::Idempotent),
            one("invites.send", "Invite somebody", "Asks a person to join.", Effect::Write),
        ]
    }

    fn vocabulary() -> Vocabulary {
        let text = r#"{
            "synonyms": {"order": ["purchase"], "customer": ["client", "key account"],
                "order update": ["put on hold"]},
            "search": {"order_items.list": "basket"},
            "absent": [{"say": ["refund", "pay back"], "answer": "No refunds.", "instead": ["orders.get"]}]
        }"#;
        serde_json::from_str(text).unwrap()
    }

    fn first(query: &str) -> String {
        let (described, vocabulary) = (described(), vocabulary());
        let finder = Finder::new(described.iter(), &vocabulary, "Shop");
        finder.find(query, &vocabulary).ids.first().map_or_else(String::new, |id| (*id).to_owned())
    }

    #[test]
    fn forms_synonyms_and_verbs_lead_to_the_action() {
        for (query, wanted) in [
            ("show me all my orders", "orders.list"),
            ("see what they purchase", "orders.list"),
            ("adding clients", "customers.create"),
            ("get rid of a key account", "customers.delete"),
            ("put the purchase on hold please", "orders.update"),
            ("what is in the basket?", "order_items.list"),
            ("invite bob to the shop", "invites.send"),
            ("rename an order on hold", "orders.update"),
            ("…", ""),
        ] {
            assert_eq!(first(query), wanted, "{query}");
        }
    }

    #[test]
    fn what_is_not_offered_is_said_with_what_comes_closest() {
        let (described, vocabulary) = (described(), vocabulary());
        let finder = Finder::new(described.iter(), &vocabulary, "Shop");
        let found = finder.find("I would like to pay the money back", &vocabulary);
        assert_eq!(found.absent[0].answer, "No refunds.");
        assert_eq!(found.ids[0], "orders.get");
        for other in
            ["pay an order", "pay the order and send the parcel back", "pay from my way back"]
        {
            assert!(finder.find(other, &vocabulary).absent.is_empty(), "{other}");
        }
    }
}
