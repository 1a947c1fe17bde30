//! `pack`: the connector in the form that a platform installs.

use std::fmt::Display;
use std::path::PathBuf;

use clap::Args;
use clap::builder::PossibleValuesParser;
use connector_host::contract::Step;
use connector_host::{Call, Connection};
use connector_pack::{PLATFORMS, Source, write};
use serde_json::Value;

use crate::app::App;
use crate::error::Error;
use crate::options::Options;
use crate::{manifest, output};

/// The pack has all actions and triggers in it, and needs no other file.
#[derive(Args)]
pub struct Pack {
    /// The platform
    #[arg(value_parser = PossibleValuesParser::new(PLATFORMS.iter().map(|(name, _)| *name)))]
    platform: String,
    /// The folder to write it to: a new or an empty one
    #[arg(long, value_name = "FOLDER")]
    out: PathBuf,
}

impl Pack {
    pub async fn run(self, options: Options) -> Result<(), Error> {
        let app = App::open(options).await?;
        let wasm = std::fs::read(&app.component).map_err(Error::io(app.component.display()))?;
        let mut manifest = manifest::read(&app.connector)?;
        add_quotas(&mut manifest, &app.connection()?);
        let source = Source { wasm, manifest };
        let files = source.pack(&self.platform).map_err(failed)?;
        write(&files, &self.out).map_err(failed)?;
        output::line(format!("{} files in {}", files.len(), self.out.display()))
    }
}

/// Adds to each action the limit that it counts against, as `quota`. Only a request names one, so it
/// is that of the first example's first request; an action without either has none.
fn add_quotas(manifest: &mut Value, connection: &Connection) {
    for entry in manifest["actions"].as_array_mut().into_iter().flatten() {
        let (id, input) = (&entry["action"]["id"], &entry["examples"][0]["input"]);
        let Some(id) = id.as_str() else { continue };
        let call = Call::Action { id: id.into(), input: input.to_string() };
        if let Ok(Step::Send(pending)) = connection.start(&call)
            && let Some(quota) = pending.request.quota
        {
            entry["action"]["quota"] = quota.into();
        }
    }
}

/// With everything that led to it.
fn failed(error: impl Display) -> Error {
    Error::Unexpected(format!("{error:#}"))
}
