//! `sql`: statements over the records.

mod format;
mod listen;
mod shell;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use clap::Args;
use connector_host::Permission;
use connector_sql::{Database, Rights, Session};
use futures_util::StreamExt;

use self::format::{Output, SqlFormat};
use crate::app::App;
use crate::error::Error;
use crate::failed::failed;
use crate::interrupt;
use crate::options::Options;

const EXAMPLES: &str = r#"Examples:
  connector sql "SELECT name, pin_count FROM boards ORDER BY pin_count DESC LIMIT 5"
  connector sql "EXPLAIN SELECT title FROM pins WHERE board_id = '1'"
  connector sql --format parquet --out boards.parquet "SELECT * FROM boards"
  connector sql --write "UPDATE boards SET description = 'Sweet' WHERE name = 'Recipes'"
  connector sql --listen 127.0.0.1:5433"#;

/// Query and change records with SQL
///
/// Every resource is a table: `connector resources` lists them, and the table connector.columns says what
/// their columns are. What the service can filter is asked of it, the rest is done here; EXPLAIN says which
/// is which. Without a statement it is a shell, or runs what stdin holds.
///
/// With --listen it is a server to which PostgreSQL's clients connect; the password is in
/// CONNECTOR_SQL_PASSWORD, or else one is made up and printed.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Sql {
    /// The statements, with `;` between them
    statement: Option<String>,
    /// Allow statements that change what the service keeps
    #[arg(long)]
    write: bool,
    /// Send no more requests than this
    #[arg(long, value_name = "N")]
    max_requests: Option<u64>,
    /// The form of the rows [default: jsonl, and a table on a terminal]
    #[arg(long, value_enum)]
    format: Option<SqlFormat>,
    /// Write the rows of the statement to a file
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Query the copy in this folder, which `sync` made, instead of the service
    #[arg(long, value_name = "DIR", conflicts_with_all = ["write", "listen", "max_requests"])]
    local: Option<PathBuf>,
    /// Serve PostgreSQL's protocol at this address
    #[arg(long, value_name = "ADDRESS", conflicts_with_all = ["statement", "format", "out", "max_requests"])]
    listen: Option<SocketAddr>,
    #[command(flatten)]
    server: listen::Server,
}

impl Sql {
    pub async fn run(self, options: Options) -> Result<(), Error> {
        let app = App::open(options).await?;
        if let Some(folder) = &self.local {
            let session = Session::local(folder).await.map_err(failed)?;
            return self.read(&app, &session).await;
        }
        let fetch = self.listen.is_none() || self.server.fetch_urls;
        let database = database(&app, None, self.write, fetch)?;
        if let Some(address) = self.listen {
            return listen::serve(&app, database, address, &self.server).await;
        }
        let session = database.session().map_err(failed)?;
        if let Some(most) = self.max_requests {
            let set = format!("SET connector.max_requests = {most}");
            session.sql(&set).await.map_err(failed)?;
        }
        self.read(&app, &session).await
    }

    /// The statements that are given, or typed, or in stdin.
    async fn read(&self, app: &App, session: &Session) -> Result<(), Error> {
        interrupt::listen(app.stop.clone());
        match &self.statement {
            Some(text) => self.all(app, session, text).await,
            None if shell::is_wanted() => shell::read(app, session).await,
            None => {
                let text = std::io::read_to_string(std::io::stdin()).map_err(Error::io("stdin"))?;
                self.all(app, session, &text).await
            }
        }
    }

    async fn all(&self, app: &App, session: &Session, text: &str) -> Result<(), Error> {
        let statements = Session::statements(text).map_err(failed)?;
        if self.out.is_some() && statements.iter().filter(|it| !sets(it)).count() > 1 {
            return Err(Error::Usage(
                "--out: a file takes the rows of one statement; run the others by themselves"
                    .into(),
            ));
        }
        let to = To { format: self.format, out: self.out.as_deref() };
        for statement in statements {
            let ran = run(app, session, &statement, to).await;
            ran.map_err(|error| app.mendable(error))?;
        }
        Ok(())
    }
}

/// Where rows go, and in what form.
#[derive(Clone, Copy, Default)]
struct To<'a> {
    format: Option<SqlFormat>,
    out: Option<&'a Path>,
}

/// Whether a statement, as [`Session::statements`] writes it, sets something and has no rows.
fn sets(statement: &str) -> bool {
    statement.starts_with("SET ")
}

/// A database of a stored connection, or of the usual one, in which no request but reads is sent unless `write`
/// is said. The connector's id is its schema. `fetch`: whether files may be https URLs.
pub fn database(
    app: &App,
    connection: Option<&str>,
    write: bool,
    fetch: bool,
) -> Result<Database, Error> {
    let permission = Permission { read_only: !write, ..app.permission() };
    let connection = app.named_connection(connection, permission, fetch)?;
    let schema = app.connector.descriptor().id.clone();
    let rights = Rights { writes: write, ..Rights::default() };
    Database::new([(schema, connection)], rights).map_err(failed)
}

/// Runs one statement to its end, or until Ctrl-C.
async fn run(app: &App, session: &Session, statement: &str, to: To<'_>) -> Result<u64, Error> {
    tokio::select! {
        ran = rows(session, statement, to) => ran,
        () = app.stop.cancelled() => Err(Error::Partly("stopped: the rows are not complete".into())),
    }
}

/// Writes the rows of a statement as they come. A file is made when the statement is known to be one.
async fn rows(session: &Session, statement: &str, to: To<'_>) -> Result<u64, Error> {
    let frame = session.sql(statement).await.map_err(failed)?;
    if sets(statement) {
        return Ok(0);
    }
    let schema = std::sync::Arc::clone(frame.schema().inner());
    let mut rows = frame.execute_stream().await.map_err(failed)?;
    let mut count = 0;
    let mut output = Output::open(to.format, to.out)?;
    output.begin(&schema)?;
    while let Some(batch) = rows.next().await {
        let batch = batch.map_err(failed)?;
        count += batch.num_rows() as u64;
        output.write(&batch)?;
    }
    output.end()?;
    Ok(count)
}
