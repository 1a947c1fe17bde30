//! The settings of a connection: what a person chose besides the credential.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::catalog::{self, Action, Field};
use crate::contract::{Error, FieldError};
use crate::error::{invalid_field, invalid_input, without};
use crate::input::request::ACCESS_TOKEN;
use crate::input::{check, mend};

/// The setting that fills in input fields of its name.
pub const AD_ACCOUNT: &str = "ad_account_id";

/// Checked settings.
#[derive(Serialize, Deserialize)]
pub struct Settings {
    environment: String,
    ad_account_id: Option<Value>,
    conversions_with: Option<String>,
}

impl Settings {
    /// Reads the settings object; fields that are wrong are named `settings.…`.
    pub fn read(json: &str) -> Result<Settings, Error> {
        let mut object = object(json, "settings")?;
        mend::object(&mut object, catalog::SETTINGS, json);
        let named =
            |fault: FieldError| FieldError { path: format!("settings.{}", fault.path), ..fault };
        without(check::object(&object, catalog::SETTINGS).into_iter().map(named).collect())?;
        let environment =
            object.get("environment").and_then(Value::as_str).unwrap_or(catalog::BASES[0].0);
        Ok(Settings {
            environment: environment.to_owned(),
            ad_account_id: object.get(AD_ACCOUNT).cloned(),
            conversions_with: object
                .get("conversions_with")
                .and_then(Value::as_str)
                .map(str::to_owned),
        })
    }

    /// The base URL of the chosen environment, without a slash at its end.
    pub fn base(&self) -> &'static str {
        let chosen =
            catalog::BASES.iter().find(|(environment, _)| *environment == self.environment);
        chosen.unwrap_or(&catalog::BASES[0]).1
    }

    /// Fails where the chosen environment lacks the action.
    pub fn offers(&self, action: &Action) -> Result<(), Error> {
        let lacks = |note: &&str| note.strip_prefix("no-") == Some(self.environment.as_str());
        if !action.notes.iter().any(lacks) {
            return Ok(());
        }
        let message = format!(
            "is {}, where Pinterest does not offer {}; take a connection to {}",
            self.environment,
            action.id,
            catalog::BASES[0].0
        );
        Err(invalid_field("settings.environment", message))
    }

    /// The credential that the requests of an action name.
    pub fn credential(&self, action: &Action) -> &str {
        match &self.conversions_with {
            Some(chosen) if action.conversion_token => chosen,
            _ => ACCESS_TOKEN,
        }
    }

    /// Fills in what an input with these fields leaves open and the settings say.
    pub fn complete(&self, input: &mut Map<String, Value>, fields: &[Field]) {
        if fields.iter().any(|field| field.name == AD_ACCOUNT) {
            self.fill(input);
        }
    }

    /// Fills in what the settings say and `input` leaves open.
    pub fn fill(&self, input: &mut Map<String, Value>) {
        if let Some(id) = &self.ad_account_id
            && !input.contains_key(AD_ACCOUNT)
        {
            input.insert(AD_ACCOUNT.to_owned(), id.clone());
        }
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
