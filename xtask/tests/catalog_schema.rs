//! The JSON Schemas in `catalog/schema`, which editors complete the files from, are those of the types.
//! `UPDATE_EXPECT=1` writes them.

use std::path::Path;
use std::{env, fs};

use connector_catalog::files::schemas;
use serde_json::{Value, json};

#[test]
fn the_schemas_are_those_of_the_types() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../catalog/schema");
    for (name, schema) in schemas() {
        let mut schema = Value::from(schema);
        schema["$comment"] =
            json!("Generated: UPDATE_EXPECT=1 cargo test --release -p xtask --test catalog_schema");
        let text = format!("{schema:#}\n");
        let file = folder.join(name).with_extension("json");
        if env::var_os("UPDATE_EXPECT").is_some() {
            fs::write(&file, text).expect("the folder can be written");
        } else {
            let found = fs::read_to_string(&file).unwrap_or_default();
            assert_eq!(found, text, "{}: run with UPDATE_EXPECT=1", file.display());
        }
    }
}
