//! `poll`: what is new since the last poll.

use std::path::PathBuf;

use clap::Args;
use connector_host::Call;

use crate::app::App;
use crate::cursor::CursorFile;
use crate::error::Error;
use crate::input::Input;
use crate::items::Items;
use crate::options::Options;
use crate::{known, stream};

const EXAMPLES: &str = r#"Examples:
  connector poll boards.new
  connector poll board_pins.new --set board_id=549755885175"#;

/// Print what is new since the last poll
///
/// Prints each event on a line. The first poll takes stock and prints nothing. The cursor is
/// stored after the events were printed: when that fails, they come again under the same ids.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
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
        let described = known::trigger(&app.connector, &self.trigger)?;
        let config = self.input.read(&described.config)?;
        let path = match self.cursor {
            Some(path) => path,
            None => {
                let config = serde_json::from_str(&config).unwrap_or_default();
                CursorFile::default_path(&app, &self.trigger, config)?
            }
        };
        let connection = app.connection()?;
        let file = CursorFile::open(path)?;
        let cursor = match self.reset {
            true => None,
            false => file.read()?,
        };
        let empty = match cursor {
            None => "took stock; the next poll prints what is new since now",
            Some(_) => "nothing new",
        };
        let table = |empty| Items::events(&described.data, empty);
        let mut events = stream::printer(app.options.json, empty, table);
        let call = Call::Poll { trigger: self.trigger, config, cursor };
        let outcome = stream::run(&connection, call, None, &mut *events).await;
        let outcome = outcome.map_err(|error| app.mendable(error))?;
        match outcome.cursor {
            Some(cursor) => file.write(&cursor),
            None => Err(Error::Unexpected("the poll brought no cursor".into())),
        }
    }
}
