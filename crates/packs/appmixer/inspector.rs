//! The form of a component, from the JSON Schema of its input.
//!
//! Forms of Appmixer's are flat. The members of an object become fields named `object__member`,
//! those of a variant of a union `union__variant__member`, shown while the variant is chosen; lists and
//! names with values are tables ([`super::rows`]). `glue/form.js` puts an input together again by the same
//! rules.

use connector_forms::labels::title;
use connector_forms::{Form, VARIANT};
use serde_json::{Map, Value, json};

use super::choices::Asked;
use super::rows;

/// A form, while it is made.
pub struct Inspector<'a> {
    asked: &'a Asked<'a>,
    inputs: Map<String, Value>,
    required: Vec<String>,
}

/// Where in the form a field is.
#[derive(Clone, Default)]
struct Spot {
    /// The names of the objects around it.
    key: String,
    /// The same as the connector writes it.
    path: String,
    /// Their titles.
    label: String,
    /// Shown under this condition.
    when: Option<Value>,
    advanced: bool,
    /// Whether the input is not complete without it.
    required: bool,
}

impl<'a> Inspector<'a> {
    pub fn new(form: &Form, asked: &'a Asked<'a>) -> Self {
        let mut inspector = Inspector { asked, inputs: Map::new(), required: Vec::new() };
        let item = form.single.as_ref().map(|single| format!("{}[0]", single.field));
        let mut top = Spot { required: true, ..Spot::default() };
        for (name, member) in form.schema["properties"].as_object().into_iter().flatten() {
            // Where the connector has the field.
            top.path = match &form.single {
                Some(single) if !single.beside.contains(name) && !single.nested => {
                    item.clone().unwrap_or_default()
                }
                _ => String::new(),
            };
            inspector.member(&form.schema, name, member, &top);
        }
        inspector
    }

    /// How a list comes out, and how long it may be.
    pub fn add_list_fields(&mut self) {
        let option = |(value, label)| json!({"label": label, "value": value});
        let kinds = [
            ("array", "All items at once"),
            ("object", "One item at a time"),
            ("first", "First item only"),
            ("file", "Store to CSV file"),
        ];
        let fields = [
            (
                "maxItems",
                json!({
                    "type": "number",
                    "label": "Largest number of items",
                    "tooltip": "Leave it empty for all of them, on however many pages they are.",
                }),
            ),
            (
                "outputType",
                json!({
                    "type": "select",
                    "label": "Output type",
                    "tooltip": "One at a time, items leave as they arrive; together, at the end.",
                    "options": kinds.map(option),
                    "defaultValue": "array",
                }),
            ),
        ];
        for (name, field) in fields {
            self.insert(name.into(), field);
        }
    }

    /// `schema` and `inspector`, as a port or the properties of a component hold them.
    pub fn into_json(self) -> Value {
        let properties: Map<_, _> =
            self.inputs.keys().map(|key| (key.clone(), json!({}))).collect();
        let folded = self.inputs.values().any(|field| field["group"].is_string());
        let mut inspector = json!({"inputs": self.inputs});
        if folded {
            inspector["groups"] =
                json!({"advanced": {"label": "Advanced", "index": 1, "closed": true}});
        }
        json!({
            "schema": {"type": "object", "properties": properties, "required": self.required},
            "inspector": inspector,
        })
    }

    fn insert(&mut self, key: String, mut field: Value) {
        field["index"] = (self.inputs.len() + 1).into();
        self.inputs.insert(key, field);
    }

    fn members(&mut self, schema: &Value, at: &Spot) {
        for (name, member) in schema["properties"].as_object().into_iter().flatten() {
            self.member(schema, name, member, at);
        }
    }

    fn member(&mut self, schema: &Value, name: &str, member: &Value, at: &Spot) {
        let needed =
            schema["required"].as_array().is_some_and(|all| all.iter().any(|it| it == name));
        // What the account may have a setting for cannot be demanded of a component.
        let required = at.required && needed && !member["x-setting"].is_string();
        let spot = Spot {
            key: rows::join(&at.key, "__", name),
            path: rows::join(&at.path, ".", name),
            label: format!("{}{}", at.label, title(name, member)),
            advanced: at.advanced || member["x-advanced"] == true,
            required,
            ..at.clone()
        };
        self.field(member, &spot);
    }

    fn field(&mut self, schema: &Value, at: &Spot) {
        if schema["oneOf"].is_array() {
            self.union(schema, at);
        } else if rows::is_map(schema) {
            self.add(schema, rows::map(schema), at);
        } else if schema["properties"].as_object().is_some_and(|members| !members.is_empty()) {
            self.members(schema, &Spot { label: format!("{}: ", at.label), ..at.clone() });
        } else if schema["const"].is_null() {
            self.leaf(schema, at);
        }
    }

    /// A field that chooses the variant, and the fields of each variant.
    fn union(&mut self, schema: &Value, at: &Spot) {
        let key = rows::join(&at.key, "__", rows::tag(schema));
        self.add(schema, rows::variants(schema), &Spot { key: key.clone(), ..at.clone() });
        for variant in schema["oneOf"].as_array().into_iter().flatten() {
            let Some(tag) = variant[VARIANT].as_str() else { continue };
            let spot = Spot {
                key: rows::join(&at.key, "__", tag),
                when: Some(json!({"eq": {format!("./{key}"): tag}})),
                // A form can only demand what it always shows; the connector checks the others.
                required: false,
                ..at.clone()
            };
            match variant["properties"].is_object() && !rows::is_map(variant) {
                true => self.members(variant, &Spot { label: String::new(), ..spot }),
                false => {
                    let label = variant["title"].as_str().unwrap_or_default().to_owned();
                    self.field(variant, &Spot { label, ..spot });
                }
            }
        }
    }

    fn leaf(&mut self, schema: &Value, at: &Spot) {
        let mut field = rows::control(schema);
        if let Some(needs) = schema["x-choices"].as_array() {
            let many = field["type"] == "expression" || field["type"] == "multiselect";
            field = self.asked.field(schema, needs, &at.path, many);
        }
        self.add(schema, field, at);
    }

    fn add(&mut self, schema: &Value, mut field: Value, at: &Spot) {
        field["label"] = at.label.clone().into();
        rows::add_help(&mut field, schema);
        if let Some(when) = &at.when {
            field["when"] = when.clone();
        }
        if at.advanced {
            field["group"] = "advanced".into();
        }
        if at.required {
            self.required.push(at.key.clone());
        }
        self.insert(at.key.clone(), field);
    }
}
