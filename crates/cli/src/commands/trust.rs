//! `trust`: lets a connection be used with a connector that has changed.

use clap::Args;
use connector_auth::StoredConnection;
use connector_host::Change;
use serde_json::{Value, json};

use crate::app::App;
use crate::error::Error;
use crate::options::Options;
use crate::{output, prompt};

const EXAMPLES: &str = r#"Examples:
  connector trust main
  connector trust main --yes"#;

/// Let a connector that has changed use its connection
///
/// A connection is bound to the places that its connector declared when it was made: where requests
/// and credentials go, and where tokens come from. When the connector wants more, it is refused until
/// somebody has looked at the change here, or connects again.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Trust {
    /// The connection
    name: String,
    /// Do not ask
    #[arg(long)]
    yes: bool,
}

impl Trust {
    pub async fn run(self, options: Options) -> Result<(), Error> {
        let app = App::open(options).await?;
        let vault = app.vault()?;
        let entry = vault.connection(&self.name)?;
        let asker = &app.asker(&entry)?;
        let changes = vault.changes(&self.name, asker)?;
        // What it wants no more needs no answer.
        let wants_more = changes.iter().any(|change| change.after.is_some());
        if wants_more && !self.yes {
            told(&app, &entry, &changes);
            let question = format!("Let it use the connection {}?", self.name);
            match prompt::agreed(&question)? {
                Some(true) => {}
                Some(false) => {
                    let message = format!("the connection `{}` stays as it was", self.name);
                    return Err(Error::Declined(message));
                }
                None => return Err(Error::Usage("nobody can be asked here: say --yes".into())),
            }
        }
        vault.trust(&self.name, asker)?;
        if app.options.json {
            return output::json(&in_json(&self.name, asker.connector(), &changes));
        }
        if self.yes {
            told(&app, &entry, &changes);
        }
        output::line(match changes.is_empty() {
            true => format!("Nothing has changed for the connection {}", self.name),
            false => format!("The connection {} is bound to that from now on", self.name),
        })
    }
}

/// On stderr: it is no output of the command.
fn told(app: &App, entry: &StoredConnection, changes: &[Change]) {
    if changes.is_empty() {
        return;
    }
    let descriptor = app.connector.descriptor();
    let (id, version, name) = (&descriptor.id, &descriptor.version, &entry.name);
    output::note(format_args!(
        "What the connector {id} {version} does otherwise than when the connection {name} was made:"
    ));
    for change in changes {
        output::note(format_args!("  {change}"));
    }
}

fn in_json(name: &str, connector: &str, changes: &[Change]) -> Value {
    json!({"name": name, "connector": connector, "changes": changes})
}
