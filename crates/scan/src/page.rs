//! Reads a page by its structure: which brackets belong together, and where strings end. That is several
//! times as fast as parsing it. What it does not recognise at once it leaves to whoever parses, who also
//! words the errors. Of an item it is not checked that numbers, words and colons are where JSON wants
//! them: its bytes go out as they came in.

use std::ops::Range;

use crate::key::key;
use crate::nodes::{Node, Nodes, Times};
use crate::structure::Structure;
use crate::zones::Zones;

/// How deep brackets may be, one less than there are bits for them; what is deeper is parsed, which has a limit of
/// its own.
const DEPTH: usize = 63;
/// How deep it is between the items.
const BETWEEN: usize = 2;
/// How many bytes a time has before its `T`, with the quote.
const DATE: usize = 11;

/// Where the items of a page are.
#[derive(Debug)]
pub struct Found<'t> {
    /// The array.
    pub items: Range<usize>,
    /// Its length.
    pub count: u32,
    /// Where zones are missing in the items.
    pub zones: Zones<'t>,
}

/// The page in an object whose items are a list under this name, of items of this type. None where parsing it
/// may tell more.
// Within a caller that is compiled to be small it would be slow.
#[inline(never)]
#[must_use]
pub fn page<'t>(text: &'t str, name: &str, item: Option<&'static dyn Times>) -> Option<Found<'t>> {
    let mut nodes = Nodes::default();
    let mut reader = Reader {
        text,
        name,
        item: item.map(|item| nodes.of(item)),
        nodes,
        zones: Zones::new(text),
        depth: 0,
        objects: 0,
        around: Vec::with_capacity(16),
        items: None,
        count: 0,
        since: 0,
        end: None,
    };
    let mut structure = Structure::of(text.as_bytes());
    while let Some(places) = structure.next_places() {
        for &at in places {
            reader.take(at as usize)?;
        }
    }
    let Reader { depth, items, end, count, zones, .. } = reader;
    let items = items?..end?;
    let whole = depth == 0 && !structure.is_cut();
    whole.then_some(Found { items, count, zones })
}

/// Where a page is being read.
struct Reader<'a, 't> {
    text: &'t str,
    name: &'a str,
    item: Option<Node>,
    nodes: Nodes<'t>,
    zones: Zones<'t>,
    /// How many brackets are open: the page itself, its items, an item, and so on.
    depth: usize,
    /// A bit for each of them, set for an object; the innermost is the lowest.
    objects: u64,
    /// Their types, from the item on, as far as they can hold a time.
    around: Vec<Node>,
    /// Where the items begin and end.
    items: Option<usize>,
    end: Option<usize>,
    count: u32,
    /// Where the items, or the last one of them, began to have nothing to them but commas.
    since: usize,
}

impl<'t> Reader<'_, 't> {
    /// None when it is no page that this understands.
    #[inline(always)]
    fn take(&mut self, at: usize) -> Option<()> {
        match self.text.as_bytes().get(at)? {
            b'T' => self.time(at),
            b'{' => self.open(at, true),
            b'[' => self.open(at, false),
            b'}' => self.close(at, true),
            b']' => self.close(at, false),
            _ => None,
        }
    }

    /// The type of the innermost bracket, where it can hold a time.
    #[inline(always)]
    fn inner(&self) -> Option<Node> {
        let node = self.around.last()?;
        (self.depth == BETWEEN + self.around.len()).then_some(*node)
    }

    fn is_object(&self) -> bool {
        self.objects & 1 == 1
    }

    /// A `T` in a string; in an object that can hold times, it may be that of one.
    #[inline(always)]
    fn time(&mut self, at: usize) -> Option<()> {
        if let Some(node) = self.inner()
            && self.is_object()
            && let Some(value) = around(self.text, at)
            && let Some(member) = self.nodes.member(node, self.text, value.start)?
            && self.nodes.is_time(member)
        {
            self.zones.look(&self.text[value]);
        }
        Some(())
    }

    #[inline(always)]
    fn open(&mut self, at: usize, object: bool) -> Option<()> {
        let node = match self.inner() {
            Some(node) if self.is_object() => self.nodes.member(node, self.text, at)?,
            Some(node) => self.nodes.element(node),
            None if self.depth <= BETWEEN => self.open_around(at, object)?,
            None => None,
        };
        if let Some(node) = node {
            self.around.push(node);
        }
        self.objects = self.objects << 1 | u64::from(object);
        self.depth += 1;
        (self.depth < DEPTH).then_some(())
    }

    /// The type of an item that opens here, or None for what is no item.
    fn open_around(&mut self, at: usize, object: bool) -> Option<Option<Node>> {
        match self.depth {
            0 if object && self.gap(at).is_empty() => {}
            0 => return None,
            1 if !object && self.items.is_none() && key(self.text, at)? == Some(self.name) => {
                (self.items, self.since) = (Some(at), at + 1);
            }
            _ if self.is_in_items() => {
                let between = if self.count == 0 { "" } else { "," };
                if self.gap(at) != between {
                    return None;
                }
                self.count = self.count.checked_add(1)?;
                return Some(self.item);
            }
            _ => {}
        }
        Some(None)
    }

    #[inline(always)]
    fn close(&mut self, at: usize, object: bool) -> Option<()> {
        if self.depth == 0 || self.is_object() != object {
            return None;
        }
        if self.inner().is_some() {
            self.around.pop();
        }
        self.objects >>= 1;
        self.depth -= 1;
        if self.depth <= BETWEEN { self.close_around(at) } else { Some(()) }
    }

    fn close_around(&mut self, at: usize) -> Option<()> {
        match self.depth {
            0 => self.since = at + 1,
            1 if self.is_in_items() => {
                if !self.gap(at).is_empty() {
                    return None;
                }
                self.end = Some(at + 1);
            }
            BETWEEN if self.is_in_items() => self.since = at + 1,
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

/// The text, with its quotes, whose `T` stands where that of a time without a zone does.
fn around(text: &str, at: usize) -> Option<Range<usize>> {
    let begin = at.checked_sub(DATE)?;
    let rest = text.as_bytes().get(begin..)?;
    // The rest of what makes it a time is looked at with the whole of it.
    if rest[0] != b'"' || *rest.get(DATE + 3)? != b':' {
        return None;
    }
    let digits = rest.get(20..)?.iter().position(|b| !b.is_ascii_digit() && *b != b'.')?;
    (rest[20 + digits] == b'"').then_some(begin..begin + 21 + digits)
}
