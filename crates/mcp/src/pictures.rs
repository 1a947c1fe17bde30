//! Pictures of what an action answers with, as images that a model sees.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use connector_host::contract::Effect;
use connector_host::contract::actions::Shape;
use connector_host::{Fetch, Shown};
use rmcp::model::{CallToolResult, ContentBlock, JsonObject};
use serde_json::{Map, Value, json};
use tokio::task::JoinSet;
use url::Url;

use crate::answer;
use crate::arguments::{Invalid, number};
use crate::call::{self, Ran};
use crate::caller::Caller;
use crate::compact::picture;
use crate::meta::{PICTURES, PICTURES_MOST};
use crate::period;
use crate::schema::{self, LIMIT, SKIP};
use crate::server::Server;
use crate::vocabulary::Pictures;

/// Levels of a thing in which a picture is looked for.
const DEEP: usize = 6;
/// Pictures of one thing, where one thing is answered with.
const OF_ONE: usize = 5;
/// Bytes of all pictures of an answer, before they are written in base64.
const ALL: usize = 700 << 10;

impl Server {
    /// The pictures of what a tool answers with that reads. None when there is no tool of that name.
    pub(crate) async fn pictures(
        &self,
        name: &str,
        mut arguments: JsonObject,
        caller: &Caller,
    ) -> Option<CallToolResult> {
        let action = &self.named(name)?.action;
        let (Some(pictures), Some(fetch)) = (self.where_pictures_are(), &self.options().pictures)
        else {
            return None;
        };
        if action.effect != Effect::Read {
            return Some(Invalid::new("name", "is no tool that only reads").into());
        }
        let lacking = self.connection().lacking(&action.scopes);
        if !lacking.is_empty() {
            return Some(answer::missing(action, &lacking));
        }
        let description = match self.describe(&action.id) {
            Ok(description) => description,
            Err(failure) => return Some(answer::failure(&failure)),
        };
        let most = match take_most(&description.input, &mut arguments) {
            Ok(most) => most,
            Err(invalid) => return Some(invalid.into()),
        };
        if let Err(invalid) = period::fill(&description, &mut arguments) {
            return Some(invalid.into());
        }
        if let Err(refused) = self.resolve(&description, &mut arguments, caller).await {
            return Some(*refused);
        }
        if action.shape == Shape::Items && !schema::has_own(&description.input, LIMIT) {
            arguments.insert(LIMIT.to_owned(), most.into());
        }
        let progress = caller.progress.clone();
        let ran = call::run(self.connection(), &description, arguments, progress).await;
        let Ran { ended, given, .. } = match ran {
            Ok(ran) => ran,
            Err(invalid) => return Some(invalid.into()),
        };
        let shown = Shown::new(&description.output).with_personal(self.options().personal);
        let ended = match ended {
            Ok(ended) => ended,
            Err(failure) => return Some(answer::masked_failure(&failure, &given, &shown, |_| {})),
        };
        let (mut things, of_each) = match action.shape {
            Shape::Items => (ended.items, 1),
            Shape::Single => (vec![ended.output], OF_ONE),
        };
        things.iter_mut().for_each(|thing| shown.apply(thing));
        Some(told(&things, pictures, of_each, fetch).await)
    }
}

/// How many pictures are wanted. What else shapes answers is of no use here.
fn take_most(input: &str, arguments: &mut JsonObject) -> Result<usize, Invalid> {
    let mut ours = JsonObject::new();
    if !schema::has_own(input, LIMIT) {
        ours.extend(arguments.remove(LIMIT).map(|value| (LIMIT.to_owned(), value)));
    }
    for name in [SKIP, crate::compact::FIELDS, crate::compact::FULL] {
        if name != SKIP && !schema::has_own(input, name) {
            arguments.remove(name);
        }
    }
    number(&ours, LIMIT, PICTURES, 1..=PICTURES_MOST)
}

/// What the things are called, and their pictures behind it in the same order.
async fn told(
    things: &[Value],
    pictures: &Pictures,
    of_each: usize,
    fetch: &Fetch,
) -> CallToolResult {
    let mut wanted = JoinSet::new();
    let mut rows: Vec<Map<String, Value>> = Vec::new();
    for thing in things {
        let found = addresses(thing, pictures, of_each);
        if found.is_empty() {
            rows.push(row(thing, "picture", "none".into()));
        }
        for address in found {
            let (at, fetch) = (rows.len(), fetch.clone());
            rows.push(row(thing, "address", address.clone().into()));
            wanted.spawn(async move { (at, fetch.read(&address).await) });
        }
    }
    let mut come: Vec<_> = (0..rows.len()).map(|_| None).collect();
    while let Some(ended) = wanted.join_next().await {
        // One that has panicked has come as little as one that was not found.
        if let Ok((at, read)) = ended {
            come[at] = Some(read);
        }
    }
    let (mut images, mut left) = (Vec::new(), ALL);
    for (row, read) in rows.iter_mut().zip(come) {
        let picture = match read {
            None => continue,
            Some(Err(error)) => format!("it does not come: {error}").into(),
            Some(Ok(bytes)) if bytes.len() > left => "left out, there are too many".into(),
            Some(Ok(bytes)) => match kind(&bytes) {
                None => "what comes is no picture".into(),
                Some(kind) => {
                    left -= bytes.len();
                    images.push(ContentBlock::image(STANDARD.encode(bytes), kind));
                    row.remove("address");
                    images.len().into()
                }
            },
        };
        row.insert("picture".into(), picture);
    }
    let mut answer = json!({"pictures": rows});
    if images.is_empty() {
        answer["note"] =
            "Tools that get or list the things themselves answer with pictures.".into();
    }
    let mut result = CallToolResult::structured(answer);
    result.content.extend(images);
    result
}

/// What a thing is, in few words, and one more.
fn row(thing: &Value, name: &str, value: Value) -> Map<String, Value> {
    let said = ["id", "name", "title"].iter().filter_map(|name| {
        let value = thing.get(*name).filter(|value| !value.is_null())?;
        Some(((*name).to_owned(), value.clone()))
    });
    said.chain([(name.to_owned(), value)]).collect()
}

/// Where a thing has pictures, of the origins that are known for it.
fn addresses(thing: &Value, pictures: &Pictures, most: usize) -> Vec<String> {
    for member in &pictures.members {
        let mut found = Vec::new();
        look(thing, member, DEEP, &mut found);
        found.retain(|address| is_known(address, pictures));
        found.dedup();
        if !found.is_empty() {
            found.truncate(most);
            return found;
        }
    }
    Vec::new()
}

fn look(value: &Value, member: &str, deep: usize, found: &mut Vec<String>) {
    let Some(deep) = deep.checked_sub(1) else { return };
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                match value {
                    value if name != member => look(value, member, deep, found),
                    Value::String(address) => found.push(address.clone()),
                    Value::Array(all) => {
                        found.extend(all.iter().filter_map(Value::as_str).map(str::to_owned));
                    }
                    sizes => {
                        found.extend(picture(sizes).and_then(|it| Some(it.as_str()?.to_owned())));
                    }
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| look(item, member, deep, found)),
        _ => {}
    }
}

fn is_known(address: &str, pictures: &Pictures) -> bool {
    let origin = Url::parse(address).ok().map(|url| url.origin().ascii_serialization());
    origin.is_some_and(|origin| pictures.origins.contains(&origin))
}

/// The type of a picture that clients show, by how it begins.
fn kind(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0x89, b'P', b'N', b'G', ..] => Some("image/png"),
        [0xff, 0xd8, 0xff, ..] => Some("image/jpeg"),
        [b'G', b'I', b'F', b'8', ..] => Some("image/gif"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some("image/webp"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pictures() -> Pictures {
        let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        Pictures { origins: owned(&["https://i.example"]), members: owned(&["images", "cover"]) }
    }

    #[test]
    fn a_picture_is_found_wherever_a_thing_has_it() {
        let size =
            |width: u64| json!({"url": format!("https://i.example/{width}"), "width": width});
        let sizes = json!({"s": size(150), "l": size(600), "o": size(1200)});
        let thing = json!({"cover": "https://i.example/c", "media": {"items": [
            {"images": sizes}, {"images": ["https://i.example/2", "https://else.example/3"]},
        ]}});
        let wanted = ["https://i.example/600", "https://i.example/2"];
        assert_eq!(addresses(&thing, &pictures(), 5), wanted);
        assert_eq!(addresses(&thing, &pictures(), 1), wanted[..1]);
        assert_eq!(addresses(&json!({"cover": "https://i.example/c"}), &pictures(), 1).len(), 1);
    }

    #[test]
    fn nothing_is_fetched_from_elsewhere() {
        for address in [
            "https://else.example/a",
            "http://i.example/a",
            "https://i.example:8443/a",
            "https://i.example.else.example/a",
            "no address",
        ] {
            let thing = json!({"cover": address});
            assert!(addresses(&thing, &pictures(), 5).is_empty(), "{address}");
        }
    }

    #[test]
    fn only_pictures_are_pictures() {
        assert_eq!(kind(&[0xff, 0xd8, 0xff, 0xe0]), Some("image/jpeg"));
        assert_eq!(kind(b"RIFF0000WEBPVP8 "), Some("image/webp"));
        assert_eq!((kind(b"<html>"), kind(b"<svg>"), kind(b"")), (None, None, None));
    }
}
