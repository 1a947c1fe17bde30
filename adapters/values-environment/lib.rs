//! Values out of environment variables: `CONNECTOR_KEY` for `key`.

#[allow(missing_docs, reason = "generated")]
mod bindings {
    wit_bindgen::generate!({ world: "automation:adapters/environment-values", path: ["../../wit", "../wit"], generate_all });
}

use bindings::exports::automation::adapters::values::Guest;
use bindings::wasi::cli::environment::get_environment;

struct Environment;

impl Guest for Environment {
    fn get(name: String) -> Result<Option<String>, String> {
        let variable = format!("CONNECTOR_{}", name.to_ascii_uppercase().replace('-', "_"));
        let found = get_environment().into_iter().find(|(name, _)| *name == variable);
        Ok(found.map(|(_, value)| value).filter(|value| !value.is_empty()))
    }
}

bindings::export!(Environment with_types_in bindings);
