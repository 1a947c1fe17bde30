//! The files of a catalogue that are written by hand, as types. A key that is not here is refused, with
//! the file and the line. With the feature `schema` their JSON Schemas are derived, for editors.

pub mod choices;
pub mod connection;
pub mod errors;
pub mod fields;
pub mod resources;
pub mod states;
pub mod triggers;
pub mod words;

use std::path::Path;

use anyhow::{Context, Result};
use serde::de::DeserializeOwned;

/// Reads the text of a file, named by its path in the catalogue, into its type.
///
/// # Errors
///
/// When it has a key that there is not, or lacks one, or has a value of another type.
pub fn check(file: &Path, text: &str) -> Result<()> {
    let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let folder = file.parent().and_then(Path::file_name).and_then(|name| name.to_str());
    match (folder, name) {
        (Some("words"), _) => read::<words::Words>(text),
        (Some("fields"), _) => read::<fields::Fields>(text),
        (_, "choices.toml") => read::<choices::Choices>(text),
        (_, "connection.toml") => read::<connection::Connection>(text),
        (_, "errors.toml") => read::<errors::Errors>(text),
        (_, "resources.toml") => read::<resources::Resources>(text),
        (_, "states.toml") => read::<states::States>(text),
        (_, "triggers.toml") => read::<triggers::Triggers>(text),
        _ => Ok(()),
    }
    .with_context(|| file.display().to_string())
}

fn read<T: DeserializeOwned>(text: &str) -> Result<()> {
    toml::from_str::<T>(text)?;
    Ok(())
}

/// The JSON Schemas, by the names of the files that they are for: `words` and `fields` are for those in
/// the folder of that name.
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
        ("fields", schema_of::<fields::Fields>()),
        ("resources", schema_of::<resources::Resources>()),
        ("states", schema_of::<states::States>()),
        ("triggers", schema_of::<triggers::Triggers>()),
        ("words", schema_of::<words::Words>()),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_there_is_not_is_refused_with_its_place() {
        let text = "[[source]]\nfields = [\"a\"]\naction = \"a.list\"\nvalue = \"/id\"\ntitle = []\nneed = []\n";
        let error = format!("{:#}", check(Path::new("catalog/choices.toml"), text).unwrap_err());
        assert!(
            error.contains("choices.toml") && error.contains("unknown field `need`"),
            "{error}"
        );
        assert!(error.contains("line 6"), "{error}");
    }

    #[test]
    fn what_must_be_there_is_asked_for() {
        let error = check(Path::new("catalog/words/a.toml"), "group = \"A\"\n").unwrap_err();
        assert!(format!("{error:#}").contains("missing field `rank`"), "{error:#}");
    }
}
