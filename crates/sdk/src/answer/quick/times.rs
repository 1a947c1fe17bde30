//! Texts that may be times, by the `T` in them, and the members that are times by their type.

use std::ops::Range;

use crate::catalog::{Kind, Rest, Type};

/// How many bytes a time has before its `T`, with the quote.
const DATE: usize = 11;

/// The text, with its quotes, whose `T` stands where that of a time without a zone does.
pub fn around(text: &str, at: usize) -> Option<Range<usize>> {
    let begin = at.checked_sub(DATE)?;
    let rest = text.as_bytes().get(begin..)?;
    // The rest of what makes it a time is looked at with the whole of it.
    if rest[0] != b'"' || *rest.get(DATE + 3)? != b':' {
        return None;
    }
    let digits = rest.get(20..)?.iter().position(|b| !b.is_ascii_digit() && *b != b'.')?;
    (rest[20 + digits] == b'"').then_some(begin..begin + 21 + digits)
}

/// The type of a member that is a time or can hold one; the alternatives of a union agree on what a name
/// means.
pub fn member(ty: &'static Type, name: &str) -> Option<&'static Type> {
    let member = match &ty.kind {
        Kind::Object { fields, rest } => {
            match (fields.iter().find(|field| field.name == name), rest) {
                (Some(field), _) => Some(field.ty),
                (None, Rest::Map(ty, _)) => Some(*ty),
                (None, _) => None,
            }
        }
        Kind::Union { of, .. } => of.iter().find_map(|variant| member(variant.ty, name)),
        _ => None,
    };
    member.filter(|ty| ty.zoned)
}
