//! Gives times their zone. Pinterest's zone-less times are UTC; everything else in an answer passes
//! through as it is: unknown keys, big numbers, the order of keys.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor,
};
use serde_json::value::RawValue;

use crate::catalog::{Kind, Rest, Time, Type};

/// The JSON `text` of a value of this type, with zones where they were left out.
pub fn zoned(text: &str, ty: &'static Type) -> serde_json::Result<String> {
    let mut zones = Zones::new(text);
    let mut reader = serde_json::Deserializer::from_str(text);
    Zoned { ty: Some(ty), zones: &mut zones }.deserialize(&mut reader)?;
    reader.end()?;
    Ok(zones.filled_in(0..text.len()))
}

/// Where zones are missing in a text.
pub struct Zones<'t> {
    text: &'t str,
    /// How many bytes come before each.
    places: Vec<usize>,
}

impl Zones<'_> {
    pub fn new(text: &str) -> Zones<'_> {
        Zones { text, places: Vec::new() }
    }

    /// Looks at a value that may be a time. It is a part of the text, with its quotes.
    fn look(&mut self, value: &str) {
        let time = value.as_bytes();
        let naive = time.len() >= 21
            && time[0] == b'"'
            && (time[5], time[8], time[11], time[14]) == (b'-', b'-', b'T', b':')
            && time[20..time.len() - 1].iter().all(|b| b.is_ascii_digit() || *b == b'.');
        if naive {
            let begin = value.as_ptr() as usize - self.text.as_ptr() as usize;
            self.places.push(begin + value.len() - 1);
        }
    }

    /// A range of the text, which holds all of the places, with the zones.
    pub fn filled_in(self, range: Range<usize>) -> String {
        let mut out = String::with_capacity(range.len() + self.places.len());
        let mut done = range.start;
        for place in self.places {
            out.extend([&self.text[done..place], "Z"]);
            done = place;
        }
        out + &self.text[done..range.end]
    }
}

/// A value. Only the branches that can hold a time are taken apart.
struct Zoned<'a, 't> {
    /// Its type, where that is known.
    ty: Option<&'static Type>,
    zones: &'a mut Zones<'t>,
}

impl<'de> DeserializeSeed<'de> for Zoned<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<(), D::Error> {
        match self.ty.filter(|ty| ty.zoned) {
            None => IgnoredAny::deserialize(reader).map(drop),
            Some(Type { time: Some(Time::Rfc3339), .. }) => {
                let value = <&RawValue>::deserialize(reader)?;
                self.zones.look(value.get());
                Ok(())
            }
            Some(_) => reader.deserialize_any(self),
        }
    }
}

impl<'de> Visitor<'de> for Zoned<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(Key(name)) = map.next_key()? {
            let ty = self.ty.and_then(|ty| member(ty, &name));
            map.next_value_seed(Zoned { ty, zones: &mut *self.zones })?;
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<(), A::Error> {
        List { of: self.ty.and_then(item), zones: self.zones }.visit_seq(seq).map(drop)
    }

    // What is not of the type that was promised passes through, too.
    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
}

/// A list of values, or `null`; gives their number.
pub struct List<'a, 't> {
    /// The type of the values, where that is known.
    pub of: Option<&'static Type>,
    pub zones: &'a mut Zones<'t>,
}

impl<'de> DeserializeSeed<'de> for List<'_, '_> {
    type Value = Option<u32>;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Self::Value, D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for List<'_, '_> {
    type Value = Option<u32>;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let List { of: ty, zones } = self;
        let mut count = 0;
        while let Some(()) = seq.next_element_seed(Zoned { ty, zones: &mut *zones })? {
            count += 1;
        }
        Ok(Some(count))
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }
}

/// The type of a member. The alternatives of a union agree on what a name
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
