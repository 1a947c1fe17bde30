//! An npm package of the connector: the component as JavaScript, the driver, and types of every action's
//! input and output. ES modules, for Node, browsers and edge runtimes, without dependencies.

mod readme;
mod schemas;
mod typescript;

use anyhow::Result;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use include_dir::{Dir, include_dir};
use serde_json::json;

use crate::{File, Source, runtime};
use readme::readme;
use schemas::schemas;

/// What is the same in every package.
static FILES: Dir = include_dir!("$CARGO_MANIFEST_DIR/npm/files");
/// The core modules of the component, as texts.
const INLINED: &str = "component/modules.mjs";

/// The package.
pub fn npm(source: &Source) -> Result<Vec<File>> {
    let connector = &source.manifest["connector"];
    let id = connector["id"].as_str().unwrap_or_default();
    let scope = source.vendor.as_ref().map_or(String::new(), |vendor| format!("@{vendor}/"));
    let name = format!("{scope}{id}-connector");
    let mut files = runtime(source)?;
    let core = |file: &&File| file.path.ends_with(".wasm");
    let modules: Vec<_> = files
        .iter()
        .filter(core)
        .map(|file| (base(&file.path).to_owned(), BASE64_STANDARD.encode(&file.bytes)))
        .collect();
    let inlined: String =
        modules.iter().map(|(name, text)| format!("  {name:?}: {text:?},\n")).collect();
    files.push(File::new(
        INLINED,
        format!(
            "/** The component's core modules, in base64. */\nexport default {{\n{inlined}}};\n"
        ),
    ));
    for (entry, end) in [("workerd.mjs", ""), ("edge-light.mjs", "?module")] {
        let names = modules.iter().map(|(name, _)| &**name);
        files.push(File::new(entry, compiled(names, end)));
    }
    files.extend(
        FILES.files().map(|file| File::new(file.path().display().to_string(), file.contents())),
    );
    files.push(File::new("schemas.d.ts", schemas(&source.manifest)?));
    files.push(File::new("README.md", readme(&name, &source.manifest, source.node())));
    files.extend(crate::LICENSES.map(|(name, text)| File::new(name, text)));
    files.push(File::json(
        "package.json",
        &json!({
            "name": name,
            "version": connector["version"],
            "description": connector["summary"],
            "keywords": [id, connector["title"], "connector", "webassembly"],
            "license": env!("CARGO_PKG_LICENSE"),
            "type": "module",
            "engines": {"node": source.node()},
            "main": "./node.mjs",
            "types": "./index.d.ts",
            "exports": {
                ".": {
                    "types": "./index.d.ts",
                    "workerd": "./workerd.mjs",
                    "edge-light": "./edge-light.mjs",
                    "node": "./node.mjs",
                    "default": "./browser.mjs",
                },
                "./edge": {"types": "./edge.d.ts", "default": "./edge.mjs"},
                "./component/*.wasm": "./component/*.wasm",
                "./package.json": "./package.json",
            },
            "sideEffects": false,
        }),
    ));
    Ok(files)
}

/// An entry for a runtime that compiles modules when code is deployed, and imports them as `<file><end>`.
fn compiled<'a>(names: impl Iterator<Item = &'a str>, end: &str) -> String {
    let (mut imports, mut given) = (String::new(), String::new());
    for (at, name) in names.enumerate() {
        imports += &format!("import core{at} from \"./component/{name}{end}\";\n");
        given += &format!("  {name:?}: core{at},\n");
    }
    format!(
        "/** The connector where modules of WebAssembly are imported compiled. */\n\n{imports}\
        import {{ connectWith }} from \"./edge.mjs\";\n\n\
        export {{ ConnectorError, Refusal, blobs, files, transport }} from \"./edge.mjs\";\n\n\
        export const connect = connectWith({{\n{given}}});\n"
    )
}

/// A file's name without its folders.
fn base(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}
