//! `triggers`: what the connector can watch for.

use clap::Args;

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
        if app.options.json {
            let manifest = manifest::read(&app.connector)?;
            let triggers = manifest::entries(&manifest, "triggers");
            return output::json(&triggers.map(|entry| entry["trigger"].clone()).collect());
        }
        let triggers = app.connector.instantiate()?.triggers()?;
        let row = |it: &connector_host::contract::triggers::Trigger| {
            [it.id.clone(), it.title.clone(), it.scopes.join(" ")]
        };
        output::lines(output::table("", &triggers.iter().map(row).collect::<Vec<_>>()))
    }
}
