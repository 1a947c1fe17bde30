//! Collections: which paths are lists of things that are kept, and by what key.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde_json::{Value, json};

use super::check;
use super::job_kind;
use crate::facts::{FACTS, Lookup, Method, Operation, PagingKind, Type};

/// Paths whose things are those of another path.
const SAME: &[(&str, &str)] = &[
    ("/v5/ad_accounts/{ad_account_id}/promotion_applied_entities", AD_GROUPS),
    ("/v5/catalogs/product_groups/multiple", "/v5/catalogs/product_groups"),
    ("/v5/pins/{pin_id}/product_tags/bulk-delete", "/v5/pins/{pin_id}/product_tags"),
];
const AD_GROUPS: &str = "/v5/ad_accounts/{ad_account_id}/ad_groups";

/// Keys that do not follow from a path.
const KEYS: &[&str] = &["id", "website", "username", "name", "ad_group_id", "pin_id"];

/// Every collection by the template of its path.
pub static COLLECTIONS: LazyLock<BTreeMap<&'static str, Collection>> = LazyLock::new(|| {
    let made = FACTS.operations.iter().filter_map(Collection::of);
    made.map(|collection| (collection.path, collection)).collect()
});

/// Things of one type in one place.
pub struct Collection {
    /// The template of its path.
    pub path: &'static str,
    /// What it holds.
    pub element: &'static Type,
    /// The property that tells its things apart; None when they have none.
    pub key: Option<&'static str>,
}

impl Collection {
    /// A key in the JSON that the type of its things wants.
    pub fn key_value(&self, name: &str, key: &str) -> Value {
        let text = json!(key);
        let number = key.parse::<u64>().map(Value::from);
        match self.element.property(name) {
            Some(type_) if !check::fits(type_, &text) => number.unwrap_or(text),
            _ => text,
        }
    }

    /// The collection at a path, or the one whose things it shows.
    pub fn at(path: &str) -> Option<&'static Collection> {
        let same = SAME.iter().find(|(other, _)| *other == path);
        COLLECTIONS.get(same.map_or(path, |(_, collection)| collection))
    }

    /// The collection that an operation lists or that it gets a thing from.
    fn of(operation: &'static Operation) -> Option<Collection> {
        let is_same = SAME.iter().any(|(other, _)| *other == operation.path);
        if is_same || job_kind::of(&operation.id).is_some() {
            return None;
        }
        let (path, element) = match listed(operation) {
            Some(element) => (&*operation.path, element),
            None => (item(&operation.path)?.0, operation.response.as_ref()?),
        };
        let written = |other: &Operation| other.path == path && other.method == Method::Post;
        let is_paged = operation.paging.as_ref().is_some_and(|p| p.kind == PagingKind::Bookmark);
        if operation.method != Method::Get && !is_paged {
            return None;
        }
        let key = key(path, element);
        let is_kept = is_paged || key.is_some() && FACTS.operations.iter().any(written);
        is_kept.then_some(Collection { path, element, key })
    }
}

/// The path of a collection and the parameter that names a thing of it.
pub fn item(path: &str) -> Option<(&str, &str)> {
    let (collection, last) = path.rsplit_once('/')?;
    Some((collection, last.strip_prefix('{')?.strip_suffix('}')?))
}

/// What the list that an operation answers holds.
pub fn listed(operation: &'static Operation) -> Option<&'static Type> {
    let paging = operation.paging.as_ref()?;
    let response = operation.response.as_ref()?.resolve();
    let list = match paging.kind {
        PagingKind::Array => response,
        _ => response.property(paging.key.as_deref().unwrap_or("items"))?.resolve(),
    };
    list.items.as_deref()
}

/// The name of the parameter under the collection, else the singular of its last word, else one
/// of a few.
fn key(path: &str, element: &'static Type) -> Option<&'static str> {
    let under = |operation: &'static Operation| {
        let rest = operation.path.strip_prefix(path)?.strip_prefix("/{")?;
        rest.split('}').next()
    };
    let singular = format!("{}_id", path.rsplit('/').next()?.trim_end_matches('s'));
    let names =
        FACTS.operations.iter().filter_map(under).chain([&*singular]).chain(KEYS.iter().copied());
    names.into_iter().find_map(|name| {
        let alternatives = element.alternatives().into_iter();
        alternatives
            .flat_map(|type_| type_.properties.keys())
            .find(|key| *key == name)
            .map(|k| &**k)
    })
}
