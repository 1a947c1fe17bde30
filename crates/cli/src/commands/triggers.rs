//! `triggers`: what the connector can watch for.

use clap::Args;
use connector_host::contract::triggers::Trigger;

use crate::app::App;
use crate::error::Error;
use crate::options::Options;
use crate::output::Column;
use crate::{manifest, output};

const EXAMPLES: &str = r#"Examples:
  connector triggers"#;

/// List the triggers
///
/// With --json: an array of triggers.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Triggers {}

impl Triggers {
    pub async fn run(self, options: Options) -> Result<(), Error> {
        let app = App::open(options).await?;
        let triggers = app.connector.instantiate()?.triggers()?;
        print(&app, "triggers", &triggers)
    }
}

/// Prints triggers or webhooks: `list` is their name in the manifest.
pub fn print(app: &App, list: &str, triggers: &[Trigger]) -> Result<(), Error> {
    if app.options.json {
        let manifest = manifest::read(&app.connector)?;
        let entries = manifest::entries(&manifest, list);
        return output::json(&entries.map(|entry| entry["trigger"].clone()).collect());
    }
    if triggers.is_empty() {
        output::note(format!("this connector has no {list}"));
    }
    let head = [Column::whole(""), Column::new(""), Column::new("")];
    let row = |it: &Trigger| [it.id.clone(), it.title.clone(), it.scopes.join(" ")];
    output::lines(output::table("", head, &triggers.iter().map(row).collect::<Vec<_>>()))
}
