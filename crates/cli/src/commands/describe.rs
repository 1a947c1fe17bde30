//! `describe`: everything about one action, trigger or webhook.

use clap::Args;
use connector_host::contract::{actions, triggers};
use serde_json::Value;

use crate::app::App;
use crate::error::Error;
use crate::lookup::Named;
use crate::options::Options;
use crate::output::Line;
use crate::shell::{quote, word};
use crate::{manifest, output, schema};

const EXAMPLES: &str = r#"Examples:
  connector describe boards.create
  connector describe boards.new --json"#;

/// Show the fields of an action, a trigger or a webhook
///
/// With --json: its part of the manifest.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Describe {
    /// The id of an action, a trigger or a webhook
    id: String,
}

impl Describe {
    pub async fn run(self, options: Options) -> Result<(), Error> {
        let app = App::open(options).await?;
        let named = Named::find(&app.connector, &self.id)?;
        if app.options.json {
            let manifest = manifest::read(&app.connector)?;
            let (list, kind) = match named {
                Named::Action(_) => ("actions", "action"),
                Named::Trigger(_) => ("triggers", "trigger"),
                Named::Webhook(_) => ("webhooks", "trigger"),
            };
            let mut entries = manifest::entries(&manifest, list);
            let found = entries.find(|entry| entry[kind]["id"] == self.id);
            return output::json(found.unwrap_or(&Value::Null));
        }
        output::lines(match named {
            Named::Action(description) => action(&description),
            Named::Trigger(description) | Named::Webhook(description) => trigger(&description),
        })
    }
}

fn action(description: &actions::Description) -> Vec<Line> {
    let action = &description.action;
    let mut lines = head(&action.title, &action.id, &action.summary);
    lines.push(format!("  scopes  {}", action.scopes.join(" ")).into());
    lines.push(format!("  effect  {}", action.effect.word()).into());
    if let Some(operation) = &action.operation_id {
        lines.push(format!("  operation  {operation}").into());
    }
    if !action.notes.is_empty() {
        lines.push(format!("  notes  {}", action.notes.join(", ")).into());
    }
    lines.extend(fields("Input (* required)", &description.input, true));
    for example in &description.examples {
        lines.extend(["".into(), output::heading(format!("Example: {}", example.title))]);
        let (id, input) = (word(&action.id), quote(&example.input));
        lines.push(format!("  connector run {id} --input {input}").into());
    }
    let output = match action.shape {
        actions::Shape::Single => "Output",
        actions::Shape::Items => "Output: a list; each item",
    };
    lines.extend(fields(output, &description.output, false));
    lines
}

fn trigger(description: &triggers::Description) -> Vec<Line> {
    let trigger = &description.trigger;
    let mut lines = head(&trigger.title, &trigger.id, &trigger.summary);
    lines.push(format!("  scopes  {}", trigger.scopes.join(" ")).into());
    lines.extend(fields("Configuration (* required)", &description.config, true));
    lines.extend(fields("Each event's data", &description.data, false));
    lines.extend(["".into(), output::heading("One event")]);
    lines.push(format!("  {}", description.sample).into());
    lines
}

fn head(title: &str, id: &str, summary: &str) -> Vec<Line> {
    let mut lines = vec![output::heading(format!("{title} ({id})"))];
    lines.extend(output::prose("", summary));
    lines.push("".into());
    lines
}

fn fields(title: &str, json: &str, deep: bool) -> Vec<Line> {
    let schema: Value = serde_json::from_str(json).unwrap_or_default();
    let mut lines = vec!["".into(), output::heading(title)];
    lines.extend(match schema::lines(&schema, deep) {
        none if none.is_empty() => vec![match schema["type"].is_null() {
            true => "  anything".into(),
            false => "  nothing".into(),
        }],
        fields => fields,
    });
    lines
}
