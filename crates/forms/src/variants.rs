//! Choices between schemas, as one flat list of variants with titles.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::labels::{title, words};
use crate::{VARIANT, is, members, requires};

/// Titles that the title of a variant is made of.
const TITLES: usize = 3;

/// A schema whose own choice, if it has one, is between variants with keys and titles, or none at all where one
/// field takes everything.
pub(crate) fn resolved(schema: &Value) -> Value {
    let mut variants = Vec::new();
    if !gather(schema, &mut variants) {
        return schema.clone();
    }
    let mut around = schema.as_object().cloned().unwrap_or_default();
    around.shift_remove("anyOf");
    around.shift_remove("oneOf");
    if let Some(one) = merged(&variants) {
        let mut one = one.as_object().cloned().unwrap_or_default();
        around.shift_remove("discriminator");
        // What is said of the place counts for more than what is said of the thing.
        one.extend(around);
        return Value::Object(one);
    }
    let tag = tag(&variants);
    let titles = titles(&variants);
    let keyed = variants.iter().zip(titles).enumerate().map(|(place, (variant, title))| {
        let mut variant = variant.clone();
        let told = tag.as_deref().and_then(|tag| variant["properties"][tag]["const"].as_str());
        variant[VARIANT] = told.map_or_else(|| (place + 1).to_string(), str::to_owned).into();
        variant["title"] = title.into();
        variant
    });
    around.insert("oneOf".into(), keyed.collect());
    match tag {
        Some(tag) => around.insert("discriminator".into(), json!({"propertyName": tag})),
        None => around.shift_remove("discriminator"),
    };
    Value::Object(around)
}

/// The variants of a choice, and those of choices that are nothing but variants of it; false: there is none.
fn gather(schema: &Value, variants: &mut Vec<Value>) -> bool {
    let Some(all) = schema["oneOf"].as_array().or(schema["anyOf"].as_array()) else { return false };
    for variant in all {
        if variant["type"] != "null" && !gather(variant, variants) {
            variants.push(variant.clone());
        }
    }
    true
}

/// The one schema whose field takes what all of them allow.
fn merged(variants: &[Value]) -> Option<Value> {
    let scalar = |schema: &Value| {
        !is(schema, "object")
            && !is(schema, "array")
            && !schema["type"].is_null()
            && schema["const"].is_null()
    };
    if let [one] = variants {
        return Some(one.clone());
    }
    if variants.iter().all(is_unknown) {
        return Some(json!({}));
    }
    if variants.iter().all(scalar) {
        let kinds = ["string", "number", "integer", "boolean"];
        let widest = kinds.iter().find_map(|kind| variants.iter().find(|it| is(it, kind)))?;
        let mut widest = widest.clone();
        let values: Vec<_> =
            variants.iter().filter_map(|it| it["enum"].as_array()).flatten().collect();
        match variants.iter().all(|it| it["enum"].is_array()) {
            true => widest["enum"] = json!(values),
            false => drop(widest.as_object_mut()?.shift_remove("enum")),
        }
        return Some(widest);
    }
    // One or many are many.
    let (lists, others): (Vec<_>, Vec<_>) = variants.iter().partition(|it| is(it, "array"));
    match (&lists[..], &others[..]) {
        ([list], [one]) if scalar(one) && is(&list["items"], one["type"].as_str()?) => {
            Some((*list).clone())
        }
        _ => None,
    }
}

/// Whether nothing is known of what is in it.
fn is_unknown(schema: &Value) -> bool {
    match is(schema, "array") {
        true => is_unknown(&schema["items"]),
        false => {
            is(schema, "object")
                && members(schema).next().is_none()
                && !schema["additionalProperties"].is_object()
        }
    }
}

/// The member that tells all variants apart by a constant.
fn tag(variants: &[Value]) -> Option<String> {
    let constant = |name: &str| -> Option<BTreeSet<&str>> {
        variants.iter().map(|it| it["properties"][name]["const"].as_str()).collect()
    };
    let mut names = members(variants.first()?).map(|(name, _)| name);
    names.find(|name| constant(name).is_some_and(|all| all.len() == variants.len())).cloned()
}

/// A title for each variant: its own, or one that says what only it has.
fn titles(variants: &[Value]) -> Vec<String> {
    let mut titles = Vec::new();
    for (place, variant) in variants.iter().enumerate() {
        let others =
            || variants.iter().enumerate().filter(|(it, _)| *it != place).map(|(_, it)| it);
        let said = variant["title"].as_str().map(str::to_owned);
        let made = said.or_else(|| told(variant)).unwrap_or_else(|| made(variant, &others));
        titles.push(made);
    }
    for place in 0..titles.len() {
        if titles[..place].contains(&titles[place]) {
            titles[place] = format!("{} ({})", titles[place], place + 1);
        }
    }
    titles
}

/// The constant of a variant as words.
fn told(variant: &Value) -> Option<String> {
    members(variant).find_map(|(_, member)| member["const"].as_str()).map(words)
}

fn made<'a, I: Iterator<Item = &'a Value>>(variant: &Value, others: &impl Fn() -> I) -> String {
    let lacks = |schema: &Value, name: &str| schema["properties"][name].is_null();
    let own = |name: &str| others().all(|other| lacks(other, name));
    let all = || members(variant).filter(|(_, member)| member["const"].is_null());
    let mut names: Vec<_> =
        all().filter(|(name, _)| requires(variant, name) && own(name)).collect();
    if names.is_empty() {
        names = all().filter(|(name, _)| own(name)).collect();
    }
    let listed = |names: &[(&String, &Value)]| {
        let titles: Vec<_> =
            names.iter().take(TITLES).map(|(name, member)| title(name, member)).collect();
        titles.join(", ")
    };
    if !names.is_empty() {
        return listed(&names);
    }
    let lacking: Option<Vec<_>> = others()
        .map(|other| members(other).find(|(name, _)| requires(other, name) && lacks(variant, name)))
        .collect();
    match lacking.as_deref() {
        Some([first, ..]) if members(variant).next().is_some() => {
            format!("Without {}", lower(&listed(&[*first])))
        }
        _ => kind(variant).to_owned(),
    }
}

fn lower(title: &str) -> String {
    let mut letters = title.chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}

fn kind(schema: &Value) -> &'static str {
    let kinds = [
        ("array", "List"),
        ("object", "Fields"),
        ("boolean", "Yes or no"),
        ("integer", "Number"),
        ("number", "Number"),
    ];
    kinds.iter().find(|(name, _)| is(schema, name)).map_or("Text", |(_, shown)| shown)
}
