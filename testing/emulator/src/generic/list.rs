//! Lists of things that are kept: filtered, in order, in pages or at once.

use serde_json::{Value, json};

use super::job;
use super::plan::Plan;
use crate::call::Call;
use crate::facts::{Lookup, PagingKind};
use crate::page::End;
use crate::reply::{Refusal, Reply};
use crate::things::collection::Collection;
use crate::things::fake::Faker;
use crate::things::key::{Key, key_text};

/// A page of a collection, or all of it.
pub fn page(
    plan: &Plan,
    collection: &'static Collection,
    faker: &Faker,
    call: &mut Call,
) -> Result<Reply, Refusal> {
    let path = call.path_of(collection.path);
    call.world.store.filled(collection, &path, faker);
    job::look_in_list(&mut call.world.store, &path, call.now);
    let filters = filters(plan, collection, call);
    let newest_first = call.query["order"] == "DESCENDING";
    let things = &call.world.store.collections[&path];
    let passing =
        things.iter().filter(|(_, thing)| filters.iter().all(|filter| filter.passes(thing)));
    let mut things: Vec<(&Key, &Value)> = passing.collect();
    let total = things.len();
    if newest_first {
        things.reverse();
    }
    let paging = plan.facts.paging.as_ref();
    match paging.map_or(PagingKind::Array, |paging| paging.kind) {
        // Pinterest numbers no pages.
        PagingKind::Array | PagingKind::Numbered => {
            Ok(Reply::ok(&things.into_iter().map(|(_, thing)| thing).collect::<Vec<_>>()))
        }
        PagingKind::Items => {
            let key = paging.and_then(|paging| paging.key.as_deref()).unwrap_or("items");
            let things: Vec<_> = things.into_iter().map(|(_, thing)| thing).collect();
            Ok(Reply::ok(&json!({ key: things })))
        }
        PagingKind::Bookmark => {
            let page = call.page()?;
            let after = page.after.as_deref().map(Key::new);
            let comes_after = |key: &Key| match &after {
                Some(after) if newest_first => key < after,
                Some(after) => key > after,
                None => true,
            };
            let rest = things.into_iter().filter(|(key, _)| comes_after(key));
            let rest = rest.map(|(key, thing)| (key.text(), thing));
            let (items, bookmark) = page.take(End::AtLastItem, rest);
            let known = json!({ "total_data_count": total });
            let envelope = Faker { sparse: true, ..faker.knowing(&known) };
            let mut answer =
                envelope.value(plan.facts.response.as_ref().unwrap_or(collection.element), &path);
            answer["items"] = json!(items);
            answer["bookmark"] = bookmark.into();
            Ok(Reply::ok(&answer))
        }
    }
}

/// A property that must have one of some values.
struct Filter {
    name: String,
    values: Vec<String>,
}

impl Filter {
    fn passes(&self, thing: &Value) -> bool {
        key_text(&thing[&self.name]).is_none_or(|value| self.values.contains(&value))
    }
}

/// Every parameter whose name, or its singular, is that of a property: `campaign_ids`. The ids of
/// the list's own things are their key, and the statuses of entities their `status`.
fn filters(plan: &Plan, collection: &'static Collection, call: &Call) -> Vec<Filter> {
    let key = collection.key.unwrap_or("id");
    let own = collection.path.rsplit('/').next().and_then(|word| word.strip_suffix('s'));
    let filter = |name: &str| {
        let singular = name.strip_suffix("es").filter(|_| name.ends_with("ses"));
        let singular = singular.or(name.strip_suffix('s')).unwrap_or(name);
        let property = match singular {
            "id" => key,
            _ if own.is_some_and(|own| singular == format!("{own}_id")) => key,
            "entity_status" => "status",
            other => other,
        };
        let values = match &call.query[name] {
            Value::Array(values) => values.iter().filter_map(key_text).collect(),
            value => vec![key_text(value)?],
        };
        collection.element.property(property)?;
        Some(Filter { name: property.to_owned(), values })
    };
    plan.facts.query().filter_map(|parameter| filter(&parameter.name)).collect()
}
