//! What the steps of the demo stand on: a connection to an emulator, and lines that say how each
//! step went.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::{Duration, Instant};

use connector_auth::{Client, ConnectionSpec, KeySource, OAuth, Tokens, Vault};
use connector_emulator::Control;
use connector_host::contract::Outcome;
use connector_host::{Call, Connection, Error as HostError, Observer, Secret};
use serde_json::Value;
use tempfile::TempDir;

use crate::app::App;
use crate::error::Error;
use crate::output;

/// The connection's name.
const NAME: &str = "demo";

/// The connection, and the side door of the emulator that it leads to.
pub struct Stage {
    /// The connector, which the emulator is part of.
    pub app: App,
    /// Does what others than we do.
    pub control: Control,
    /// For the app that the emulator knows.
    pub oauth: OAuth,
    vault: Vault,
    connection: Connection,
    /// Holds the vault; deleted in the end.
    _folder: TempDir,
}

impl Stage {
    /// Nothing is connected yet.
    pub fn set(app: App) -> Result<Self, Error> {
        let emulator = &app.emulated.as_ref().ok_or_else(|| surprise("an emulator", "none"))?.0;
        let control = emulator.control();
        let (id, secret) = emulator.client();
        let secret = Secret::new(secret);
        let folder = tempfile::tempdir().map_err(Error::io("temporary folder"))?;
        let vault = Vault::open(folder.path(), &KeySource::File)?;
        let draft = ConnectionSpec {
            name: NAME.into(),
            binding: app.connector.binding().clone(),
            environment: app.environment(None),
            settings: "{}".into(),
            client: None,
            scopes: None,
        };
        vault.put(&draft)?;
        let connection = Connection::builder(app.connector.clone())
            .routes(app.routes()?)
            .credentials(Arc::new(vault.credentials(NAME, app.connector.binding())?))
            .build()?;
        Ok(Stage {
            oauth: app.oauth(
                app.credential()?,
                &draft.environment,
                &draft.settings,
                Client { id, secret },
            )?,
            app,
            control,
            vault,
            connection,
            _folder: folder,
        })
    }

    /// Stores the tokens that the connection uses from now on.
    pub fn connect(&self, tokens: Tokens) -> Result<(), Error> {
        Ok(self.vault.store(NAME, self.app.credential()?, &tokens)?)
    }

    /// Runs an action and answers with its output.
    pub async fn run(&self, action: &str, input: Value) -> Result<Value, Error> {
        let (outcome, _) = self.call(self.action(action, input)).await?;
        Ok(serde_json::from_str(&outcome.output).unwrap_or_default())
    }

    /// Runs a list and answers with its pages.
    pub async fn list(&self, action: &str, input: Value) -> Result<Vec<Vec<Value>>, Error> {
        Ok(self.call(self.action(action, input)).await?.1)
    }

    /// Runs a call and answers with its outcome and its pages.
    pub async fn call(&self, call: Call) -> Result<(Outcome, Vec<Vec<Value>>), HostError> {
        let mut watcher = Watcher::default();
        let outcome = self.connection.run(call, &mut watcher).await?;
        Ok((outcome, watcher.pages))
    }

    /// How many requests have reached the emulator.
    pub fn requests(&self) -> u64 {
        self.control.counts().values().sum()
    }

    fn action(&self, id: &str, input: Value) -> Call {
        Call::Action { id: id.into(), input: input.to_string() }
    }
}

/// Keeps pages, and shows waits.
#[derive(Default)]
struct Watcher {
    pages: Vec<Vec<Value>>,
}

impl Observer for Watcher {
    fn page(&mut self, items: &str, _count: u32) -> ControlFlow<()> {
        self.pages.push(serde_json::from_str(items).unwrap_or_default());
        ControlFlow::Continue(())
    }

    fn waiting(&mut self, time: Duration, reason: &str) {
        // Whoever cannot read this will not see the result of the step either.
        let _ = output::line(format!("  waits {:.1} s: {reason}", time.as_secs_f64()));
    }
}

/// A step that has begun. When it is dropped before it is done, it is shown as failed.
pub struct Step {
    name: &'static str,
    begun: Instant,
    done: bool,
}

/// Begins a step.
pub fn begin(name: &'static str) -> Step {
    Step { name, begun: Instant::now(), done: false }
}

impl Step {
    /// Shows what came of it and how long it took.
    pub fn done(mut self, result: impl AsRef<str>) -> Result<(), Error> {
        self.done = true;
        let (name, result, took) = (self.name, result.as_ref(), self.begun.elapsed());
        let ms = took.as_secs_f64() * 1000.0;
        output::line(format!("✓ {name:19} {result:56} {ms:>7.1} ms"))
    }
}

impl Drop for Step {
    fn drop(&mut self) {
        if !self.done {
            let _ = output::line(format!("✗ {}", self.name));
        }
    }
}

/// Fails when two values differ.
pub fn expect<T: PartialEq<U> + std::fmt::Debug, U: std::fmt::Debug>(
    got: T,
    expected: U,
) -> Result<(), Error> {
    match got == expected {
        true => Ok(()),
        false => Err(surprise(expected, got)),
    }
}

/// What ends the demo.
pub fn surprise(expected: impl std::fmt::Debug, got: impl std::fmt::Debug) -> Error {
    Error::Unexpected(format!("expected {expected:?}, got {got:?}"))
}
