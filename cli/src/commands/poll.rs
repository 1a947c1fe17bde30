//! `poll`: what is new since the last poll.

use std::path::PathBuf;

use clap::Args;
use connector_host::Call;

use crate::app::App;
use crate::cursor::CursorFile;
use crate::error::Error;
use crate::options::{Input, Options};
use crate::{output, stream};

/// Prints each event on a line. The first poll takes stock and prints nothing. The cursor is
/// stored after the events were printed: when that fails, they come again under the same ids.
#[derive(Args)]
pub struct Poll {
    /// The id of a trigger
    trigger: String,
    /// The trigger's configuration
    #[command(flatten)]
    input: Input,
    /// Where the cursor is kept [default: in the state folder, by trigger and configuration]
    #[arg(long, value_name = "FILE")]
    cursor: Option<PathBuf>,
    /// Forget the cursor first: take stock again
    #[arg(long)]
    reset: bool,
}

impl Poll {
    pub async fn run(self, options: Options) -> Result<(), Error> {
        let app = App::open(options).await?;
        // An unknown trigger gets no file.
        app.connector.instantiate()?.trigger(&self.trigger)?;
        let config = self.input.read()?;
        let path = match self.cursor {
            Some(path) => path,
            None => {
                let config = serde_json::from_str(&config).unwrap_or_default();
                CursorFile::default_path(&app, &self.trigger, config)?
            }
        };
        let connection = app.connection()?;
        let file = CursorFile::open(path)?;
        let call = Call::Poll {
            trigger: self.trigger,
            config,
            cursor: match self.reset {
                true => None,
                false => file.read()?,
            },
            now: jiff::Timestamp::now().to_string(),
        };
        let outcome = stream::run(&connection, call, None, output::one_line).await?;
        match outcome.cursor {
            Some(cursor) => file.write(&cursor),
            None => Err(Error::Unexpected("the poll brought no cursor".into())),
        }
    }
}
