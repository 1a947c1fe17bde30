//! `cluster import`: connections that another program has kept.

use std::io::{self, BufRead};

use connector_auth::{Client, SharedSecrets, Tokens};
use connector_host::Secret;
use connector_worker::{ConnectionRecord, Ingress};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::app::App;
use crate::error::Error;
use crate::options::Options;
use crate::{output, variables};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    name: String,
    access_token: String,
    refresh_token: Option<String>,
    /// Seconds since 1970-01-01 UTC.
    expires_at: Option<u64>,
    scopes: Option<Vec<String>>,
    #[serde(default)]
    settings: Map<String, Value>,
    quota: Option<String>,
    client_id: Option<String>,
    client_secret: Option<String>,
}

pub async fn run(ingress: &Ingress, options: Options) -> Result<(), Error> {
    let app = App::open(options).await?;
    let key = variables::cluster_key()?;
    let mut count = 0;
    for (number, line) in io::stdin().lock().lines().enumerate() {
        let line = line.map_err(Error::io("stdin"))?;
        // What serde says of a value may hold it.
        let wrong = |_| Error::Usage(format!("stdin: line {} is no connection", number + 1));
        let line: Line = serde_json::from_str(&line).map_err(wrong)?;
        let settings = Value::Object(line.settings.clone()).to_string();
        let binding = app.connector.with_settings(&settings)?.binding().clone();
        let client = line
            .client_id
            .map(|id| Client { id, secret: Secret::new(line.client_secret.unwrap_or_default()) });
        let tokens = Tokens {
            refresh_token: line.refresh_token.map(Secret::new),
            expires_at: line.expires_at,
            scopes: line.scopes,
            ..Tokens::pasted(Secret::new(line.access_token))
        };
        let credential = app.credential()?.to_owned();
        let secrets = SharedSecrets { binding, credential, tokens, client };
        let environment = line.settings.get("environment").and_then(Value::as_str);
        let record = ConnectionRecord {
            connector: app.connector.descriptor().id.clone(),
            environment: environment.map_or_else(|| app.environment(None), str::to_owned),
            settings: line.settings,
            quota: line.quota,
            sealed: key.seal(&line.name, &secrets),
            version: 0,
            refused: None,
            doubted_ms: None,
        };
        ingress.call::<()>(&["Connection", &line.name, "put"], None, &record).await?;
        count += 1;
    }
    output::note(format_args!("The cluster has {count} connections more"));
    Ok(())
}
