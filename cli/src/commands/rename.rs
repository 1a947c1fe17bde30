//! `rename`: gives a connection another name.

use clap::Args;

use crate::app::App;
use crate::error::Error;
use crate::options::Options;
use crate::output;

/// Whoever uses it goes on doing so.
#[derive(Args)]
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
