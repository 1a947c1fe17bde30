//! What the nodes of a pack share: the glue, the driver, and the component as a text.

use std::collections::BTreeSet;

use anyhow::{Context, Result};
use base64::Engine;
use base64::prelude::BASE64_STANDARD as STANDARD;
use connector_forms::Form;
use include_dir::{Dir, include_dir};
use serde_json::{Map, Value, json};

use super::credentials::{Credential, Way};
use super::typescript::{expression, string};
use crate::js::{DRIVER, component};
use crate::{File, Source};

/// The code of every pack.
static GLUE: Dir = include_dir!("$CARGO_MANIFEST_DIR/n8n/glue");

/// Where everything is.
const FOLDER: &str = "nodes/shared";

/// What the component's code takes from its surroundings, and what n8n has instead.
const SURROUNDINGS: &[(&str, &str)] = &[("globalThis.WebAssembly", "WebAssembly")];

/// Before the component's code: what it waits with is n8n's own, and what it says for those who look for
/// errors in it nobody asks for.
const BEFORE: &str = "import { sleep } from 'n8n-workflow';
const console = { debug() {}, error() {}, log() {}, warn() {} };
const setTimeout = (then, ms) => void sleep(ms).then(then);
const setInterval = (then, ms) => {
\tconst timer = { ended: false };
\tconst next = () => sleep(ms).then(() => timer.ended || (then(), next()));
\tvoid next();
\treturn timer;
};
const clearInterval = (timer) => {
\ttimer.ended = true;
};
";

/// All files that the nodes of a pack share.
pub fn files(source: &Source, credentials: &[Credential]) -> Result<Vec<File>> {
    let glue = GLUE.files();
    let mut files: Vec<_> = glue
        .map(|file| File::new(format!("{FOLDER}/{}", file.path().display()), file.contents()))
        .collect();
    let runtime = GLUE.get_file("runtime.js").and_then(|file| file.contents_utf8());
    files.extend(driver(runtime.context("the glue has no runtime.js")?)?);
    files.extend(code(&source.wasm)?);
    files.push(account(&source.manifest["connector"], credentials));
    files.push(forms(&source.manifest));
    Ok(files)
}

/// The modules of the driver that code imports, and those that they import.
fn driver(runtime: &str) -> Result<Vec<File>> {
    let mut names: Vec<String> = imports(runtime, "./driver/", ".js").collect();
    let mut seen = BTreeSet::new();
    let mut files = Vec::new();
    while let Some(name) = names.pop() {
        if !seen.insert(name.clone()) {
            continue;
        }
        let file = DRIVER.get_file(format!("{name}.mjs"));
        let text = file.and_then(|file| file.contents_utf8());
        let text = text.with_context(|| format!("the driver has no {name}.mjs"))?;
        names.extend(imports(text, "./", ".mjs"));
        let text = text.replace(".mjs\";", ".js\";");
        files.push(File::new(format!("{FOLDER}/driver/{name}.js"), text));
    }
    Ok(files)
}

/// The names of the modules in a folder that code imports.
fn imports<'a>(code: &'a str, folder: &'a str, end: &'a str) -> impl Iterator<Item = String> + 'a {
    let lines = code.lines().filter(|line| {
        line.starts_with("import ") || line.starts_with("export ") || line.starts_with('}')
    });
    let paths = lines.filter_map(|line| line.split_once(" from ")).map(|(_, path)| path);
    paths.filter_map(move |path| {
        let path = path.trim_end_matches(';').trim_matches(['"', '\'']);
        path.strip_prefix(folder)?.strip_suffix(end).map(str::to_owned)
    })
}

/// The component: its code, and its core modules in base64.
fn code(wasm: &[u8]) -> Result<Vec<File>> {
    let (mut files, mut modules) = (Vec::new(), Vec::new());
    for File { path, bytes } in component(wasm)? {
        let name = path.trim_start_matches("component/");
        if let Some(name) = path.strip_prefix("component/").filter(|name| name.ends_with(".wasm")) {
            modules.push(format!("\t{name:?}: \"{}\",\n", STANDARD.encode(&bytes)));
        } else if name == "component.js" {
            let mut text = String::from_utf8(bytes).context("code that is no text")?;
            for (from, to) in SURROUNDINGS {
                text = text.replace(from, to);
            }
            text.insert_str(0, BEFORE);
            files.push(File::new(format!("{FOLDER}/{path}"), text));
        }
    }
    let text = format!(
        "/** The core modules of the component, in base64. */\nexport const modules = {{\n{}}};\n",
        modules.concat()
    );
    files.push(File::new(format!("{FOLDER}/component/modules.js"), text));
    Ok(files)
}

/// What the glue has to know of credentials and settings.
fn account(connector: &Value, credentials: &[Credential]) -> File {
    let mut all: Vec<(Value, Vec<Value>)> = Vec::new();
    let several =
        credentials.iter().filter(|it| it.of["id"] == credentials[0].of["id"]).count() > 1;
    for credential in credentials {
        let id = &credential.of["id"];
        let mut way = json!({"type": credential.name, "placement": placement(credential.of)});
        if several && *id == credentials[0].of["id"] {
            way["choice"] = credential.way.option().0.into();
        }
        way["oauth"] = (credential.way == Way::OAuth2).into();
        way["pair"] = (credential.way == Way::Pair).into();
        match all.iter_mut().find(|(known, _)| known == id) {
            Some((_, ways)) => ways.push(way),
            None => all.push((id.clone(), vec![way])),
        }
    }
    let listed: Vec<_> =
        all.into_iter().map(|(id, ways)| json!({"id": id, "ways": ways})).collect();
    let settings = connector["settings"]["properties"].as_object();
    let settings: Vec<_> = settings.into_iter().flatten().map(|(name, _)| name).collect();
    let text = format!(
        "/** The credentials of the connector, and the settings that are filled in with them. */

/** A credential of n8n's that holds one of the connector's. */
export interface Way {{
\ttype: string;
\t/** Where its value goes in a request. */
\tplacement: {{ header?: string; prefix?: string; basic?: boolean; query?: string }};
\t/** The value of `authentication` for it, where there are several. */
\tchoice?: string;
\toauth: boolean;
\t/** Whether it is two values. */
\tpair: boolean;
}}

export const credentials: Array<{{ id: string; ways: Way[] }}> = {};

export const settings: string[] = {};
",
        expression(&listed.into(), 0),
        expression(&json!(settings), 0)
    );
    File::new(format!("{FOLDER}/account.ts"), text)
}

/// What the glue has to know of forms, by the ids of actions and triggers.
fn forms(manifest: &Value) -> File {
    let entries = |list: &str| manifest[list].as_array().into_iter().flatten();
    let actions = entries("actions").filter_map(|entry| {
        let mut reader = Form::new(&entry["input"], &entry["output"]).reader();
        reader["list"] = (entry["action"]["shape"] == "items").into();
        Some((entry["action"]["id"].as_str()?.to_owned(), reader))
    });
    let events = entries("triggers").chain(entries("webhooks")).filter_map(|entry| {
        let reader = Form::whole(&entry["config"]).reader();
        Some((entry["trigger"]["id"].as_str()?.to_owned(), reader))
    });
    let forms: Map<_, _> = actions.chain(events).collect();
    let lines = forms.iter().map(|(id, form)| {
        format!("\t{}: JSON.parse({}),\n", string(id), string(&form.to_string()))
    });
    let text = format!(
        "/** What is filled in, by operation and event. */\nexport const forms = {{\n{}}};\n",
        lines.collect::<String>()
    );
    File::new(format!("{FOLDER}/forms.js"), text)
}

fn placement(of: &Value) -> Value {
    let placement = &of["placement"];
    if placement == "basic" {
        return json!({"header": "authorization", "basic": true});
    }
    match (placement["header"].as_object(), placement["query"].as_str()) {
        (Some(header), _) => json!({"header": header["name"], "prefix": header["prefix"]}),
        (_, Some(name)) => json!({"query": name}),
        _ => json!({"header": "authorization", "prefix": "Bearer "}),
    }
}
