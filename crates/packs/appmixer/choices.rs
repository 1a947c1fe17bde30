//! Dropdowns, and the private components that fill them: one for each set of scopes that choices need, so that an
//! account is asked for these when a dropdown is opened, and not for the sake of an action that goes without.

use std::cell::RefCell;
use std::collections::BTreeSet;

use connector_forms::labels::capitalized;
use serde_json::{Map, Value, json};

/// The module of the components behind dropdowns.
pub const MODULE: &str = "core";

/// The scopes of choices, in order.
pub type Scopes = BTreeSet<String>;

/// All that the forms of a pack ask choices with.
#[derive(Default)]
pub struct Sources(RefCell<BTreeSet<Scopes>>);

impl Sources {
    /// The sets of scopes that there is a component for.
    pub fn into_sets(self) -> BTreeSet<Scopes> {
        self.0.into_inner()
    }
}

/// Who asks for choices.
pub struct Asked<'a> {
    pub sources: &'a Sources,
    /// The address of the component of a name.
    pub url: &'a dyn Fn(&str) -> String,
    /// The action or trigger that the fields belong to.
    pub id: &'a str,
    /// Where the form keeps its values.
    pub place: &'a str,
}

impl Asked<'_> {
    /// A dropdown. One can also type into it: a value may come from elsewhere in the flow.
    pub fn field(&self, schema: &Value, needs: &[Value], path: &str, many: bool) -> Value {
        let scopes = schema["x-scopes"].as_array().into_iter().flatten();
        let scopes: Scopes = scopes.filter_map(Value::as_str).map(str::to_owned).collect();
        let name = name(&scopes);
        self.sources.0.borrow_mut().insert(scopes);
        let needs = needs.iter().filter_map(Value::as_str);
        let messages: Map<_, _> = needs
            .map(|need| (format!("in/{need}"), format!("{}/{need}", self.place).into()))
            .collect();
        json!({
            "type": if many { "multiselect" } else { "text" },
            "source": {
                "url": (self.url)(&name),
                "data": {
                    "properties": {"of": self.id, "field": path},
                    "messages": messages,
                    "transform": format!("./{name}#options"),
                },
            },
        })
    }
}

/// The component for choices that need these scopes: `ChoicesBoardsRead`.
pub fn name(scopes: &Scopes) -> String {
    let words =
        scopes.iter().flat_map(|scope| scope.split(|letter: char| !letter.is_ascii_alphanumeric()));
    words.fold("Choices".to_owned(), |name, word| name + &capitalized(word))
}
