//! Celigo integrator.io: a module for its extension runtime, and documents for its HTTP connector.

mod connections;
mod documents;
mod forms;
mod functions;

use anyhow::Result;
use include_dir::{Dir, include_dir};
use serde_json::{Value, json};

use crate::probe::Probe;
use crate::values::{list, names, text};
use crate::{File, Source, runtime};
use connections::connections;
use documents::documents;
use functions::functions;

/// The version of the platform's runtime on npm that `server.js` runs the module with.
const RUNTIME: &str = "0.3.12";

/// What the module is made of besides the component and the driver.
static GLUE: Dir = include_dir!("$CARGO_MANIFEST_DIR/celigo/glue");

/// The pack.
pub fn celigo(source: &Source) -> Result<Vec<File>> {
    let connector = &source.manifest["connector"];
    let functions = functions(&source.manifest)?;
    let mut files = runtime(source)?;
    files.push(File::json(
        "package.json",
        &json!({
            "name": format!("{}-celigo", text(&connector["id"])),
            "version": connector["version"],
            "description": connector["summary"],
            "private": true,
            "main": "index.js",
            "scripts": {"start": "node server.js"},
            "dependencies": {"integrator-extension": RUNTIME},
            "engines": {"node": source.node()},
        }),
    ));
    let mut about = json!({
        "settings": names(&connector["settings"]["properties"]).collect::<Vec<_>>(),
        "credentials": list(&connector["credentials"]).map(|it| &it["id"]).collect::<Vec<&Value>>(),
        "functions": functions,
    });
    let pairs = list(&connector["credentials"]).filter(|it| it["source"]["pair"].is_object());
    let pairs: Vec<_> = pairs.map(|it| &it["id"]).collect();
    if !pairs.is_empty() {
        about["pairs"] = json!(pairs);
    }
    files.push(File::json("functions.json", &about));
    for folder in [Some(&GLUE), GLUE.get_dir("lib")].into_iter().flatten() {
        files.extend(
            folder
                .files()
                .map(|file| File::new(file.path().display().to_string(), file.contents())),
        );
    }
    let mut probe = Probe::new(&source.connector)?;
    files.extend(connections(connector, probe.test().as_ref()));
    files.extend(documents(&source.manifest, &mut probe)?);
    for entry in list(&source.manifest["actions"]) {
        let function = functions::name(text(&entry["action"]["id"]));
        let kind = if entry["action"]["effect"] == "read" { "exports" } else { "imports" };
        let document = forms::document(entry, &function);
        files.push(File::json(format!("documents/stack/{kind}/{function}.json"), &document));
    }
    files.push(File::new("README.md", include_str!("README.md")));
    Ok(files)
}
