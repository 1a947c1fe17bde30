//! What figures are of: the ads of a campaign, the Pins of an account.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use serde_json::{Map, Value};

use super::figures::Leaf;
use crate::clock::Moment;
use crate::things::collection::Collection;
use crate::things::fake::Faker;
use crate::things::key::{Key, key_text, object};
use crate::world::{Id, World};

/// Before this day nothing is known of anything.
const ALWAYS: Date = Date::constant(2020, 1, 1);

/// Something with figures.
pub struct Subject {
    /// Its id.
    pub id: String,
    /// What makes its figures.
    pub leaves: Vec<Leaf>,
    /// What it is and belongs to, under the names that columns have: `CAMPAIGN_NAME`.
    pub about: Map<String, Value>,
}

/// A kind of things in an ad account: the column of their ids, and the word in their path.
const KINDS: &[(&str, &str)] =
    &[("CAMPAIGN_ID", "campaigns"), ("AD_GROUP_ID", "ad_groups"), ("AD_ID", "ads")];

/// The things of an ad account that rows with this column of ids tell of, in the order of the ids
/// that were asked for; `None` asks for all. What is not there has no row.
pub fn of_account(
    world: &mut World,
    account: &str,
    column: &str,
    ids: Option<&[String]>,
) -> Vec<Subject> {
    let ads = things(world, account, "ads");
    let leaf = |ad: &Value| Leaf { key: key_text(&ad["id"]).unwrap_or_default(), since: made(ad) };
    let Some((_, word)) = KINDS.iter().find(|(known, _)| *known == column) else {
        let own = |id: &String| {
            let leaves = match column {
                "AD_ACCOUNT_ID" => ads.iter().map(leaf).collect(),
                _ => vec![Leaf { key: format!("{account}/{id}"), since: ALWAYS }],
            };
            let about = Map::from_iter([(column.to_owned(), id.as_str().into())]);
            Subject { id: id.clone(), leaves, about }
        };
        return ids.unwrap_or(&[account.to_owned()]).iter().map(own).collect();
    };
    let all = things(world, account, word);
    let named = |id: &String| all.iter().find(|thing| key_text(&thing["id"]).as_ref() == Some(id));
    let found: Vec<&Value> = match ids {
        Some(ids) => ids.iter().filter_map(named).collect(),
        None => all.iter().collect(),
    };
    let subject = |thing: &Value| {
        let id = key_text(&thing["id"]).unwrap_or_default();
        let below = |ad: &&Value| ad[column.to_lowercase()] == thing["id"];
        let leaves = match column {
            "AD_ID" => vec![leaf(thing)],
            _ => ads.iter().filter(below).map(leaf).collect(),
        };
        Subject { about: about(world, account, column, thing), leaves, id }
    };
    found.into_iter().map(subject).collect()
}

/// A Pin of ours, or all of them.
pub fn pins(world: &World, id: Option<Id>) -> Vec<Leaf> {
    let pins = world.pins.values().filter(|pin| id.is_none_or(|id| id == pin.id));
    pins.map(|pin| Leaf { key: pin.id.to_string(), since: pin.created.date() }).collect()
}

/// What is kept in an ad account under a word.
pub fn things(world: &mut World, account: &str, word: &str) -> Vec<Value> {
    let template = format!("/v5/ad_accounts/{{ad_account_id}}/{word}");
    let Some(collection) = Collection::at(&template) else {
        return Vec::new();
    };
    let path = template.replace("{ad_account_id}", account);
    let mut faker = Faker::default();
    faker.everywhere.insert("catalog_type".to_owned(), "RETAIL".into());
    faker.everywhere.insert("ad_account_id".to_owned(), account.into());
    world.store.filled(collection, &path, &faker).values().cloned().collect()
}

/// The properties of a thing and of what it belongs to, as columns name them.
fn about(world: &World, account: &str, column: &str, thing: &Value) -> Map<String, Value> {
    let mut about = Map::new();
    for (id_column, word) in KINDS {
        let id = match *id_column == column {
            true => &thing["id"],
            false => &thing[id_column.to_lowercase()],
        };
        let path = format!("/v5/ad_accounts/{account}/{word}");
        let things = world.store.collections.get(&path);
        let found = key_text(id).and_then(|id| things?.get(&Key::new(&id)));
        let kind = id_column.trim_end_matches("_ID");
        for (name, value) in object(found.unwrap_or(&Value::Null)) {
            about.insert(format!("{kind}_{}", name.to_uppercase()), value.clone());
            about.insert(format!("{kind}_ENTITY_{}", name.to_uppercase()), value);
        }
        about.insert((*id_column).to_owned(), id.clone());
    }
    for name in ["PIN_ID", "PIN_PROMOTION_ID"] {
        let value = if name == "PIN_ID" { &thing["pin_id"] } else { &about["AD_ID"] };
        about.insert(name.to_owned(), value.clone());
    }
    for name in ["AD_ACCOUNT_ID", "ADVERTISER_ID"] {
        about.insert(name.to_owned(), account.into());
    }
    about
}

/// The day on which a thing was made, where it says so.
fn made(thing: &Value) -> Date {
    let seconds = |value: &Value| Some(Moment(value.as_i64()?.checked_mul(1_000_000)?).date());
    let text = |value: &Value| {
        let text = value.as_str()?;
        let civil = text.parse::<DateTime>().ok().map(DateTime::date);
        civil.or_else(|| Some(Moment(text.parse::<Timestamp>().ok()?.as_microsecond()).date()))
    };
    let mut said = ["created_time", "created_at"].iter().map(|name| &thing[*name]);
    said.find_map(|value| seconds(value).or_else(|| text(value))).unwrap_or(ALWAYS)
}
