//! `test`: whether the connection works, and what it may not do.

use clap::Args;
use connector_auth::Tested;

use crate::app::App;
use crate::error::Error;
use crate::options::Options;
use crate::{connection_test, output, status};

const EXAMPLES: &str = r#"Examples:
  connector test
  connector test work"#;

/// Check the connection, and say what it may not do
///
/// With --json: what the connector answers.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Test {
    /// The connection [default: the only one]
    name: Option<String>,
}

impl Test {
    pub async fn run(self, mut options: Options) -> Result<(), Error> {
        options.connections = self.name.map_or(options.connections, |name| vec![name]);
        let app = App::open(options).await?;
        let entry = app.entry()?;
        let granted = app.granted(entry.as_ref())?;
        let tested = Tested::of(&app.connection()?, granted).await;
        let tested = tested.map_err(|error| app.mendable(error.into()))?;
        if let Some(entry) = &entry {
            app.vault()?.set_account(&entry.name, &tested.account())?;
        }
        if app.options.json {
            return output::json(&tested.output);
        }
        let mut lines = connection_test::lines(&tested);
        if let Some(entry) = entry {
            // The test may have renewed it.
            let entry = app.vault()?.connection(&entry.name)?;
            lines.extend(entry.credential(app.credential_of(Some(&entry))?).and_then(status::end));
            lines.extend(status::note(&entry.status));
        }
        output::lines(lines)
    }
}
