//! Reads one page of a list.

use std::borrow::Cow;

use serde_json::value::RawValue;

use super::time::Members;
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
    let Members(members) = serde_json::from_str(text).map_err(|cause| garbled(response, cause))?;
    let find =
        |name: &str| members.iter().find(|(key, _)| key == name).map(|(_, value)| value.get());
    let name = match action.listing {
        Listing::Items(name) => name,
        _ => "items",
    };
    let Some(items) = find(name) else {
        let error = refusal::in_disguise(response, action.scopes);
        return Err(error.unwrap_or_else(|| garbled(response, format!("it has no {name}"))));
    };
    let items = serde_json::from_str(items).map_err(|cause| garbled(response, cause))?;
    let bookmark = match find("bookmark") {
        Some(bookmark) => {
            serde_json::from_str(bookmark).map_err(|cause| garbled(response, cause))?
        }
        None => None,
    };
    Ok(Page { items, bookmark })
}
