//! `rename`: gives a connection another name.

use clap::Args;

use crate::app::App;
use crate::error::Error;
use crate::options::Options;
use crate::output;

const EXAMPLES: &str = r#"Examples:
  connector rename main work"#;

/// Give a connection another name
///
/// Whoever uses it goes on doing so.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Rename {
    /// The connection
    name: String,
    /// Its new name
    new: String,
}

impl Rename {
    pub async fn run(self, options: Options) -> Result<(), Error> {
        let app = App::open(options).await?;
        app.vault()?.rename(&self.name, &self.new)?;
        output::line(format!("The connection {} is now called {}", self.name, self.new))
    }
}
