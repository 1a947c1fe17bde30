//! `pack`: the connector in the form that a platform installs.

use std::fmt::Display;
use std::path::PathBuf;

use clap::Args;
use clap::builder::PossibleValuesParser;
use connector_pack::{PLATFORMS, Source, write};

use crate::app::App;
use crate::error::Error;
use crate::options::Options;
use crate::output;

const EXAMPLES: &str = r#"Examples:
  connector pack appmixer --out my-pack
  connector pack celigo --out my-pack"#;

/// Write the connector in the form that a platform installs
///
/// The pack has all actions and all triggers that are polled in it, and needs no other file. It is made from the
/// component and nothing else: whatever is connected here, the bytes are the same.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
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
        let source = Source::new(&app.engine, wasm).map_err(failed)?;
        let files = source.pack(&self.platform).map_err(failed)?;
        write(&files, &self.out).map_err(failed)?;
        let webhooks: Vec<String> =
            app.connector.instantiate()?.webhooks()?.into_iter().map(|it| it.trigger.id).collect();
        if !webhooks.is_empty() {
            let webhooks = webhooks.join(", ");
            output::note(format_args!("Not in it, because {} polls: {webhooks}", self.platform));
        }
        output::line(format!("{} files in {}", files.len(), self.out.display()))
    }
}

/// With everything that led to it.
fn failed(error: impl Display) -> Error {
    Error::Unexpected(format!("{error:#}"))
}
