//! `resources`: the kinds of records.

use clap::Args;
use connector_records as records;
use serde_json::json;

use crate::app::App;
use crate::error::Error;
use crate::options::Options;
use crate::output::{self, Column};

const EXAMPLES: &str = r#"Examples:
  connector resources"#;

/// List the kinds of records
///
/// Each with what can be done with it, and whose rows it holds. With --json: an array.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Resources {}

impl Resources {
    pub async fn run(self, options: Options) -> Result<(), Error> {
        let app = App::open(options).await?;
        let resources = records::resources(&app.connector)?;
        if app.options.json {
            return output::json(&json!(resources));
        }
        let row = |it: &records::Resource| {
            let verbs = [
                (it.reader().is_ok(), "read"),
                (it.create_action.is_some(), "create"),
                (it.update_action.is_some(), "update"),
                (it.delete_action.is_some(), "delete"),
            ];
            let verbs = verbs.iter().filter(|(can, _)| *can).map(|(_, verb)| *verb);
            let verbs = verbs.collect::<Vec<_>>().join(" ");
            let parents = match it.parents.is_empty() {
                true => String::new(),
                false => format!("of {}", it.parents.join(", ")),
            };
            [it.id.clone(), it.title.clone(), verbs, parents]
        };
        let head = [
            Column::whole("resource"),
            Column::new("title"),
            Column::new("can be"),
            Column::new("parents"),
        ];
        output::lines(output::table("", head, &resources.iter().map(row).collect::<Vec<_>>()))
    }
}
