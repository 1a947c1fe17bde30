//! `check`: whether a component does as the contract asks, and what to mend.

use std::path::PathBuf;

use clap::Args;
use connector_check::Report;
use connector_host::{Connector, Engine, EngineOptions, LoadError};
use serde_json::json;

use crate::error::Error;
use crate::options::Options;
use crate::output;
use crate::state::State;

const EXAMPLES: &str = r#"Examples:
  connector check my-connector.wasm
  connector check my-connector.wasm --cases cases
  connector check my-connector.wasm --json | jq '.faults[].mend'"#;

/// Check a component against the contract, and say what to mend
///
/// Nothing is sent: the connector's requests are answered by this program, oddly or as the cases say. The
/// exit code is 1 when something is to be mended. A connector in an interpreted language takes minutes.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Check {
    /// The component
    component: PathBuf,

    /// A folder of cases to play: what is called, what the service answers, what comes of it
    #[arg(long, value_name = "FOLDER")]
    cases: Option<PathBuf>,
}

impl Check {
    pub fn run(self, options: Options) -> Result<(), Error> {
        let state = State::open(options.state.as_deref())?;
        let cache = Some(state.compiled());
        let engine =
            Engine::new(EngineOptions { cache, instances: 8, ..EngineOptions::default() })?;
        let report = match Connector::load(&engine, &self.component) {
            Ok(connector) => tokio::task::block_in_place(|| {
                connector_check::check(&connector, self.cases.as_deref())
            }),
            Err(error @ (LoadError::Read { .. } | LoadError::Engine(_))) => {
                return Err(error.into());
            }
            Err(error) => Report::unloadable(&error),
        };
        match options.json {
            true => output::json(&json!(report))?,
            false => output::lines(report.to_string().lines().map(str::to_owned))?,
        }
        match report.faults.len() {
            0 => Ok(()),
            1 => Err(Error::Unexpected("1 fault is to be mended".into())),
            many => Err(Error::Unexpected(format!("{many} faults are to be mended"))),
        }
    }
}
