//! `scopes`: what a connection has to be granted for a flow, and no more.

use std::collections::BTreeMap;

use clap::Args;
use connector_host::contract::{CredentialSource, Descriptor, connection::Scope};
use serde_json::{Value, json};

use crate::app::App;
use crate::error::Error;
use crate::lookup::Named;
use crate::options::Options;
use crate::output::{self, Column};
use crate::shell::word;

const EXAMPLES: &str = r#"Examples:
  connector scopes --for boards.create,boards.new"#;

/// Say which scopes a flow needs
///
/// With --json: the scopes, and what each is for.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Scopes {
    /// Ids of the flow's actions, triggers and webhooks, separated by commas
    #[arg(long = "for", value_delimiter = ',', required = true, value_name = "IDS")]
    ids: Vec<String>,
}

impl Scopes {
    pub async fn run(self, options: Options) -> Result<(), Error> {
        let app = App::open(options).await?;
        let declared = declared(app.connector.descriptor());
        let mut needed: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for scope in declared.iter().filter(|scope| scope.minimum) {
            needed.entry(scope.id.clone()).or_default();
        }
        for id in self.ids {
            for scope in Named::find(&app.connector, &id)?.scopes() {
                needed.entry(scope.clone()).or_default().push(id.clone());
            }
        }
        let joined = needed.keys().cloned().collect::<Vec<_>>().join(",");
        if app.options.json {
            let scopes: Vec<Value> =
                needed.iter().map(|(id, by)| json!({"id": id, "for": by})).collect();
            return output::json(&json!({"scopes": scopes, "joined": joined}));
        }
        let purpose = |id: &str| {
            let scope = declared.iter().find(|scope| scope.id == id);
            scope.map_or(String::new(), |scope| scope.purpose.clone())
        };
        let row = |(id, by): (&String, &Vec<String>)| {
            let by = if by.is_empty() { "every connection".into() } else { by.join(", ") };
            [id.clone(), purpose(id), by]
        };
        let head = [Column::whole("scope"), Column::new("what for"), Column::new("needed by")];
        let mut lines = output::table("", head, &needed.iter().map(row).collect::<Vec<_>>());
        let command = format!("connector connect --scopes {}", word(&joined));
        lines.extend(["".into(), command.into()]);
        output::lines(lines)
    }
}

fn declared(descriptor: &Descriptor) -> Vec<&Scope> {
    let oauth = descriptor.credentials.iter().filter_map(|credential| match &credential.source {
        CredentialSource::Oauth2(oauth) => Some(&oauth.scopes),
        _ => None,
    });
    oauth.flatten().collect()
}
