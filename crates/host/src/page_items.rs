//! The items of a page as they are written.

use serde_json::value::RawValue;

use crate::error::Error;

/// The items of a page, which is a JSON array as [`Observer::page`](crate::Observer::page) gives it, each as it
/// is written.
///
/// A list of objects is taken apart by its brackets, which is faster than parsing it. So what an item holds was not
/// looked at: whoever parses one learns whether it is JSON. An error is that the page is no list.
///
/// ```
/// let items = connector_host::page_items(r#"[{"id":"1"},{"id":"2"}]"#)?;
/// assert_eq!(items, [r#"{"id":"1"}"#, r#"{"id":"2"}"#]);
/// # Ok::<(), connector_host::Error>(())
/// ```
pub fn page_items(page: &str) -> Result<Vec<&str>, Error> {
    if let Some(items) = connector_scan::elements(page) {
        return Ok(items);
    }
    let items: Vec<&RawValue> = serde_json::from_str(page)
        .map_err(|error| Error::trap(format!("a page is not a list of JSON: {error}")))?;
    Ok(items.into_iter().map(RawValue::get).collect())
}
