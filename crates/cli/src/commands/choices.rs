//! `choices`: what can be filled in.

use clap::Args;
use connector_host::contract::ErrorKind;
use connector_host::{Call, Error as HostError};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::app::App;
use crate::error::Error;
use crate::hidden::{items, properties};
use crate::input::Input;
use crate::items::Items;
use crate::lookup::Named;
use crate::options::Options;
use crate::print::Print;
use crate::stream::JsonLines;
use crate::{known, output, stream};

const EXAMPLES: &str = r#"Examples:
  connector --emulator choices pins.create board_id
  connector choices pins.create board_id --query plants"#;

/// List what can be chosen for a field
///
/// With --json: one `{"value", "title"}` on each line.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
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
        let named = Named::find(&app.connector, &id)?;
        let input = self.input.read(named.schema())?;
        let schema: Value = serde_json::from_str(named.schema()).unwrap_or_default();
        let asked = field.clone();
        let call = match named {
            Named::Action(_) => Call::ActionChoices { id, field, input, query },
            Named::Trigger(_) => Call::TriggerChoices { trigger: id, field, config: input, query },
            Named::Webhook(_) => Call::WebhookChoices { webhook: id, field, config: input, query },
        };
        let empty = "there is nothing to choose from";
        let mut print: Box<dyn Print> = match (app.options.json, output::is_terminal()) {
            (true, _) => Box::new(JsonLines::silent()),
            (false, true) => Box::new(Items::new(CHOICE, empty)),
            (false, false) => Box::new(Pairs { any: false }),
        };
        let done = stream::run(&app.connection()?, call, None, &mut *print).await;
        done.map_err(|error| app.mendable(with_fields(error, &schema, &asked)))?;
        Ok(())
    }
}

/// What the contract says of a choice.
const CHOICE: &str = r#"{"properties": {"value": {}, "title": {"type": "string"}}}"#;

/// A value and its title on each line.
struct Pairs {
    any: bool,
}

impl Print for Pairs {
    fn print(&mut self, items: &[&RawValue]) -> Result<(), Error> {
        self.any |= !items.is_empty();
        output::lines(items.iter().map(|item| choice(item)))
    }

    fn end(&mut self) {
        if !self.any {
            output::note("there is nothing to choose from");
        }
    }
}

/// When the field is one that nothing can be chosen for, the error names those that it could be
/// done for.
fn with_fields(error: Error, schema: &Value, field: &str) -> Error {
    let Error::Host(HostError::Connector(mut error)) = error else { return error };
    let mut fields = Vec::new();
    chosen(schema, "", &mut fields);
    let plain = field.replace(|c: char| c.is_ascii_digit(), "");
    if error.kind != ErrorKind::InvalidInput || fields.contains(&plain) || error.advice.is_some() {
        return Error::Host(HostError::Connector(error));
    }
    error.advice = Some(match fields.is_empty() {
        true => "it has no field with choices".into(),
        false => {
            let question = known::did_you_mean(&plain, fields.iter().map(String::as_str));
            let question = question.map_or(String::new(), |question| format!("{question} "));
            format!("{question}fields with choices: {}", fields.join(", "))
        }
    });
    Error::Host(HostError::Connector(error))
}

/// The paths of fields with choices; items of lists are `[]`.
fn chosen(schema: &Value, path: &str, found: &mut Vec<String>) {
    for (name, field) in properties(schema) {
        let path = if path.is_empty() { name } else { format!("{path}.{name}") };
        if field.get("x-choices").is_some() && !found.contains(&path) {
            found.push(path.clone());
        }
        chosen(&field, &path, found);
        let items = items(&field);
        if items.get("x-choices").is_some() {
            found.push(format!("{path}[]"));
        }
        chosen(&items, &format!("{path}[]"), found);
    }
}

fn choice(item: &RawValue) -> String {
    let item: Value = serde_json::from_str(item.get()).unwrap_or_default();
    let text = |key: &str| item[key].as_str().map_or_else(|| item[key].to_string(), str::to_owned);
    format!("{}  {}", text("value"), text("title"))
}
