//! `cluster`: hands connections to a cluster.

mod import;

use clap::{Args, Subcommand};
use connector_auth::{SharedSecrets, Tokens};
use connector_worker::{ConnectionRecord, Ingress};
use url::Url;

use crate::app::App;
use crate::error::Error;
use crate::options::{self, Options};
use crate::{output, variables};

const EXAMPLES: &str = r#"Examples:
  connector cluster --ingress http://restate:8080 connect acme
  connector cluster --ingress http://restate:8080 import < connections.jsonl
  connector cluster --ingress http://restate:8080 remove acme"#;

/// Hand connections to a cluster of workers
///
/// The secrets of a connection are sealed here, with the key in CONNECTOR_CLUSTER_KEY, before they leave.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Cluster {
    /// The ingress of the Restate server
    #[arg(long, default_value = "http://127.0.0.1:8080", value_name = "URL")]
    ingress: Url,
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Hand over the connection that is used here
    ///
    /// From then on the cluster alone renews its tokens: forget it here.
    Connect {
        /// Its name in the cluster
        name: String,
        /// Connections with the same word here share the service's rate limits [default: the connection's
        /// own]
        #[arg(long, value_name = "WORD")]
        quota: Option<String>,
    },
    /// Hand over connections from stdin
    ///
    /// A JSON object on each line: `name`, `access_token`, and if they are known `refresh_token`,
    /// `expires_at`, `scopes`, `settings`, `quota`, `client_id`, `client_secret`.
    Import,
    /// Take a connection away from the cluster
    Remove {
        /// Its name
        name: String,
    },
}

impl Cluster {
    pub async fn run(self, options: Options) -> Result<(), Error> {
        let ingress = Ingress::new(self.ingress);
        match self.what {
            What::Connect { name, quota } => connect(&ingress, options, name, quota).await,
            What::Import => import::run(&ingress, options).await,
            What::Remove { name } => {
                let path = ["Connection", &*name, "remove"];
                Ok(ingress.call(&path, None, &()).await?)
            }
        }
    }
}

async fn connect(
    ingress: &Ingress,
    options: Options,
    name: String,
    quota: Option<String>,
) -> Result<(), Error> {
    let app = App::open(options).await?;
    let entry = app.entry()?;
    let settings = app.settings(entry.as_ref())?;
    let asker = app.connector.with_settings(&settings)?.binding().clone();
    let credential = app.credential_of(entry.as_ref())?.to_owned();
    let (tokens, client) = match &entry {
        Some(entry) => {
            let vault = app.vault()?;
            let tokens = vault.tokens(&entry.name, &asker, &credential)?;
            (tokens, vault.client(&entry.name, &asker)?)
        }
        None => (variables::token().map(Tokens::pasted), None),
    };
    let tokens =
        tokens.ok_or_else(|| Error::Usage("there is no connection; connect first".into()))?;
    let secrets = SharedSecrets { binding: asker, credential, tokens, client };
    let environment = app.environment(entry.as_ref());
    let record = ConnectionRecord {
        connector: app.connector.descriptor().id.clone(),
        settings: options::object(&settings).map_err(Error::Unexpected)?,
        environment,
        quota,
        sealed: variables::cluster_key()?.seal(&name, &secrets),
        version: 0,
        refused: None,
        doubted_ms: None,
    };
    ingress.call::<()>(&["Connection", &name, "put"], None, &record).await?;
    output::note(format_args!("The cluster has `{name}`"));
    Ok(())
}
