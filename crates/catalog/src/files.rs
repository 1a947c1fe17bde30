//! The files of a catalogue, as types. A key that there is not is refused, with the file and the line.
//! With the feature `schema` JSON Schemas are derived from the types, for editors.

pub mod choices;
pub mod connection;
pub mod errors;
pub mod facts;
pub mod fields;
pub mod resources;
pub mod states;
pub mod trial;
pub mod triggers;
pub mod types;
pub mod vocabulary;
pub mod words;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde::de::value::Error;
use serde::de::{DeserializeOwned, Deserializer, Error as _, Visitor};
use serde::forward_to_deserialize_any;

/// Reads a file into its type: as JSON if its name ends so, otherwise as TOML.
///
/// # Errors
///
/// When the file cannot be read, has a key that there is not, lacks one, or has a value of another type.
pub fn read<T: DeserializeOwned>(file: &Path) -> Result<T> {
    let text = fs::read_to_string(file).with_context(|| file.display().to_string())?;
    parse(file, &text)
}

/// Reads a file into its type; one that is not there holds nothing.
///
/// # Errors
///
/// As `read`.
pub fn read_optional<T: DeserializeOwned + Default>(file: &Path) -> Result<T> {
    if file.exists() { read(file) } else { Ok(T::default()) }
}

fn parse<T: DeserializeOwned>(file: &Path, text: &str) -> Result<T> {
    match file.extension().is_some_and(|ending| ending == "json") {
        true => serde_json::from_str(text).with_context(|| file.display().to_string()),
        false => toml::from_str(text).with_context(|| file.display().to_string()),
    }
}

/// The files of a folder whose names end in one of `endings`, sorted. A folder that is not there has
/// none.
///
/// # Errors
///
/// When the folder cannot be read.
pub fn in_folder(folder: &Path, endings: &[&str]) -> Result<Vec<PathBuf>> {
    if !folder.exists() {
        return Ok(Vec::new());
    }
    let entries = fs::read_dir(folder).with_context(|| folder.display().to_string())?;
    let mut files = entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    files.retain(|file| {
        let ending = file.extension().and_then(|ending| ending.to_str());
        ending.is_some_and(|ending| endings.contains(&ending))
    });
    files.sort();
    Ok(files)
}

/// The keys that a type of this module may have, in the order in which they are written.
///
/// ```
/// use connector_catalog::files::{facts::Security, keys};
///
/// assert_eq!(keys::<Security>(), ["scheme", "scopes"]);
/// ```
pub fn keys<T: DeserializeOwned>() -> &'static [&'static str] {
    let mut keys: &'static [&'static str] = &[];
    // A struct asks for its keys by name before it reads the first value.
    T::deserialize(Keys(&mut keys)).err();
    keys
}

/// Notes the keys that a struct asks for, and has nothing to read.
struct Keys<'a>(&'a mut &'static [&'static str]);

impl<'de> Deserializer<'de> for Keys<'_> {
    type Error = Error;

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        keys: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        *self.0 = keys;
        self.deserialize_any(visitor)
    }

    fn deserialize_any<V: Visitor<'de>>(self, _visitor: V) -> Result<V::Value, Error> {
        Err(Error::custom("there is no value"))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit
        unit_struct newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

/// The JSON Schemas, by the names of the files that they are for; `facts`, `fields` and `words` are for the
/// files in the folder of that name.
#[cfg(feature = "schema")]
pub fn schemas() -> Vec<(&'static str, schemars::Schema)> {
    use schemars::generate::SchemaSettings;
    use schemars::transform::RestrictFormats;
    use schemars::{JsonSchema, Schema};

    // Validators do not know formats such as `uint32`, and warn of them.
    fn schema_of<T: JsonSchema>() -> Schema {
        let settings = SchemaSettings::draft2020_12().with_transform(RestrictFormats::default());
        settings.into_generator().into_root_schema_for::<T>()
    }

    vec![
        ("choices", schema_of::<choices::Choices>()),
        ("connection", schema_of::<connection::Connection>()),
        ("errors", schema_of::<errors::Errors>()),
        ("facts", schema_of::<facts::Facts>()),
        ("fields", schema_of::<fields::Fields>()),
        ("resources", schema_of::<resources::Resources>()),
        ("states", schema_of::<states::States>()),
        ("trial", schema_of::<trial::Trial>()),
        ("triggers", schema_of::<triggers::Triggers>()),
        ("types", schema_of::<std::collections::BTreeMap<String, types::Type>>()),
        ("vocabulary", schema_of::<vocabulary::Vocabulary>()),
        ("words", schema_of::<words::Words>()),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error<T: DeserializeOwned>(file: &str, text: &str) -> String {
        let error = parse::<T>(Path::new(file), text).err().expect("it is refused");
        format!("{error:#}")
    }

    #[test]
    fn a_key_that_there_is_not_is_refused_with_its_place() {
        let text = "[[source]]\nfields = [\"a\"]\naction = \"a.list\"\nvalue = \"/id\"\ntitle = []\nneed = []\n";
        let error = error::<choices::Choices>("catalog/choices.toml", text);
        assert!(
            error.contains("choices.toml") && error.contains("unknown field `need`"),
            "{error}"
        );
        assert!(error.contains("line 6"), "{error}");
    }

    #[test]
    fn what_must_be_there_is_asked_for() {
        let error = error::<words::Words>("catalog/words/a.toml", "group = \"A\"\n");
        assert!(error.contains("missing field `rank`"), "{error}");
    }

    #[test]
    fn facts_are_read_as_strictly() {
        let operation = r#"{ "operation_id": "a", "method": "GET", "path": "/a" }"#;
        let of = |change: &str| {
            let text =
                format!(r#"{{ "operations": [{operation}], "types": {{ "A": {change} }} }}"#);
            error::<facts::Facts>("catalog/facts/a.json", &text)
        };
        for (type_, wanted) in [
            (r#"{ "maxLenght": 5 }"#, "unknown field `maxLenght`"),
            (r#"{ "items": { "type": "text" } }"#, "unknown variant `text`"),
            (r#"{ "format": "email" }"#, "unknown variant `email`"),
            (r#"{ "properties": { "a": { "time": "minutes" } } }"#, "unknown variant `minutes`"),
        ] {
            let error = of(type_);
            assert!(error.contains("facts/a.json") && error.contains(wanted), "{error}");
        }
    }
}
