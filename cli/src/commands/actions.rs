//! `actions`: what the connector can do.

use clap::Args;
use connector_host::contract::actions::{Action, Shape};
use serde_json::Value;

use crate::app::App;
use crate::error::Error;
use crate::options::Options;
use crate::{manifest, output};

/// With --json: an array of actions.
#[derive(Args)]
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
        actions.retain(|action| self.wants(action));
        if app.options.json {
            return output::json(&in_json(&manifest::read(&app.connector)?, &actions));
        }
        let mut lines = Vec::new();
        for group in actions.chunk_by(|one, next| one.group == next.group) {
            lines.push(format!("{} ({})", group[0].group, group.len()));
            lines.extend(output::table("  ", &group.iter().map(row).collect::<Vec<_>>()));
        }
        output::lines(lines)
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
