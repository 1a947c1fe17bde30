//! Values out of `wasi:config`, under their names with `connector-` before them.

#[allow(missing_docs, reason = "generated")]
mod bindings {
    wit_bindgen::generate!({ world: "automation:adapters/config-values", path: ["../../wit", "../wit"], generate_all });
}

use bindings::exports::automation::adapters::values::Guest;
use bindings::wasi::config::store::{self, Error};

struct Config;

impl Guest for Config {
    fn get(name: String) -> Result<Option<String>, String> {
        store::get(&format!("connector-{name}"))
            .map_err(|(Error::Upstream(why) | Error::Io(why))| why)
    }
}

bindings::export!(Config with_types_in bindings);
