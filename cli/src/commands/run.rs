//! `run`: runs an action.

use clap::Args;
use connector_host::Call;
use connector_host::contract::actions::Shape;
use serde_json::Value;

use crate::app::App;
use crate::error::Error;
use crate::options::{Input, Options};
use crate::{output, stream};

/// Prints the output; of a list each item on a line of its own, as it comes.
#[derive(Args)]
pub struct Run {
    /// The id of an action
    action: String,
    #[command(flatten)]
    input: Input,
    /// Print so many items at most, and ask for no page beyond them
    #[arg(long, value_parser = clap::value_parser!(u64).range(1..))]
    limit: Option<u64>,
}

impl Run {
    pub async fn run(self, options: Options) -> Result<(), Error> {
        let app = App::open(options).await?;
        let shape = app.connector.instantiate()?.action(&self.action)?.action.shape;
        let call = Call::Action { id: self.action, input: self.input.read()? };
        let connection = app.connection()?;
        let outcome = stream::run(&connection, call, self.limit, output::one_line).await?;
        let value: Value = serde_json::from_str(&outcome.output)
            .map_err(|error| Error::Unexpected(format!("the output is not JSON: {error}")))?;
        match (shape, value) {
            (Shape::Single, value) => output::json(&value),
            (Shape::Items, Value::Null) => Ok(()),
            // About the list as a whole: not an item, so not among them.
            (Shape::Items, value) => {
                eprintln!("{value}");
                Ok(())
            }
        }
    }
}
