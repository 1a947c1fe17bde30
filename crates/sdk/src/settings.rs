//! The settings of a connection: what a person chose, other than credentials.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::base;
use crate::catalog::{Action, Catalog, Field};
use crate::contract::{Error, FieldError};
use crate::error::{invalid_field, invalid_input, without};
use crate::input::{check, mend};

/// Checked settings.
#[derive(Serialize, Deserialize)]
#[serde(transparent)]
pub struct Settings(Map<String, Value>);

impl Settings {
    /// Reads the settings object; fields that are wrong are named `settings.…`.
    pub fn read(catalog: &Catalog, json: &str) -> Result<Settings, Error> {
        let mut object = object(json, "settings")?;
        mend::object(&mut object, catalog.settings, json);
        let named =
            |fault: FieldError| FieldError { path: format!("settings.{}", fault.path), ..fault };
        without(check::object(&object, catalog.settings).into_iter().map(named).collect())?;
        Ok(Settings(object))
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).and_then(Value::as_str)
    }

    fn environment(&self, catalog: &Catalog) -> &str {
        self.text("environment").unwrap_or(catalog.bases[0].0)
    }

    /// The base URL of the chosen environment, without a slash at its end. Fails where a setting that is
    /// part of it is missing or does not fit.
    pub fn base(&self, catalog: &Catalog) -> Result<Cow<'static, str>, Error> {
        let environment = self.environment(catalog);
        let chosen = catalog.bases.iter().find(|(known, _)| *known == environment);
        base::fill(chosen.unwrap_or(&catalog.bases[0]).1, |name| self.or_default(catalog, name))
    }

    /// A setting as text, or what its field says is taken otherwise.
    fn or_default(&self, catalog: &Catalog, name: &str) -> Option<String> {
        let field = || catalog.settings.iter().find(|field| field.name == name);
        let default = || serde_json::from_str(field()?.metadata.default?).ok();
        match self.0.get(name).cloned().or_else(default)? {
            Value::String(text) => Some(text),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        }
    }

    /// Fails where the chosen environment lacks the action.
    pub fn offers(&self, catalog: &Catalog, action: &Action) -> Result<(), Error> {
        let environment = self.environment(catalog);
        let lacks = |note: &&str| note.strip_prefix("no-") == Some(environment);
        if !action.notes.iter().any(lacks) {
            return Ok(());
        }
        let message = format!(
            "is {environment}, where {} does not offer {}; take a connection to {}",
            catalog.service.name, action.id, catalog.bases[0].0
        );
        Err(invalid_field("settings.environment", message))
    }

    /// The credential that the requests of an action name.
    pub fn credential(&self, action: &Action) -> Option<&str> {
        let credential = action.credential?;
        credential.chosen_by.and_then(|name| self.text(name)).or(Some(credential.id))
    }

    /// Fills in, from the settings, those of these fields that the input leaves open.
    pub fn complete(&self, catalog: &Catalog, input: &mut Map<String, Value>, fields: &[Field]) {
        self.fill_those(catalog, input, |name| fields.iter().any(|field| field.name == name));
    }

    /// Fills in, from the settings, the fields that `input` leaves open.
    pub fn fill(&self, catalog: &Catalog, input: &mut Map<String, Value>) {
        self.fill_those(catalog, input, |_| true);
    }

    fn fill_those(
        &self,
        catalog: &Catalog,
        input: &mut Map<String, Value>,
        takes: impl Fn(&str) -> bool,
    ) {
        for name in catalog.filled_in.iter().filter(|name| takes(name)) {
            if let Some(value) = self.0.get(*name)
                && !input.contains_key(*name)
            {
                input.insert((*name).to_owned(), value.clone());
            }
        }
    }

    /// Reads the text of an input, or of a configuration: an object, mended, with what the settings
    /// fill in. It is not checked yet. `name` is what to call it in an error.
    pub fn input(
        &self,
        catalog: &Catalog,
        json: &str,
        name: &str,
        fields: &[Field],
    ) -> Result<Map<String, Value>, Error> {
        let mut input = object(json, name)?;
        mend::object(&mut input, fields, json);
        self.complete(catalog, &mut input, fields);
        Ok(input)
    }
}

/// Reads `json` as an object; an empty text is an empty one.
pub fn object(json: &str, name: &str) -> Result<Map<String, Value>, Error> {
    let wrong = |message: String| invalid_input(vec![FieldError { path: String::new(), message }]);
    if json.trim().is_empty() {
        return Ok(Map::new());
    }
    match serde_json::from_str(json) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err(wrong(format!("the {name} must be a JSON object"))),
        Err(cause) => Err(wrong(format!("the {name} is not JSON: {cause}"))),
    }
}
