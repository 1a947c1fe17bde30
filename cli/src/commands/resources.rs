//! `resources`: the kinds of records.

use clap::Args;
use connector_host::records;
use serde_json::json;

use crate::app::App;
use crate::error::Error;
use crate::options::Options;
use crate::output;

/// Each with what can be done with it, and whose rows it holds. With --json: an array.
#[derive(Args)]
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
        output::lines(output::table("", &resources.iter().map(row).collect::<Vec<_>>()))
    }
}
