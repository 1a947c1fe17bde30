//! Reads one page of a list.

use std::borrow::Cow;
use std::fmt;

use serde::Deserializer as _;
use serde::de::{IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::time::Key;
use super::{accepted, garbled, refusal};
use crate::catalog::{Action, Listing};
use crate::contract::{Error, Response};

/// One page, borrowed from the answer's body.
pub struct Page<'a> {
    pub items: Vec<&'a RawValue>,
    /// Where the next page begins. Only its absence ends a list: a page may be short or empty.
    pub bookmark: Option<Cow<'a, str>>,
}

/// Reads the answer to a list action.
pub fn read<'a>(action: &Action, response: &'a Response) -> Result<Page<'a>, Error> {
    let text = accepted(response, action.scopes)?;
    // Some lists that are described as items come as a bare array, so the answer decides.
    if text.starts_with('[') {
        let items = serde_json::from_str(text).map_err(|cause| garbled(response, cause))?;
        return Ok(Page { items, bookmark: None });
    }
    // What is one thing is a list of it alone, for those who watch it.
    if action.listing == Listing::Single {
        let item = serde_json::from_str(text).map_err(|cause| garbled(response, cause))?;
        return Ok(Page { items: vec![item], bookmark: None });
    }
    let name = match action.listing {
        Listing::Items(name) => name,
        _ => "items",
    };
    let mut reader = serde_json::Deserializer::from_str(text);
    let envelope = reader.deserialize_map(Envelope(name));
    let (items, bookmark) = envelope
        .and_then(|page| reader.end().map(|()| page))
        .map_err(|cause| garbled(response, cause))?;
    match items {
        Some(items) => Ok(Page { items, bookmark }),
        None => {
            let error = refusal::in_disguise(response, action.scopes);
            Err(error.unwrap_or_else(|| garbled(response, format!("it has no {name}"))))
        }
    }
}

/// The object around the items, which are under this name.
struct Envelope<'n>(&'n str);

impl<'de> Visitor<'de> for Envelope<'_> {
    type Value = (Option<Vec<&'de RawValue>>, Option<Cow<'de, str>>);

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let (mut items, mut bookmark) = (None, None);
        while let Some(Key(key)) = map.next_key()? {
            if key == self.0 {
                items = map.next_value()?;
            } else if key == "bookmark" {
                bookmark = map.next_value::<Option<Key>>()?.map(|Key(text)| text);
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok((items, bookmark))
    }
}
