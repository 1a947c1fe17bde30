//! Gives times their zone. Pinterest's zone-less times are UTC; everything else in an answer passes
//! through as it is: unknown keys, big numbers, the order of keys.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::catalog::{Kind, Rest, Time, Type};

/// Appends `raw`, which has type `ty`, to `out`, with zones where they were left out. Only the
/// branches of the value that can hold a time are taken apart.
pub fn write_zoned(raw: &RawValue, ty: &Type, out: &mut String) {
    if !ty.zoned {
        return out.push_str(raw.get());
    }
    match raw.get().as_bytes()[0] {
        b'"' if ty.time == Some(Time::Rfc3339) => write_time(raw.get(), out),
        b'{' => write_members(raw, ty, out),
        b'[' => write_items(raw, ty, out),
        _ => out.push_str(raw.get()),
    }
}

fn write_time(quoted: &str, out: &mut String) {
    let text = quoted.as_bytes();
    let naive = text.len() >= 21
        && (text[5], text[8], text[11], text[14]) == (b'-', b'-', b'T', b':')
        && text[20..text.len() - 1].iter().all(|b| b.is_ascii_digit() || *b == b'.');
    if naive {
        out.push_str(&quoted[..quoted.len() - 1]);
        out.push_str("Z\"");
    } else {
        out.push_str(quoted);
    }
}

fn write_members(raw: &RawValue, ty: &Type, out: &mut String) {
    let Ok(Members(members)) = serde_json::from_str(raw.get()) else {
        return out.push_str(raw.get());
    };
    out.push('{');
    for (index, (key, value)) in members.into_iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        match &key {
            // A key that could be borrowed has nothing to escape.
            Cow::Borrowed(key) => out.extend(["\"", key, "\":"]),
            Cow::Owned(key) => out.extend([&serde_json::to_string(key).unwrap_or_default(), ":"]),
        }
        match member(ty, &key) {
            Some(ty) => write_zoned(value, ty, out),
            None => out.push_str(value.get()),
        }
    }
    out.push('}');
}

fn write_items(raw: &RawValue, ty: &Type, out: &mut String) {
    let (Some(of), Ok(items)) = (item(ty), serde_json::from_str::<Vec<&RawValue>>(raw.get()))
    else {
        return out.push_str(raw.get());
    };
    out.push('[');
    for (index, value) in items.into_iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        write_zoned(value, of, out);
    }
    out.push(']');
}

/// The type of a member that can hold a time. The alternatives of a union agree on what a name
/// means, so the tag need not be read.
fn member(ty: &Type, name: &str) -> Option<&'static Type> {
    match &ty.kind {
        Kind::Object { fields, rest } => {
            let field = fields.iter().find(|field| field.name == name).map(|field| field.ty);
            field.or(match rest {
                Rest::Map(ty, _) => Some(ty),
                Rest::Unknown => None,
            })
        }
        Kind::Union { of, .. } => {
            of.iter().filter_map(|variant| member(variant.ty, name)).find(|ty| ty.zoned)
        }
        _ => None,
    }
}

fn item(ty: &Type) -> Option<&'static Type> {
    match &ty.kind {
        Kind::List { of, .. } => Some(of),
        Kind::Union { of, .. } => {
            of.iter().filter_map(|variant| item(variant.ty)).find(|ty| ty.zoned)
        }
        _ => None,
    }
}

/// The members of an object in their order, with their values unparsed.
pub struct Members<'a>(pub Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct All;
        impl<'de> Visitor<'de> for All {
            type Value = Vec<(Cow<'de, str>, &'de RawValue)>;
            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::with_capacity(32);
                while let Some((Key(key), value)) = map.next_entry()? {
                    members.push((key, value));
                }
                Ok(members)
            }
        }
        deserializer.deserialize_map(All).map(Members)
    }
}

/// A key, borrowed where it can be.
pub struct Key<'a>(pub Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Key<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;
        impl<'de> Visitor<'de> for Text {
            type Value = Cow<'de, str>;
            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("a text")
            }
            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Cow::Borrowed(text))
            }
            fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Cow::Owned(text.to_owned()))
            }
        }
        deserializer.deserialize_str(Text).map(Key)
    }
}
