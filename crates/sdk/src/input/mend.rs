//! Corrects an input before it is checked, where what was meant is certain: forms give blank texts for
//! empty fields, spreadsheets give numbers for texts, and people leave blanks behind an id.

use serde_json::{Map, Number, Value};

use super::written::Written;
use super::{check, meaning};
use crate::catalog::{Field, Kind, Rest, Type, Variant};
use crate::text::{is_blank, trimmed};

/// Corrects an input that was read from `json`.
pub fn object(object: &mut Map<String, Value>, fields: &[Field], json: &str) {
    Mender { written: Written::of(json) }.members(object, fields, &Rest::Unknown);
}

struct Mender {
    written: Written,
}

impl Mender {
    fn members(&self, object: &mut Map<String, Value>, fields: &[Field], rest: &Rest) {
        let is_left_out = |name: &str, value: &Value| {
            let field = fields.iter().find(|field| field.name == name);
            value.as_str().is_some_and(is_blank)
                && field.is_some_and(|field| !field.metadata.required && may_be_blank(field.ty))
        };
        object.retain(|name, value| !is_left_out(name, value));
        for (name, value) in object.iter_mut() {
            match (fields.iter().find(|field| field.name == name), rest) {
                (Some(field), _) => self.value(value, field.ty),
                (None, Rest::Map(ty, _)) => self.value(value, ty),
                (None, Rest::Unknown) => {}
            }
        }
    }

    fn value(&self, value: &mut Value, ty: &Type) {
        match (&ty.kind, &mut *value) {
            (Kind::Text { .. } | Kind::Choice(_), Value::Number(number)) => {
                if let Some(text) = self.written.text(number) {
                    *value = text.into();
                }
            }
            (Kind::Text { pattern, .. }, Value::String(text)) => match ty.meaning {
                Some(meaning) => *text = meaning::mended(meaning, text),
                None if pattern.is_some() || ty.time.is_some() => trim(text),
                None => {}
            },
            (Kind::Choice(_), Value::String(text)) => trim(text),
            (Kind::Integer { .. } | Kind::Numbers(_), Value::String(text)) => {
                if let Some(number) = whole(text) {
                    *value = number.into();
                }
            }
            (Kind::Integer { .. } | Kind::Numbers(_), Value::Number(number)) => {
                if let Some(number) = without_fraction(number) {
                    *value = number.into();
                }
            }
            (Kind::Number { .. }, Value::String(text)) => {
                if let Some(number) = decimal(text) {
                    *value = number;
                }
            }
            (Kind::List { of, .. }, Value::Array(items)) => {
                items.iter_mut().for_each(|item| self.value(item, of))
            }
            (Kind::Object { fields, rest }, Value::Object(object)) => {
                self.members(object, fields, rest)
            }
            (Kind::Union { tag: Some(tag), of }, Value::Object(object)) => {
                let chosen = object.get_mut(*tag).and_then(|name| {
                    if let Value::String(name) = name {
                        trim(name);
                    }
                    of.iter().find(|variant| Some(variant.name) == name.as_str())
                });
                if let Some(variant) = chosen {
                    self.value(value, variant.ty);
                }
            }
            (Kind::Union { tag: None, of }, _) => self.union(value, of),
            _ => {}
        }
    }

    /// A value that fits an alternative stays as it is; otherwise the alternative is taken that it fits
    /// best once corrected.
    fn union(&self, value: &mut Value, of: &[Variant]) {
        if of.iter().any(|variant| check::value(value, variant.ty, "").is_empty()) {
            return;
        }
        let mended = of.iter().map(|variant| {
            let mut mended = value.clone();
            self.value(&mut mended, variant.ty);
            (check::value(&mended, variant.ty, "").len(), mended)
        });
        if let Some((_, best)) = mended.min_by_key(|(faults, _)| *faults) {
            *value = best;
        }
    }
}

/// Whether a blank text stands for nothing: where anything goes, it stands for itself, and where the
/// description rules it out, it is a fault.
fn may_be_blank(ty: &Type) -> bool {
    !matches!(ty.kind, Kind::Any | Kind::Text { min: 1.., .. })
}

fn trim(text: &mut String) {
    let trimmed = trimmed(text);
    if trimmed.len() < text.len() {
        *text = trimmed.to_owned();
    }
}

/// A whole number that would be written in the same way.
fn whole(text: &str) -> Option<i64> {
    let text = trimmed(text);
    text.parse::<i64>().ok().filter(|number| number.to_string() == text)
}

/// `3.0` is 3. Beyond 2^53 the fraction may have been lost.
fn without_fraction(number: &Number) -> Option<i64> {
    let float = number.as_f64().filter(|_| number.is_f64())?;
    (float.fract() == 0.0 && float.abs() <= 9_007_199_254_740_992.0).then_some(float as i64)
}

/// A number with at most fifteen digits, which a float holds exactly enough.
fn decimal(text: &str) -> Option<Value> {
    let text = trimmed(text);
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    serde_json::from_str(text).ok().filter(|value: &Value| value.is_number() && digits <= 15)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::testing::THING;

    fn mended(json: &str) -> Value {
        let mut input = serde_json::from_str(json).unwrap();
        object(&mut input, THING, json);
        input.into()
    }

    #[test]
    fn a_blank_text_is_left_out_where_the_field_is_optional() {
        let given = r#"{"id": "", "link": " \u00a0", "name": "\u200b\ufeff", "note": null,
            "any": "", "source": {"kind": "url", "url": "", "size": "\t"}}"#;
        let wanted =
            json!({ "id": "", "note": null, "any": "", "source": { "kind": "url", "url": "" } });
        assert_eq!(mended(given), wanted);
    }

    #[test]
    fn a_number_is_a_text_and_a_text_a_number_where_nothing_is_lost() {
        let given = r#"{"id": 549755885175, "name": 7.10, "parts": [{"count": " 2 ", "price": 1e2},
            {"count": "02"}, {"count": 1.5}, {"count": 3.0, "price": 129.90}]}"#;
        let wanted = json!({ "id": "549755885175", "name": "7.10", "parts": [
            { "count": 2, "price": "1e2" }, { "count": "02" }, { "count": 1.5 },
            { "count": 3, "price": "129.90" }] });
        assert_eq!(mended(given), wanted);
        let twice = r#"{"id": 7.10, "name": 7.1}"#;
        assert_eq!(mended(twice), json!({ "id": 7.1, "name": 7.1 }));
        let kept = r#"{"id": true, "name": [1]}"#;
        assert_eq!(mended(kept), json!({ "id": true, "name": [1] }));
    }

    #[test]
    fn blanks_around_a_text_of_a_fixed_form_go() {
        let given = r#"{"id": " 549755885175\n", "link": "\u00a0https://example.com ",
            "note": " a ", "source": {"kind": " url ", "url": "https://example.com/a.jpg\t"}}"#;
        let wanted = json!({ "id": "549755885175", "link": "https://example.com", "note": " a ",
            "source": { "kind": "url", "url": "https://example.com/a.jpg" } });
        assert_eq!(mended(given), wanted);
    }
}
