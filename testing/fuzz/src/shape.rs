//! A JSON text with the places of its values, so that it is changed without being parsed again.

use std::ops::Range;

use serde_json::Value;

use crate::mutate;
use crate::rng::Rng;

/// So many levels from the top, a place is near it.
const NEAR: usize = 2;

/// A text, and where its values and names are.
#[derive(Clone, Debug)]
pub struct Shape {
    text: String,
    places: Vec<Place>,
    /// Of those places, the ones near the top.
    near: Vec<usize>,
}

#[derive(Clone, Debug)]
struct Place {
    /// The value or the name.
    own: Range<usize>,
    /// With its name, without a comma.
    member: Range<usize>,
    /// With the comma that separates it.
    with_comma: Range<usize>,
    is_name: bool,
}

impl Shape {
    /// Looks for the places. A text that is no JSON has none.
    pub fn of(text: &str) -> Shape {
        let written = serde_json::from_str::<Value>(text).map(|value| value.to_string());
        let Ok(text) = written else {
            return Shape { text: text.to_owned(), places: Vec::new(), near: Vec::new() };
        };
        let mut scan = Scan { bytes: text.as_bytes(), at: 0, places: Vec::new(), near: Vec::new() };
        let top = scan.value(0);
        scan.keep(
            Place { own: top.clone(), member: top.clone(), with_comma: top, is_name: false },
            0,
        );
        let Scan { places, near, .. } = scan;
        Shape { text, places, near }
    }

    /// The text as it is.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text, changed in one to four places; now and then it is no JSON any more.
    pub fn changed(&self, odd: &[String], rng: &mut Rng) -> String {
        if self.places.is_empty() || rng.once_in(40) {
            return mutate::text(&self.text, rng);
        }
        let mut changes: Vec<(Range<usize>, String)> =
            (0..=rng.below(4)).map(|_| self.change(odd, rng)).collect();
        changes.sort_by_key(|(range, _)| range.start);
        let mut text = String::with_capacity(self.text.len() + 64);
        let mut done = 0;
        for (range, new) in changes {
            // Of two that meet, one is enough.
            if range.start >= done {
                text.push_str(&self.text[done..range.start]);
                text.push_str(&new);
                done = range.end;
            }
        }
        text.push_str(&self.text[done..]);
        text
    }

    /// What is replaced, and by what.
    fn change(&self, odd: &[String], rng: &mut Rng) -> (Range<usize>, String) {
        let place = match rng.once_in(2) {
            true => &self.places[*rng.pick(&self.near)],
            false => rng.pick(&self.places),
        };
        let own = place.own.clone();
        let written = &self.text[own.clone()];
        if place.is_name {
            return (own, again(written, odd, rng));
        }
        match rng.below(12) {
            0 => (place.with_comma.clone(), String::new()),
            1 => {
                let member = &self.text[place.member.clone()];
                let times = rng.below(20) + 1;
                (place.member.clone(), vec![member; times].join(","))
            }
            2..8 if written.starts_with('"') => (own, again(written, odd, rng)),
            _ => (own, mutate::odd(odd, rng)),
        }
    }
}

/// A text of JSON, changed; one that holds JSON itself is mostly changed inside of that.
fn again(written: &str, odd: &[String], rng: &mut Rng) -> String {
    let text: String = serde_json::from_str(written).unwrap_or_default();
    let text = match text.starts_with(['{', '[']) && !rng.once_in(4) {
        true => Shape::of(&text).changed(odd, rng),
        false => mutate::text(&text, rng),
    };
    Value::from(text).to_string()
}

/// Reads JSON as `serde_json` writes it: right, and without blanks.
struct Scan<'t> {
    bytes: &'t [u8],
    at: usize,
    places: Vec<Place>,
    near: Vec<usize>,
}

impl Scan<'_> {
    fn keep(&mut self, place: Place, depth: usize) {
        if depth <= NEAR {
            self.near.push(self.places.len());
        }
        self.places.push(place);
    }

    fn here(&self) -> u8 {
        self.bytes.get(self.at).copied().unwrap_or(b']')
    }

    fn value(&mut self, depth: usize) -> Range<usize> {
        let start = self.at;
        match self.here() {
            b'"' => self.string(),
            b'{' | b'[' => self.members(depth + 1),
            _ => {
                while !matches!(self.here(), b',' | b']' | b'}') {
                    self.at += 1;
                }
            }
        }
        start..self.at
    }

    fn string(&mut self) {
        self.at += 1;
        while self.here() != b'"' {
            self.at += if self.here() == b'\\' { 2 } else { 1 };
        }
        self.at += 1;
    }

    fn members(&mut self, depth: usize) {
        let has_names = self.here() == b'{';
        self.at += 1;
        let mut is_first = true;
        while !matches!(self.here(), b']' | b'}') {
            let start = self.at;
            if has_names {
                self.string();
                let name = start..self.at;
                let place = Place {
                    own: name.clone(),
                    member: name.clone(),
                    with_comma: name,
                    is_name: true,
                };
                self.keep(place, depth);
                self.at += 1;
            }
            let own = self.value(depth);
            let member = start..self.at;
            let with_comma = match (self.here(), is_first) {
                (b',', _) => start..self.at + 1,
                (_, false) => start - 1..self.at,
                _ => member.clone(),
            };
            self.keep(Place { own, member, with_comma, is_name: false }, depth);
            is_first = false;
            if self.here() == b',' {
                self.at += 1;
            }
        }
        self.at += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_those_of_values_and_names() {
        let shape = Shape::of(r#"{"a": [1, "b\"]"], "c": {}, "d": null}"#);
        let owns: Vec<&str> = shape.places.iter().map(|it| &shape.text[it.own.clone()]).collect();
        let all = shape.text();
        assert_eq!(
            owns,
            [r#""a""#, "1", r#""b\"]""#, r#"[1,"b\"]"]"#, r#""c""#, "{}", r#""d""#, "null", all]
        );
        for place in shape.places.iter().filter(|it| !it.is_name && it.own.len() < all.len()) {
            let without = all[..place.with_comma.start].to_owned() + &all[place.with_comma.end..];
            assert!(serde_json::from_str::<Value>(&without).is_ok(), "{without}");
        }
        assert!(Shape::of("{").places.is_empty() && Shape::of("7").places.len() == 1);
    }

    #[test]
    fn most_changes_give_other_json() {
        let shape = Shape::of(r#"{"a": [{"b": "{\"c\": [1, 2]}"}], "d": "e", "f": -1.5}"#);
        let mut rng = Rng::new(1);
        let all: Vec<String> = (0..1000).map(|_| shape.changed(&[], &mut rng)).collect();
        let fine = all.iter().filter(|it| serde_json::from_str::<Value>(it).is_ok()).count();
        let other = all.iter().filter(|it| *it != shape.text()).count();
        assert!(fine > 800 && other > 900, "{fine} {other}");
        let within = |it: &String| {
            let whole: Value = serde_json::from_str(it).ok()?;
            serde_json::from_str::<Value>(whole["a"][0]["b"].as_str()?).ok()
        };
        let held = serde_json::json!({"c": [1, 2]});
        assert!(all.iter().filter_map(within).any(|it| it != held), "also what a text holds");
    }
}
