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
  connector compose wasi-http --values config --out service.wasm

docs/wasi-http.md says how such a component is run, and what it answers."#;

/// Put an adapter around the connector, for hosts with wasi:http
///
/// The component that is written answers HTTP in hosts that give components wasi:http and know nothing of connectors,
/// such as wasmtime serve and wasmCloud. These hosts hold the secrets of the connection, and so does the composed
/// component while it runs; the connector in it gets none.
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
