//! The variables of the environment that hold secrets. They are read here, and no program that this
//! one starts inherits them.

use std::env;

use connector_auth::KeySource;
use connector_host::Secret;

const CLIENT_SECRET: &str = "CONNECTOR_CLIENT_SECRET";
const TOKEN: &str = "CONNECTOR_TOKEN";
const VAULT_KEY: &str = "CONNECTOR_VAULT_KEY";
const WEBHOOK_SECRET: &str = "CONNECTOR_WEBHOOK_SECRET";
/// The token of the MCP server over HTTP.
pub const MCP_TOKEN: &str = "CONNECTOR_MCP_TOKEN";

/// The password of the SQL server.
const SQL_PASSWORD: &str = "CONNECTOR_SQL_PASSWORD";

/// The key of the workers of a cluster.
const CLUSTER_KEY: &str = "CONNECTOR_CLUSTER_KEY";

/// All of them. Nothing else in this program reads a variable that holds a secret.
pub const SECRETS: [&str; 7] =
    [CLIENT_SECRET, TOKEN, VAULT_KEY, WEBHOOK_SECRET, MCP_TOKEN, SQL_PASSWORD, CLUSTER_KEY];

/// The secret of the app.
pub fn client_secret() -> Option<Secret> {
    secret(CLIENT_SECRET)
}

/// An access token.
pub fn token() -> Option<Secret> {
    secret(TOKEN)
}

/// Where the vault's key is.
pub fn vault_key() -> KeySource {
    secret(VAULT_KEY).map_or(KeySource::Keyring, KeySource::Given)
}

/// The key of the signatures of what `watch` posts.
pub fn webhook_secret() -> Option<Secret> {
    secret(WEBHOOK_SECRET)
}

/// What clients of the MCP server over HTTP have to send.
#[cfg(feature = "mcp")]
pub fn mcp_token() -> Option<Secret> {
    secret(MCP_TOKEN)
}

/// What clients of the SQL server have to know.
#[cfg(feature = "sql")]
pub fn sql_password() -> Option<Secret> {
    secret(SQL_PASSWORD)
}

/// What all workers of a cluster seal with.
#[cfg(feature = "worker")]
pub fn cluster_key() -> Result<connector_auth::SharedKey, crate::error::Error> {
    let missing = || {
        let message =
            format!("set {CLUSTER_KEY} to 32 random bytes in base64, the same for all workers");
        crate::error::Error::Usage(message)
    };
    let key = secret(CLUSTER_KEY).ok_or_else(missing)?;
    connector_auth::SharedKey::new(&key)
        .map_err(|error| crate::error::Error::Usage(format!("{CLUSTER_KEY}: {error}")))
}

fn secret(variable: &str) -> Option<Secret> {
    let value = env::var(variable).ok().filter(|value| !value.is_empty());
    value.map(Secret::new)
}

#[cfg(test)]
mod tests {
    use super::SECRETS;

    /// Each variable that a source file of this program names is one of these, or none that a
    /// program may not see.
    #[test]
    fn a_variable_that_holds_a_secret_is_in_the_list() {
        let harmless = ["CLIENT_ID", "COMPONENT", "CONNECTION", "LINKS", "ROUTES", "STATE"];
        let harmless = harmless.map(|name| format!("CONNECTOR_{name}"));
        let mut folders =
            vec![std::path::PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/src"))];
        let mut found = std::collections::BTreeSet::new();
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
                if entry.file_type().unwrap().is_dir() {
                    folders.push(entry.path());
                    continue;
                }
                let text = std::fs::read_to_string(entry.path()).unwrap();
                for (at, _) in text.match_indices("CONNECTOR_") {
                    let name = text[at..].split(|c: char| !c.is_ascii_uppercase() && c != '_');
                    found.insert(name.into_iter().next().unwrap().to_owned());
                }
            }
        }
        found.retain(|name| name != "CONNECTOR_" && !harmless.contains(name));
        let listed: std::collections::BTreeSet<_> = SECRETS.map(str::to_owned).into();
        assert_eq!(found, listed);
    }
}
