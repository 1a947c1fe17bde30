//! The package's types: `types.py`, what each call takes and gives, and `__init__.pyi`, the clients.

use serde_json::Value;

use super::clients::Clients;
use super::types::Types;
use crate::typed::{Things, calls};
use crate::values::list;

const TYPES: &str = include_str!("types.head.py");
const STUB: &str = include_str!("stub.head.pyi");
/// Where the names of types go.
const IMPORT: &str = "from .types import *\n";

/// `types.py` and `__init__.pyi`.
pub fn stubs(manifest: &Value) -> (String, String) {
    let things = Things::new(manifest);
    let mut types = Types::new(&things);
    let settings = types.of("Settings", &manifest["connector"]["settings"]);
    let mut clients = Clients::default();
    for call in calls(manifest) {
        clients.add(&call, &things, &mut types);
    }
    let import = |name: &String| format!("from .types import {name} as {name}\n");
    let head = STUB
        .replace(IMPORT, &types.names.iter().map(import).collect::<String>())
        .replace("\"CREDENTIALS\": str", &credentials(manifest))
        .replace("SETTINGS", &settings);
    (format!("{TYPES}{}", types.declarations), format!("{head}{}", clients.text()))
}

/// The credentials, as members of a `TypedDict`.
fn credentials(manifest: &Value) -> String {
    let all = list(&manifest["connector"]["credentials"]).map(|credential| {
        let is_pair = credential["source"].get("pair").is_some();
        format!("{}: {}", credential["id"], if is_pair { "Pair | tuple[str, str]" } else { "str" })
    });
    all.collect::<Vec<_>>().join(", ")
}
