//! Reads a page by its structure: which brackets belong together, and where texts end. That is several
//! times as fast as parsing it. What it does not recognise at once it leaves to whoever parses, who also
//! words the errors. Of an item it is not checked that numbers, words and colons are where JSON wants
//! them: its bytes go out as they came in.

mod structure;
mod times;

use std::ops::Range;

use serde::Deserialize;

use self::structure::Structure;
use super::members;
use super::time::Zones;
use crate::catalog::{Time, Type};

/// How deep brackets may be; what is deeper is parsed, which has a limit of its own.
const DEPTH: usize = 120;

/// What is read of a page.
pub struct Listed {
    /// A JSON array.
    pub items: String,
    pub count: u32,
    pub bookmark: Option<String>,
}

/// The page in an object whose items are a list under this name. None where parsing it may tell more.
pub fn page(text: &str, name: &str, item: &'static Type) -> Option<Listed> {
    let mut zones = Zones::new(text);
    let mut reader = Reader {
        text,
        name,
        item: Some(item).filter(|item| item.zoned),
        zones: &mut zones,
        around: Vec::with_capacity(32),
        items: None,
        count: 0,
        since: 0,
        end: None,
    };
    let mut structure = Structure::of(text);
    for (at, byte) in structure.by_ref() {
        reader.take(at, byte)?;
    }
    let (count, items) = (reader.count, reader.items?..reader.end?);
    if structure.is_cut() || !reader.around.is_empty() {
        return None;
    }
    let bookmark = bookmark(text, &items)?;
    Some(Listed { items: zones.filled_in(items), count, bookmark })
}

/// The bookmark beside the items; all that is beside them is parsed.
fn bookmark(text: &str, items: &Range<usize>) -> Option<Option<String>> {
    #[derive(Deserialize)]
    struct Around {
        bookmark: Option<String>,
    }
    let around = [&text[..items.start], "0", &text[items.end..]].concat();
    let Around { bookmark } = serde_json::from_str(&around).ok()?;
    Some(bookmark)
}

/// What an open bracket began.
struct Open {
    object: bool,
    /// Its type, where it is within an item and can hold a time.
    ty: Option<&'static Type>,
}

/// Where a page is being read.
struct Reader<'a, 't> {
    text: &'t str,
    name: &'a str,
    item: Option<&'static Type>,
    zones: &'a mut Zones<'t>,
    /// The open brackets: the page itself, its items, an item, and so on.
    around: Vec<Open>,
    /// Where the items begin and end.
    items: Option<usize>,
    end: Option<usize>,
    count: u32,
    /// Where the items, or the last one of them, began to have nothing to them but commas.
    since: usize,
}

impl Reader<'_, '_> {
    /// None when it is no page that this understands.
    #[inline]
    fn take(&mut self, at: usize, byte: u8) -> Option<()> {
        match byte {
            b'T' => self.time(at),
            b'{' | b'[' => self.open(at, byte == b'{'),
            b'}' | b']' => self.close(at, byte == b'}'),
            _ => None,
        }
    }

    /// A `T` in a text; in an object that can hold times, it may be that of one.
    fn time(&mut self, at: usize) -> Option<()> {
        if let Some(Open { object: true, ty: Some(ty) }) = self.around.last()
            && let Some(value) = times::around(self.text, at)
            && let Some(key) = key(self.text, value.start)?
            && times::member(ty, key).is_some_and(|ty| ty.time == Some(Time::Rfc3339))
        {
            self.zones.look(&self.text[value]);
        }
        Some(())
    }

    fn open(&mut self, at: usize, object: bool) -> Option<()> {
        let ty = match self.around.as_slice() {
            [] if object && self.gap(at).is_empty() => None,
            [] => return None,
            [_] => {
                if !object && self.items.is_none() && key(self.text, at)? == Some(self.name) {
                    (self.items, self.since) = (Some(at), at + 1);
                }
                None
            }
            [_, _] if self.is_in_items() => {
                let between = if self.count == 0 { "" } else { "," };
                if self.gap(at) != between {
                    return None;
                }
                self.count = self.count.checked_add(1)?;
                self.item
            }
            [.., Open { ty: None, .. }] => None,
            [.., Open { object: true, ty: Some(ty) }] => {
                key(self.text, at)?.and_then(|key| times::member(ty, key))
            }
            [.., Open { object: false, ty: Some(ty) }] => members::item(ty).filter(|ty| ty.zoned),
        };
        self.around.push(Open { object, ty });
        (self.around.len() < DEPTH).then_some(())
    }

    fn close(&mut self, at: usize, object: bool) -> Option<()> {
        if self.around.pop()?.object != object {
            return None;
        }
        match self.around.len() {
            0 => self.since = at + 1,
            1 if self.is_in_items() => {
                if !self.gap(at).is_empty() {
                    return None;
                }
                self.end = Some(at + 1);
            }
            2 if self.is_in_items() => self.since = at + 1,
            _ => {}
        }
        Some(())
    }

    fn is_in_items(&self) -> bool {
        self.items.is_some() && self.end.is_none()
    }

    /// What there is since the last item, but for spaces.
    fn gap(&self, at: usize) -> &str {
        self.text[self.since..at].trim_ascii()
    }
}

/// The name before the value that begins here, if it is a member. None at all where a name may be written
/// with a backslash.
fn key(text: &str, value: usize) -> Option<Option<&str>> {
    let before = text[..value].trim_ascii_end();
    let Some(before) = before.strip_suffix(':') else { return Some(None) };
    let named = before.trim_ascii_end().strip_suffix('"')?;
    let begin = named.rfind('"')? + 1;
    let escaped = named[begin..].contains('\\') || named[..begin - 1].ends_with('\\');
    (!escaped).then(|| Some(&named[begin..]))
}
