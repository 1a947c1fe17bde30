//! `connections`: what is stored, and how it stands.

use clap::Args;
use connector_auth::StoredConnection;
use serde_json::Value;

use crate::app::App;
use crate::error::Error;
use crate::options::Options;
use crate::output::Column;
use crate::{output, status};

const EXAMPLES: &str = r#"Examples:
  connector connections"#;

/// List the connections and how they stand
///
/// Looks at what is stored here and asks the service nothing. With --json: an array.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Connections {}

impl Connections {
    pub async fn run(self, options: Options) -> Result<(), Error> {
        let app = App::open(options).await?;
        let entries = app.vault()?.connections()?;
        if app.options.json {
            let mut all = Vec::new();
            for entry in &entries {
                let mut json = status::json(entry);
                if let Some(why) = waits(&app, entry) {
                    json["note"] = why.into();
                }
                all.push(json);
            }
            return output::json(&Value::Array(all));
        }
        if entries.is_empty() {
            output::note("there is no connection yet; make one: connector connect");
        }
        let row = |entry: &StoredConnection| {
            let account = entry.account.as_ref().map(|account| account.name.clone());
            [
                entry.name.clone(),
                status::word(&entry.status).to_owned(),
                entry.environment.clone(),
                account.unwrap_or_default(),
                waits(&app, entry).or_else(|| status::note(&entry.status)).unwrap_or_default(),
            ]
        };
        let head = [
            Column::whole("name"),
            Column::whole("status"),
            Column::whole("environment"),
            Column::new("account"),
            Column::prose("note"),
        ];
        output::lines(output::table("", head, &entries.iter().map(row).collect::<Vec<_>>()))
    }
}

/// Why the connector that is loaded cannot use a connection of its own yet.
fn waits(app: &App, entry: &StoredConnection) -> Option<String> {
    if entry.connector != app.connector.descriptor().id {
        return None;
    }
    let asker = match app.asker(entry) {
        Ok(asker) => asker,
        Err(error) => return Some(error.to_string()),
    };
    app.vault().ok()?.connection_for(&entry.name, &asker).err().map(|error| error.to_string())
}
