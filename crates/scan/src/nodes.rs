//! Which members of an item are times, or can hold one, remembered from item to item.

use crate::key::key;

/// What is known of a type that is a time or holds one.
pub trait Times {
    /// The type of the member of this name, where that is a time or can hold one.
    fn member(&self, name: &str) -> Option<&'static dyn Times>;

    /// The type of the elements of a list, where they can hold a time.
    fn element(&self) -> Option<&'static dyn Times>;

    /// Whether it is a time as RFC 3339 writes it, from which the zone may be missing.
    fn is_time(&self) -> bool;
}

/// A type that was met.
pub type Node = usize;

/// How many names are remembered of one type.
const NAMES: usize = 32;

/// The types that were met, each once.
#[derive(Default)]
pub struct Nodes<'t>(Vec<Known<'t>>);

struct Known<'t> {
    ty: &'static dyn Times,
    /// Names as they are written, from the quote to the value, and what they lead to.
    members: Vec<(&'t [u8], Option<Node>)>,
    /// The one that comes after the one that was found last; items have their members in the same order.
    next: usize,
}

impl<'t> Nodes<'t> {
    pub fn of(&mut self, ty: &'static dyn Times) -> Node {
        let known = self.0.iter().position(|known| std::ptr::addr_eq(known.ty, ty));
        known.unwrap_or_else(|| {
            self.0.push(Known { ty, members: Vec::new(), next: 0 });
            self.0.len() - 1
        })
    }

    /// The member whose value begins here, as [`Times::member`] gives it. None at all where a name may be written
    /// with a backslash.
    pub fn member(&mut self, node: Node, text: &'t str, value: usize) -> Option<Option<Node>> {
        let before = text.as_bytes().get(..value)?;
        let Known { ty, members, next } = &mut self.0[node];
        let as_before = members.get(*next).is_some_and(|(written, _)| ends_with(before, written));
        let known = match as_before {
            true => Some(*next),
            false => members.iter().position(|(written, _)| ends_with(before, written)),
        };
        if let Some(known) = known {
            *next = (known + 1) % members.len();
            return Some(members[known].1);
        }
        let ty = *ty;
        let Some(name) = key(text, value)? else { return Some(None) };
        let member = ty.member(name).map(|ty| self.of(ty));
        let begin = name.as_ptr() as usize - text.as_ptr() as usize - 1;
        let members = &mut self.0[node].members;
        if members.len() < NAMES {
            members.push((&before[begin..], member));
        }
        Some(member)
    }

    pub fn element(&mut self, node: Node) -> Option<Node> {
        self.0[node].ty.element().map(|ty| self.of(ty))
    }

    pub fn is_time(&self, node: Node) -> bool {
        self.0[node].ty.is_time()
    }
}

/// Whether this name is written there; with a backslash before its quote it is the end of another.
fn ends_with(before: &[u8], written: &[u8]) -> bool {
    before.strip_suffix(written).is_some_and(|before| before.last() != Some(&b'\\'))
}
