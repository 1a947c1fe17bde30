//! Makes up values of a type: the same for the same place, and different elsewhere.

use std::hash::{DefaultHasher, Hash, Hasher};

use serde_json::{Map, Number, Value, json};

use super::check::{self, fits};
use super::samples::{moment, text, time};
use crate::clock::Moment;
use crate::facts::{Additional, Kind, Lookup, Type, limit, named};

/// From this depth on only what is required is made up.
const DEEP: u8 = 6;
/// Keys of a map of numbers.
const KEYS: [&str; 2] = ["first", "second"];
/// The key of a map of things: that of a summary.
const ALL: &str = "all";

/// What is known while values are made up.
#[derive(Clone, Default)]
pub struct Faker {
    /// Values by name, used on the surface where they fit.
    pub known: Map<String, Value>,
    /// Values by name, used at any depth where they fit.
    pub everywhere: Map<String, Value>,
    /// When it is made; None for something that has been there for long.
    pub made: Option<Moment>,
    /// Whether what may be left out is left out.
    pub sparse: bool,
}

/// Where a value stands.
#[derive(Clone, Copy)]
struct Place<'n> {
    name: &'n str,
    noise: u64,
    depth: u8,
}

impl Faker {
    /// The same with more known, which wins over what was known.
    pub fn knowing(&self, more: &Value) -> Faker {
        let mut faker = self.clone();
        faker.known.extend(more.as_object().cloned().unwrap_or_default());
        faker
    }

    /// A value of a type. `seed` tells it apart from other values of that type.
    pub fn value(&self, type_: &'static Type, seed: &impl Hash) -> Value {
        self.make(type_, Place { name: "", noise: noise(seed), depth: 0 })
    }

    /// A thing as another type shows it. What does not fit there is left out or made up.
    pub fn view(&self, type_: &'static Type, thing: &Value, seed: &impl Hash) -> Value {
        match check::value("", type_, thing) {
            Ok(()) => thing.clone(),
            Err(_) => Faker { sparse: true, ..self.knowing(thing) }.value(type_, seed),
        }
    }

    fn make(&self, type_: &'static Type, place: Place) -> Value {
        let may_be_null = type_.takes_null() && place.depth > 0 && !self.is_stamp(place);
        if may_be_null && (self.sparse || place.noise.is_multiple_of(5)) {
            return Value::Null;
        }
        if let Some(default) = type_.default.as_ref().filter(|_| self.sparse) {
            return default.clone();
        }
        let type_ = type_.resolve();
        if !type_.one_of.is_empty() {
            return self.alternative(type_, place);
        }
        if let Some(choice) = pick(&type_.options, place.noise) {
            return choice.clone();
        }
        match type_.kind {
            None => Value::Null,
            Some(Kind::Boolean) => (place.noise % 2 == 1).into(),
            Some(Kind::String) => match type_.time {
                Some(encoding) if type_.pattern.is_none() => time(encoding, self.moment(place)),
                _ => text(type_, place.name, place.noise).into(),
            },
            Some(Kind::Integer | Kind::Number) => self.number(type_, place),
            Some(Kind::Array) => self.array(type_, place),
            Some(Kind::Object) => self.object(type_, place),
        }
    }

    /// With a discriminator, the alternative that is known of, if any.
    fn alternative(&self, type_: &'static Type, place: Place) -> Value {
        let Some(discriminator) = &type_.discriminator else {
            return self.make(&type_.one_of[0], place);
        };
        let mapping = &discriminator.mapping;
        let known = self.known.get(&discriminator.property);
        let known = known.or(self.everywhere.get(&discriminator.property)).and_then(Value::as_str);
        let known = known.and_then(|known| mapping.get_key_value(known));
        let index = place.noise as usize % mapping.len();
        let Some((value, name)) = known.or_else(|| mapping.iter().nth(index)) else {
            return Value::Null;
        };
        let mut made = self.make(named(name), place);
        made[&discriminator.property] = value.as_str().into();
        made
    }

    fn array(&self, type_: &'static Type, place: Place) -> Value {
        let Some(items) = &type_.items else {
            return json!([]);
        };
        let count = match self.sparse {
            true => 0,
            false => place.noise as usize % 3 + 1,
        };
        let count =
            count.max(type_.min_items.unwrap_or(0)).min(type_.max_items.unwrap_or(usize::MAX));
        let name = place.name.strip_suffix('s').unwrap_or(place.name);
        (0..count).map(|index| self.make(items, place.at(name, &index))).collect()
    }

    fn object(&self, type_: &'static Type, place: Place) -> Value {
        let mut object = Map::new();
        for (name, property) in &type_.properties {
            let needed = type_.required.contains(name) || self.sets(property);
            let wanted = needed || !self.sparse && place.depth < DEEP;
            let value = match self.known(name, property, place) {
                Some(value) => value,
                None if wanted => self.make(property, place.at(name, name)),
                None => continue,
            };
            object.insert(name.clone(), value);
        }
        match &type_.additional_properties {
            Some(Additional::Of(extra)) => object.extend(self.map(extra, place)),
            // Keys that the description lacks occur on the wire.
            None if place.noise.is_multiple_of(7) => {
                object.insert("x_new_field".to_owned(), place.noise.to_string().into());
            }
            _ => {}
        }
        Value::Object(object)
    }

    /// A map whose keys the facts do not have: numbers by name, or things by what they are of.
    fn map(&self, extra: &'static Type, place: Place) -> Vec<(String, Value)> {
        let is_number = matches!(extra.resolve().kind, Some(Kind::Integer | Kind::Number));
        let keys = if is_number { &KEYS[..] } else { &[ALL] };
        let make = |key: &&str| ((*key).to_owned(), self.make(extra, place.at(key, key)));
        keys.iter().map(make).collect()
    }

    /// What the server sets on a thing that was made with little.
    fn sets(&self, property: &'static Type) -> bool {
        property.read_only || property.default.is_some() || property.nullable
    }

    fn known(&self, name: &str, property: &'static Type, place: Place) -> Option<Value> {
        let surface = self.known.get(name).filter(|_| place.depth == 0);
        let mut known = surface.into_iter().chain(self.everywhere.get(name));
        known.find(|value| fits(property, value)).cloned()
    }

    fn number(&self, type_: &Type, place: Place) -> Value {
        if let Some(encoding) = type_.time {
            return time(encoding, self.moment(place));
        }
        let above = limit(type_.exclusive_minimum.as_ref());
        let least = limit(type_.minimum.as_ref()).or(above.map(|bound| bound + 1.0));
        let number = (place.noise % 1000) as f64;
        let number = number
            .min(limit(type_.maximum.as_ref()).unwrap_or(number))
            .max(least.unwrap_or(number));
        match type_.kind {
            Some(Kind::Integer) => (number as i64).into(),
            _ => Number::from_f64(number).map_or(Value::Null, Value::Number),
        }
    }

    fn moment(&self, place: Place) -> Moment {
        self.made.filter(|_| self.is_stamp(place)).unwrap_or_else(|| moment(place.noise))
    }

    /// Whether it says when a new thing was made.
    fn is_stamp(&self, place: Place) -> bool {
        let says = ["created_", "updated_", "creation_"];
        self.made.is_some() && says.iter().any(|word| place.name.starts_with(word))
    }
}

impl<'n> Place<'n> {
    /// A place inside this one.
    fn at(self, name: &'n str, key: &impl Hash) -> Place<'n> {
        let key = noise(key);
        Place { name, noise: noise(&(self.noise, key)), depth: self.depth + 1 }
    }
}

/// A number that follows from a value and looks random.
pub fn noise(of: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    of.hash(&mut hasher);
    hasher.finish()
}

fn pick<T>(list: &[T], noise: u64) -> Option<&T> {
    list.get(noise as usize % list.len().max(1))
}
