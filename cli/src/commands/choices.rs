//! `choices`: what can be filled in.

use clap::Args;
use connector_host::Call;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::app::App;
use crate::error::Error;
use crate::named::Named;
use crate::options::{Input, Options};
use crate::{output, stream};

/// With --json: one `{"value", "title"}` on each line.
#[derive(Args)]
pub struct Choices {
    /// The id of an action, a trigger or a webhook
    id: String,
    /// The field, such as `board_id` or `items[2].board_id`
    field: String,
    /// What has been filled in so far
    #[command(flatten)]
    input: Input,
    /// Only choices with this text in their title
    #[arg(long)]
    query: Option<String>,
}

impl Choices {
    pub async fn run(self, options: Options) -> Result<(), Error> {
        let app = App::open(options).await?;
        let (id, field, query) = (self.id, self.field, self.query);
        let input = self.input.read()?;
        let call = match Named::find(&app.connector, &id)? {
            Named::Action(_) => Call::ActionChoices { id, field, input, query },
            Named::Trigger(_) => Call::TriggerChoices { trigger: id, field, config: input, query },
            Named::Webhook(_) => Call::WebhookChoices { webhook: id, field, config: input, query },
        };
        let print = match app.options.json {
            true => output::one_line,
            false => choice,
        };
        stream::run(&app.connection()?, call, None, print).await?;
        Ok(())
    }
}

fn choice(item: &RawValue) -> String {
    let item: Value = serde_json::from_str(item.get()).unwrap_or_default();
    let text = |key: &str| item[key].as_str().map_or_else(|| item[key].to_string(), str::to_owned);
    format!("{}  {}", text("value"), text("title"))
}
