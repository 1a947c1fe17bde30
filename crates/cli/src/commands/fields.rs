//! `fields`: what records of one kind hold.

use clap::Args;
use connector_records as records;
use serde_json::json;

use crate::app::App;
use crate::error::Error;
use crate::known;
use crate::options::Options;
use crate::output::{self, Column};

const EXAMPLES: &str = r#"Examples:
  connector fields boards"#;

/// Show the fields of a kind of records
///
/// Needs no connection and no first record. With --json: an array with titles and descriptions.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Fields {
    /// The id of a resource
    resource: String,
}

impl Fields {
    pub async fn run(self, options: Options) -> Result<(), Error> {
        let app = App::open(options).await?;
        let resource = known::resource(&app.connector, &self.resource)?;
        let fields = records::fields(&app.connector, &resource)?;
        if app.options.json {
            return output::json(&json!(fields));
        }
        let row = |it: &records::Field| {
            let marks = [
                (it.key, "key"),
                (it.parent, "parent"),
                (it.incremental, "incremental"),
                (it.required, "required"),
                (it.creatable && !it.required, "create"),
                (it.updatable, "update"),
                (!it.readable, "write only"),
            ];
            let marks = marks.iter().filter(|(is, _)| *is).map(|(_, mark)| *mark);
            let title = it.title.clone().unwrap_or_default();
            [it.name.clone(), it.kind.clone(), marks.collect::<Vec<_>>().join(", "), title]
        };
        let head = [
            Column::whole("field"),
            Column::whole("kind"),
            Column::new("for"),
            Column::new("title"),
        ];
        output::lines(output::table("", head, &fields.iter().map(row).collect::<Vec<_>>()))
    }
}
