//! Walks through an answer once, to find the times in it.

use std::borrow::Cow;
use std::fmt;

use connector_scan::Zones;
use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor,
};
use serde_json::value::RawValue;

use super::members::{Members, item};
use crate::catalog::{Time, Type};

/// The JSON `text` of a value of this type, with zones where they were left out.
pub fn zoned(text: &str, ty: &'static Type) -> serde_json::Result<String> {
    let mut zones = Zones::new(text);
    let mut reader = serde_json::Deserializer::from_str(text);
    Zoned { ty: Some(ty), zones: &mut zones }.deserialize(&mut reader)?;
    reader.end()?;
    Ok(zones.filled_in(0..text.len()))
}

/// A value. Only the branches that can hold a time are taken apart.
pub struct Zoned<'a, 't> {
    /// Its type, where that is known.
    pub ty: Option<&'static Type>,
    pub zones: &'a mut Zones<'t>,
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
        // Looked up once for all keys: there are many, and few that can hold a time.
        let members = self.ty.map_or_else(Members::default, Members::of);
        while let Some(Key(name)) = map.next_key()? {
            let ty = members.get(&name);
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
