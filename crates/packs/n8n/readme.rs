//! What the package says of itself on npm and in its repository: the links of nodes and credentials lead there.

use std::fmt::Write;

use serde_json::Value;

use super::credentials::{Credential, Way};
use super::operations::resources;
use super::package::Names;
use crate::File;
use crate::values::text;

/// The README: how it is installed, its credentials, and what is in it.
pub fn readme(manifest: &Value, names: &Names, credentials: &[Credential]) -> File {
    let connector = &manifest["connector"];
    let mut page = format!(
        "# {}\n\nNodes of n8n for {}. {}\n\n## Installation\n\nIn n8n: *Settings*, *Community nodes*, *Install*, `{}`.\n\n## Credentials\n\n",
        names.package,
        text(&connector["title"]),
        text(&connector["summary"]),
        names.package,
    );
    for credential in credentials {
        let how = match credential.way {
            Way::OAuth2 => {
                "register an app at the service with the *OAuth Redirect URL* that n8n shows, and enter its client id \
                 and secret."
            }
            Way::Pasted if credential.of["source"]["oauth2"].is_object() => {
                "an access token that you have; nobody renews it."
            }
            _ => text(&credential.of["source"]["secret"]),
        };
        let _ = writeln!(
            page,
            "- **{}**: {}",
            credential.title,
            if how.is_empty() { "two values that belong together." } else { how }
        );
    }
    page.push_str("\n## Operations\n");
    for resource in resources(manifest) {
        let _ = write!(page, "\n### {}\n\n", resource.title);
        for entry in resource.entries() {
            line(&mut page, &entry["action"]);
        }
    }
    for (list, title) in [("triggers", "Triggers"), ("webhooks", "Webhook triggers")] {
        let entries = manifest[list].as_array().filter(|all| !all.is_empty());
        for (at, entry) in entries.into_iter().flatten().enumerate() {
            if at == 0 {
                let _ = write!(page, "\n## {title}\n\n");
            }
            line(&mut page, &entry["trigger"]);
        }
    }
    File::new("README.md", page)
}

fn line(page: &mut String, about: &Value) {
    let _ = writeln!(page, "- **{}**: {}", text(&about["title"]), text(&about["summary"]));
}
