//! An emulator, and a database of its account.

use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use connector_emulator::{Control, Emulator, Options, TokenSpec};
use connector_host::{
    Connection, Connector, Engine, EngineOptions, FixedCredentials, Routes, Secret,
};
use connector_sql::datafusion::arrow::array::RecordBatch;
use connector_sql::datafusion::arrow::json::ArrayWriter;
use connector_sql::{Database, Error, Rights, Session};
use serde_json::{Map, Value};

static CONNECTOR: LazyLock<Connector> = LazyLock::new(|| {
    let cache = Some(Path::new(env!("CARGO_TARGET_TMPDIR")).join("compiled"));
    let engine = Engine::new(EngineOptions { cache, ..EngineOptions::default() }).unwrap();
    let target = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("..");
    let path = target.join("wasm32-unknown-unknown/release/pinterest_connector.wasm");
    Connector::load(&engine, &path).unwrap_or_else(|error| panic!("{error}: run `make component`"))
});

/// The connector that all tests share.
pub fn connector() -> Connector {
    CONNECTOR.clone()
}

/// The schema of the account's tables.
pub const SCHEMA: &str = "mine";

pub struct Stack {
    /// Ends with it.
    _emulator: Emulator,
    pub control: Control,
    pub database: Database,
}

impl Stack {
    pub async fn start() -> Stack {
        Stack::with(Rights { writes: true, ..Rights::default() }).await
    }

    pub async fn with(rights: Rights) -> Stack {
        let emulator = Emulator::start(Options::default()).await.unwrap();
        let control = emulator.control();
        let token = Secret::new(control.issue_token(TokenSpec::default()));
        let credentials = FixedCredentials::new([("access-token".to_owned(), token)]);
        let mut routes = Routes::default();
        routes.add("https://api.pinterest.com", &emulator.origin()).unwrap();
        let builder = Connection::builder(CONNECTOR.clone()).credentials(Arc::new(credentials));
        let connection = builder.routes(routes).build().unwrap();
        let database = Database::new([(SCHEMA.to_owned(), connection)], rights).unwrap();
        Stack { _emulator: emulator, control, database }
    }

    pub fn session(&self) -> Session {
        self.database.session().unwrap()
    }
}

/// The rows of a statement.
pub async fn rows(session: &Session, sql: &str) -> Vec<Map<String, Value>> {
    try_rows(session, sql).await.unwrap_or_else(|error| panic!("{sql}: {error}"))
}

/// The same, or what went wrong.
pub async fn try_rows(session: &Session, sql: &str) -> Result<Vec<Map<String, Value>>, Error> {
    let batches = session.sql(sql).await?.collect().await?;
    Ok(batches.iter().flat_map(of_batch).collect())
}

fn of_batch(batch: &RecordBatch) -> Vec<Map<String, Value>> {
    let mut json = Vec::new();
    let mut writer = ArrayWriter::new(&mut json);
    writer.write(batch).unwrap();
    writer.finish().unwrap();
    if json.is_empty() { Vec::new() } else { serde_json::from_slice(&json).unwrap() }
}
