//! `actions`: what the connector can do.

use clap::Args;
use connector_host::contract::actions::{Action, Shape};
use serde_json::Value;

use crate::app::App;
use crate::error::Error;
use crate::options::Options;
use crate::output::{Column, Line};
use crate::{known, manifest, output};

const EXAMPLES: &str = r#"Examples:
  connector actions --search pin
  connector actions --group Boards"#;

/// List the actions
///
/// With --json: an array of actions.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Actions {
    /// Only actions with this text in the id, title or summary
    #[arg(long)]
    search: Option<String>,
    /// Only actions of this group
    #[arg(long)]
    group: Option<String>,
}

impl Actions {
    pub async fn run(self, options: Options) -> Result<(), Error> {
        let app = App::open(options).await?;
        let mut actions = app.connector.instantiate()?.actions()?;
        let groups: Vec<String> = actions.iter().map(|action| action.group.clone()).collect();
        actions.retain(|action| self.wants(action));
        if app.options.json {
            return output::json(&in_json(&manifest::read(&app.connector)?, &actions));
        }
        if actions.is_empty() {
            output::note(self.nothing(&groups));
        }
        let mut lines: Vec<Line> = Vec::new();
        for group in actions.chunk_by(|one, next| one.group == next.group) {
            if output::is_terminal() && !lines.is_empty() {
                lines.push("".into());
            }
            lines.push(output::heading(format!("{} ({})", group[0].group, group.len())));
            let head = [
                Column::whole(""),
                Column::new(""),
                Column::whole(""),
                Column::whole(""),
                Column::new(""),
            ];
            lines.extend(output::table("  ", head, &group.iter().map(row).collect::<Vec<_>>()));
        }
        output::lines(lines)
    }

    /// Why there are none.
    fn nothing(&self, groups: &[String]) -> String {
        let named = self
            .group
            .as_ref()
            .filter(|named| !groups.iter().any(|group| group.eq_ignore_ascii_case(named)));
        match named {
            Some(named) => {
                let question = known::did_you_mean(named, groups.iter().map(String::as_str));
                let question = question.map_or(String::new(), |question| format!("; {question}"));
                format!("there is no group `{named}`{question}")
            }
            None => "no action has that in its id, title or summary".into(),
        }
    }

    fn wants(&self, action: &Action) -> bool {
        let same = |group: &String| group.eq_ignore_ascii_case(&action.group);
        let found = |text: &String| {
            let text = text.to_lowercase();
            let operation = action.operation_id.as_deref().unwrap_or_default();
            [&action.id, &action.title, &action.summary, operation]
                .iter()
                .any(|place| place.to_lowercase().contains(&text))
        };
        self.group.as_ref().is_none_or(same) && self.search.as_ref().is_none_or(found)
    }
}

fn row(action: &Action) -> [String; 5] {
    let shape = match action.shape {
        Shape::Single => "",
        Shape::Items => "list",
    };
    let mut last = action.scopes.join(" ");
    if !action.notes.is_empty() {
        last += &format!(" [{}]", action.notes.join(", "));
    }
    [action.id.clone(), action.title.clone(), action.effect.word().into(), shape.into(), last]
}

/// The same actions as the manifest has them.
fn in_json(manifest: &Value, wanted: &[Action]) -> Value {
    let all = manifest::entries(manifest, "actions").map(|entry| &entry["action"]);
    let wanted = all.filter(|action| wanted.iter().any(|wanted| action["id"] == *wanted.id));
    wanted.cloned().collect()
}
