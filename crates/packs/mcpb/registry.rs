//! `server.json`: what the MCP registry keeps of a server, which is where its bundle is and what it needs.

use anyhow::{Result, ensure};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use url::Url;

use super::{Publisher, manifest};
use crate::Source;

const SCHEMA: &str = "https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json";
/// Characters of a description, at most.
const SHORT: usize = 100;

/// Fails when the registry would not take the namespace or the address.
pub fn check(publisher: &Publisher) -> Result<()> {
    let Publisher { namespace, address } = publisher;
    let is_domain = namespace.split('.').all(|label| {
        let rest = label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        rest && !label.is_empty() && !label.starts_with('-') && !label.ends_with('-')
    });
    ensure!(
        is_domain && namespace.contains('.'),
        "`{namespace}` is no reverse domain, such as io.github.studio-fern"
    );
    let is_https = Url::parse(address).is_ok_and(|url| url.scheme() == "https");
    ensure!(is_https, "`{address}` is no https address");
    Ok(())
}

/// Of a bundle of this name.
pub fn server(source: &Source, publisher: &Publisher, name: &str, bundle: &[u8]) -> Value {
    let connector = &source.manifest["connector"];
    let Publisher { namespace, address } = publisher;
    let hash: String = Sha256::digest(bundle).iter().map(|byte| format!("{byte:02x}")).collect();
    json!({
        "$schema": SCHEMA,
        "name": format!("{namespace}/{}", connector["id"].as_str().unwrap_or_default()),
        "title": connector["title"],
        "description": short(connector["summary"].as_str().unwrap_or_default()),
        "version": connector["version"],
        "packages": [{
            "registryType": "mcpb",
            "identifier": format!("{}/{name}", address.trim_end_matches('/')),
            "fileSha256": hash,
            "transport": {"type": "stdio"},
            "environmentVariables": [{
                "name": "CONNECTOR_TOKEN",
                "description": manifest::token(connector),
                "isRequired": false,
                "isSecret": true,
            }],
        }],
    })
}

/// Its beginning, in whole words.
fn short(text: &str) -> String {
    let Some((end, _)) = text.char_indices().nth(SHORT) else { return text.to_owned() };
    let (end, _) = text[..end].char_indices().nth_back(0).unwrap_or_default();
    let cut = text[..end].rfind(' ').unwrap_or(end);
    format!("{}…", text[..cut].trim_end_matches([',', ';', ':', '.']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_description_ends_with_a_word() {
        assert_eq!(short("Short."), "Short.");
        let long = "word, ".repeat(30);
        let cut = short(&long);
        assert!(cut.chars().count() <= SHORT && cut.ends_with("word…"), "{cut}");
        assert_eq!(short(&"x".repeat(200)).chars().count(), SHORT);
    }
}
