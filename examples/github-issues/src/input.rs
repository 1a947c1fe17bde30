//! The checks of what people typed. Every wrong field is named, not just the first.

use serde_json::{Map, Value};

use crate::bindings::exports::automation::connector::types::{Error, FieldError};
use crate::error;

/// An object whose fields are taken one by one; what is left at the end is unknown.
pub struct Input {
    fields: Map<String, Value>,
    wrong: Vec<FieldError>,
}

impl Input {
    pub fn parse(json: &str) -> Self {
        match serde_json::from_str(json) {
            Ok(fields) => Self { fields, wrong: vec![] },
            Err(_) => Self { fields: Map::new(), wrong: vec![wrong("", "must be an object")] },
        }
    }

    /// A field that passes its check; an empty value in place of a wrong one, as `finish` fails.
    pub fn take<T: Default>(
        &mut self,
        name: &str,
        check: fn(Value) -> Result<T, &'static str>,
    ) -> T {
        let value = self.fields.remove(name).unwrap_or_default();
        check(value).unwrap_or_else(|message| {
            self.wrong.push(wrong(name, message));
            T::default()
        })
    }

    pub fn finish(mut self) -> Result<(), Error> {
        self.wrong.extend(self.fields.keys().map(|name| wrong(name, "is not known here")));
        if self.wrong.is_empty() { Ok(()) } else { Err(error::fields(self.wrong)) }
    }
}

/// `owner/name`, of characters that need no escaping in a URL.
pub fn repository(value: Value) -> Result<String, &'static str> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    let name = |part: &str| !["", ".", ".."].contains(&part) && part.chars().all(plain);
    match value {
        Value::String(text) if text.split_once('/').is_some_and(|(a, b)| name(a) && name(b)) => {
            Ok(text)
        }
        _ => Err("must be owner/name, such as octocat/hello-world"),
    }
}

pub fn state(value: Value) -> Result<String, &'static str> {
    match value {
        Value::Null => Ok("open".into()),
        Value::String(state) if ["open", "closed", "all"].contains(&state.as_str()) => Ok(state),
        _ => Err("must be open, closed or all"),
    }
}

pub fn title(value: Value) -> Result<String, &'static str> {
    match value {
        Value::String(title) if !title.trim().is_empty() => Ok(title),
        _ => Err("must be a text that is not blank"),
    }
}

pub fn text(value: Value) -> Result<String, &'static str> {
    match value {
        Value::Null => Ok(String::new()),
        Value::String(text) => Ok(text),
        _ => Err("must be a text"),
    }
}

/// The highest issue number of the poll before.
pub fn cursor(cursor: &str) -> Result<u64, Error> {
    let message = "must be what the poll before gave";
    cursor.parse().map_err(|_| error::fields(vec![wrong("cursor", message)]))
}

fn wrong(path: &str, message: &str) -> FieldError {
    FieldError { path: path.into(), message: message.into() }
}
