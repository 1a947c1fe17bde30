//! `compose`: the connector with an adapter around it, as one component.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use connector_compose::{Values, wasi_http};

use crate::app::App;
use crate::error::Error;
use crate::options::Options;
use crate::output;

const EXAMPLES: &str = r#"Examples:
  connector compose wasi-http --out service.wasm
  wasmtime serve -S cli --env CONNECTOR_KEY=… --env CONNECTOR_CREDENTIAL_ACCESS_TOKEN=… service.wasm
  curl -H 'Authorization: Bearer …' -d '{}' http://127.0.0.1:8080/actions/boards.list"#;

/// Write the connector with an adapter around it, for hosts that know nothing of connectors
///
/// `wasi-http` answers HTTP in hosts that give components wasi:http, such as wasmtime serve and wasmCloud. These hosts
/// hold the secrets of the connection, and so does the composed component while it runs; the connector in it gets none.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Compose {
    /// The adapter
    #[arg(value_enum)]
    adapter: Adapter,

    /// Where the component goes
    #[arg(long, value_name = "FILE")]
    out: PathBuf,

    /// Where it has its key, its credentials and its settings from
    #[arg(long, value_enum, default_value_t = From::Environment)]
    values: From,
}

#[derive(Clone, Copy, ValueEnum)]
enum Adapter {
    /// For hosts that give components wasi:http
    WasiHttp,
}

#[derive(Clone, Copy, ValueEnum)]
enum From {
    /// wasi:config, as wasmCloud gives it
    Config,
    /// Variables of the environment
    Environment,
}

impl Compose {
    pub async fn run(self, options: Options) -> Result<(), Error> {
        let Adapter::WasiHttp = self.adapter;
        let app = App::open(options).await?;
        let connector =
            std::fs::read(&app.component).map_err(Error::io(app.component.display()))?;
        let values = match self.values {
            From::Config => Values::Config,
            From::Environment => Values::Environment,
        };
        let composed = wasi_http(&connector, values);
        let composed = composed.map_err(|error| Error::Usage(error.to_string()))?;
        std::fs::write(&self.out, &composed).map_err(Error::io(self.out.display()))?;
        output::line(format!("{} KiB in {}", composed.len() >> 10, self.out.display()))
    }
}
