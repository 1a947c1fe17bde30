//! The fields of an action or a trigger, from the JSON Schema of its input.
//!
//! Members of objects that have to be given stand beside the object's own neighbours, as
//! `object__member`; those of an object that may be left out are in a `fixedCollection`. What is seldom
//! needed, or has no value that stands for nothing, is in the collection `additionalFields`.
//! `glue/form.ts` puts an input together again by the same rules.

mod control;

use std::collections::BTreeSet;

use connector_forms::Single;
use serde_json::{Map, Value, json};

use self::control::Control;
use super::names::{help, order, singular, title, title_case, whether};
use super::schema::{Shape, shape};

/// The collection of what need not be filled in.
const MORE: &str = "additionalFields";

/// Names of the node's own parameters, and such that mean more to n8n than a field: a field of the same name
/// gets an underscore behind it.
const RESERVED: &[&str] =
    &[MORE, "action", "authentication", "event", "limit", "operation", "resource", "returnAll"];

/// What the fields of a node need of its code: methods that list choices, by the paths of fields.
#[derive(Default)]
pub struct Methods {
    /// For fields with one value.
    pub search: BTreeSet<String>,
    /// For fields with several.
    pub load: BTreeSet<String>,
}

/// Where in the form fields are.
#[derive(Clone, Default)]
pub struct Spot<'a> {
    /// What stands before their names.
    pub prefix: String,
    /// The same as the connector writes it: the path of the object that they are members of.
    pub path: String,
    /// Under which values of the parameters beside them they are shown.
    pub show: Map<String, Value>,
    /// The title of the collection of what need not be filled in.
    pub more: &'a str,
    /// Where the action takes a list of records, and the form is of one.
    pub single: Option<&'a Single>,
}

impl Spot<'_> {
    fn inside(&self, name: &str, show: Option<(String, &str)>) -> Self {
        let mut inner = self.clone();
        inner.prefix = format!("{}{name}__", self.prefix);
        inner.show.extend(show.map(|(key, value)| (key, json!([value]))));
        inner
    }

    /// In a collection of its own, where nothing is beside them yet.
    fn alone(path: &str) -> Self {
        Spot { path: path.to_owned(), more: "Additional Fields", ..Spot::default() }
    }

    fn named(&self, name: &str) -> String {
        let taken = self.prefix.is_empty() && RESERVED.contains(&name);
        format!("{}{name}{}", self.prefix, if taken { "_" } else { "" })
    }

    fn path_of(&self, name: &str) -> String {
        let of_record = |single: &&Single| {
            let beside = single.beside.iter().any(|it| it == name);
            self.path.is_empty() && !single.nested && !beside
        };
        let path = self.single.filter(of_record).map_or(&*self.path, |single| &*single.field);
        if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
    }
}

/// The fields for the members of an object.
pub fn members(schema: &Value, at: &Spot, methods: &mut Methods) -> Vec<Value> {
    let needed: Vec<_> = schema["required"].as_array().into_iter().flatten().collect();
    let (mut shown, mut more) = (Vec::new(), Vec::new());
    for (name, member) in schema["properties"].as_object().into_iter().flatten() {
        if !member["const"].is_null() {
            continue;
        }
        // What the connection may have a setting for cannot be demanded.
        let is_setting = member["x-setting"].is_string();
        let required = !is_setting && needed.iter().any(|need| *need == name);
        match shape(member) {
            Shape::Object(inner) if required => {
                let mut spot = at.inside(name, None);
                spot.path = at.path_of(name);
                shown.extend(members(inner, &spot, methods));
            }
            // What kind it is can be seen at once, and may be none.
            Shape::Union(tag, variants)
                if required || (!at.show.is_empty() && member["x-advanced"] != true) =>
            {
                let mut spot = at.clone();
                spot.prefix = format!("{}{name}__", at.prefix);
                spot.path = at.path_of(name);
                let mut fields = union(member, Some(name), tag, &variants, &spot, methods);
                if !required {
                    add_none(&mut fields[0]);
                }
                shown.extend(fields);
            }
            _ => {
                let control = control::of(name, member, &at.path_of(name), methods);
                let folded = !required && (member["x-advanced"] == true || control.must_fold);
                let field = finish(name, member, control, at, required && !folded);
                if folded { more.push(field) } else { shown.push(field) }
            }
        }
    }
    if let Some(values) = schema["additionalProperties"].as_object().filter(|it| !it.is_empty())
        && schema["properties"].as_object().is_some_and(|known| !known.is_empty())
    {
        let rest =
            json!({"type": "object", "title": "Other values", "additionalProperties": values});
        let control = control::of("otherFields", &rest, &at.path, methods);
        more.push(finish("otherFields", &rest, control, at, false));
    }
    if !more.is_empty() {
        shown.push(collection(more, at));
    }
    shown
}

/// What need not be filled in, by title.
fn collection(mut fields: Vec<Value>, at: &Spot) -> Value {
    for field in &mut fields {
        if let Some(field) = field.as_object_mut() {
            field.shift_remove("displayOptions");
        }
        // Here the title alone tells them apart.
        let name = field["name"].as_str().unwrap_or_default();
        field["name"] = name.strip_prefix(&*at.prefix).unwrap_or(name).into();
    }
    fields.sort_by_key(|field| order(field["displayName"].as_str().unwrap_or_default()));
    let mut collection = json!({
        "displayName": at.more,
        "name": format!("{}{MORE}", at.prefix),
        "type": "collection",
        "placeholder": "Add Field",
        "default": {},
    });
    show(&mut collection, at);
    collection["options"] = fields.into();
    collection
}

/// A parameter of n8n's: its title first, what is chosen from last.
fn finish(name: &str, schema: &Value, control: Control, at: &Spot, required: bool) -> Value {
    let mut field = json!({
        "displayName": control.title.unwrap_or_else(|| title(name, schema)),
        "name": at.named(name),
        "type": control.kind,
    });
    if !control.type_options.is_empty() {
        field["typeOptions"] = control.type_options.into();
    }
    if required {
        field["required"] = true.into();
    }
    field["default"] = control.default;
    show(&mut field, at);
    let text = schema["description"].as_str().unwrap_or_default();
    let text = match control.description {
        Some(fixed) => fixed,
        None if control.kind == "boolean" => whether(text),
        None => help(text),
    };
    let said = text.strip_prefix("The ").unwrap_or(&text);
    if !said.is_empty()
        && !field["displayName"].as_str().is_some_and(|it| it.eq_ignore_ascii_case(said))
    {
        field["description"] = text.into();
    }
    if let Some(field) = field.as_object_mut() {
        field.extend(control.more);
    }
    field
}

fn show(field: &mut Value, at: &Spot) {
    if !at.show.is_empty() {
        field["displayOptions"] = json!({"show": at.show});
    }
}

/// A field that chooses the variant, and the fields of each variant, shown while it is chosen. `at` is
/// where they are; `name` that of the field that the union is for, if there is one.
pub fn union(
    schema: &Value,
    name: Option<&str>,
    tag: &str,
    variants: &[super::schema::Variant],
    at: &Spot,
    methods: &mut Methods,
) -> Vec<Value> {
    let key = at.named(tag);
    let mut options: Vec<_> = variants
        .iter()
        .map(|variant| json!({"name": title_case(&variant.title), "value": variant.value}))
        .collect();
    let default = options.first().map(|first| first["value"].clone()).unwrap_or_default();
    options.sort_by_key(|option| order(option["name"].as_str().unwrap_or_default()));
    let described = match name {
        Some(_) => schema,
        None => &variants[0].schema["properties"][tag],
    };
    let mut field = json!({
        "displayName": title(name.unwrap_or(tag), described),
        "name": key,
        "type": "options",
        "default": default,
    });
    show(&mut field, at);
    let text = help(described["description"].as_str().unwrap_or_default());
    if !text.is_empty() {
        field["description"] = text.into();
    }
    field["options"] = options.into();
    let mut fields = vec![field];
    for variant in variants {
        let mut spot = at.inside(&variant.value, Some((key.clone(), &variant.value)));
        let title = format!("{} Options", title_case(&variant.title));
        spot.more = &title;
        match shape(variant.schema) {
            Shape::Object(inner) => {
                let mut inner = inner.clone();
                if let Some(members) = inner["properties"].as_object_mut() {
                    members.shift_remove(tag);
                }
                fields.extend(members(&inner, &spot, methods));
            }
            // A value that is no object has the variant's own name.
            _ => {
                spot.prefix = at.prefix.clone();
                let control = control::of("value", variant.schema, &at.path, methods);
                let mut schema = variant.schema.clone();
                schema["title"] = json!(variant.title);
                fields.push(finish(&variant.value, &schema, control, &spot, false));
            }
        }
    }
    fields
}

/// Lets no variant be chosen.
fn add_none(field: &mut Value) {
    field["default"] = "".into();
    if let Some(options) = field["options"].as_array_mut() {
        options.push(json!({"name": "Not Set", "value": ""}));
        options.sort_by_key(|option| order(option["name"].as_str().unwrap_or_default()));
    }
}

/// What an item of a list, or an object that may be left out, has for fields.
pub fn values(schema: &Value, path: &str, methods: &mut Methods) -> Vec<Value> {
    let at = Spot::alone(path);
    match shape(schema) {
        Shape::Object(inner) => members(inner, &at, methods),
        Shape::Union(tag, variants) => union(schema, None, tag, &variants, &at, methods),
        _ => {
            let control = control::of("value", schema, path, methods);
            vec![finish("value", schema, control, &at, true)]
        }
    }
}

/// The entries of an object whose keys are free.
pub fn entries(values: &Value, path: &str, methods: &mut Methods) -> Vec<Value> {
    let key = json!({
        "displayName": "Key",
        "name": "key",
        "type": "string",
        "default": "",
    });
    let control = control::of("value", values, path, methods);
    let mut named = values.clone();
    named["title"] = json!("Value");
    vec![key, finish("value", &named, control, &Spot::default(), false)]
}

/// The title of one item of a list.
pub fn item_title(name: &str, schema: &Value) -> String {
    match schema["items"]["title"].as_str() {
        Some(title) => title_case(title),
        None => singular(&title(name, schema)),
    }
}
