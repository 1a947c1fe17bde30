//! `triggers`: what the connector can watch for.

use clap::Args;
use connector_host::contract::triggers::Trigger;

use crate::app::App;
use crate::error::Error;
use crate::options::Options;
use crate::{manifest, output};

/// With --json: an array of triggers.
#[derive(Args)]
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
    let row = |it: &Trigger| [it.id.clone(), it.title.clone(), it.scopes.join(" ")];
    output::lines(output::table("", &triggers.iter().map(row).collect::<Vec<_>>()))
}
