//! What every pack for Node has in it: the component as JavaScript, and the driver.

use anyhow::{Context, Result, ensure};
use include_dir::{Dir, include_dir};
use js_component_bindgen::{InstantiationMode, TranspileOpts, transpile};

use crate::{File, Source};

/// The driver for Node, as it is.
pub(crate) static DRIVER: Dir = include_dir!("$CARGO_MANIFEST_DIR/driver");

/// What a component may import: the driver has it.
const DIAGNOSTICS: &str = "automation:connector/diagnostics";

/// What generated code asks before each line that it might log. Looking into the environment some
/// thirty times costs more than all the rest of a call.
const LOGS: &str = "if (!globalThis?.process?.env?.JCO_DEBUG) { return; }";

/// The component as JavaScript in `component/`, the driver in `driver/`. Both are ES modules, which
/// CommonJS reaches with `import()`:
///
/// ```js
/// const { connect, load } = await import("./driver/index.mjs");
/// const connector = connect(await load(`${__dirname}/component`), options);
/// ```
///
/// Fails when the component is none, or imports something that the driver does not have.
pub fn runtime(source: &Source) -> Result<Vec<File>> {
    let mut files = component(&source.wasm)?;
    files.extend(
        DRIVER
            .files()
            .map(|file| File::new(format!("driver/{}", file.path().display()), file.contents())),
    );
    Ok(files)
}

/// The component as JavaScript, in `component/`.
pub(crate) fn component(wasm: &[u8]) -> Result<Vec<File>> {
    // The driver looks for a file of the folder's name.
    let options = TranspileOpts::builder()
        .name("component".into())
        .instantiation_mode(InstantiationMode::Sync)
        .no_typescript(true)
        .build();
    let made = transpile(wasm, options).context("the component does not become JavaScript")?;
    let mut imports = made.imports;
    imports.retain(|name| name != DIAGNOSTICS);
    let imports = imports.join(", ");
    ensure!(
        imports.is_empty(),
        "the component imports {imports}; a connector imports diagnostics, or nothing"
    );
    let code = made.files.into_iter().map(|(path, bytes)| match String::from_utf8(bytes) {
        Ok(code) => (path, code.replace(LOGS, "return;").into_bytes()),
        Err(wasm) => (path, wasm.into_bytes()),
    });
    let mut files: Vec<_> =
        code.map(|(path, bytes)| File::new(format!("component/{path}"), bytes)).collect();
    // Whatever package the pack is part of, this is a folder of ES modules.
    files.push(File::json("component/package.json", &serde_json::json!({"type": "module"})));
    Ok(files)
}
