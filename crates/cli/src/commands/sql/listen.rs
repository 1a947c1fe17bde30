//! The server for PostgreSQL's clients.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use connector_host::Secret;
use connector_sql::wire::{self, Limits, User};
use connector_sql::{Database, Room};
use serde::Deserialize;
use tokio::net::TcpListener;

use crate::app::App;
use crate::error::Error;
use crate::failed::failed;
use crate::{output, random, variables};

/// What only a server needs.
#[derive(Args)]
pub struct Server {
    /// The name that clients give
    #[arg(long, value_name = "NAME", default_value = "connector", requires = "listen")]
    user: String,
    /// Several users instead: a TOML file with [[user]], name, password, connection, write
    #[arg(long, value_name = "FILE", requires = "listen", conflicts_with = "user")]
    users: Option<PathBuf>,
    /// The certificate chain, as PEM; without one nothing is encrypted
    #[arg(long, value_name = "FILE", requires_all = ["listen", "tls_key"])]
    tls_cert: Option<PathBuf>,
    /// Its private key, as PEM
    #[arg(long, value_name = "FILE", requires_all = ["listen", "tls_cert"])]
    tls_key: Option<PathBuf>,
    /// Let users name files as https URLs, which this machine fetches
    #[arg(long, requires = "listen")]
    pub fetch_urls: bool,
    /// How many clients may be connected at once
    #[arg(long, value_name = "N", default_value_t = 64, requires = "listen")]
    clients: usize,
    /// Seconds that one statement may take
    #[arg(long, value_name = "N", default_value_t = 3_600, requires = "listen")]
    statement_seconds: u64,
}

/// A file of users.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Users {
    user: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    name: String,
    password: String,
    /// The stored connection; the one of --connection when it is left out.
    connection: Option<String>,
    /// Whether this user may change what the service keeps.
    #[serde(default)]
    write: bool,
}

pub async fn serve(
    app: &App,
    database: Database,
    address: SocketAddr,
    server: &Server,
) -> Result<(), Error> {
    if !address.ip().is_loopback() && server.tls_cert.is_none() {
        return Err(Error::Usage(
            "--listen: on an address that others reach, passwords and rows need --tls-cert and --tls-key"
                .into(),
        ));
    }
    let users = match &server.users {
        Some(path) => users(app, path, server.fetch_urls)?,
        None => {
            let given = variables::sql_password();
            let password =
                given.as_ref().map_or_else(random::text, |it| Ok(it.expose().to_owned()))?;
            if given.is_none() {
                output::note(format_args!("the password is {password}"));
            }
            let (name, password) = (server.user.clone(), Secret::new(password));
            vec![User { name, password, database }]
        }
    };
    let tls = match (&server.tls_cert, &server.tls_key) {
        (Some(certificate), Some(key)) => {
            Some(wire::tls(certificate, key).map_err(Error::io("TLS"))?)
        }
        _ => None,
    };
    let listener =
        TcpListener::bind(address).await.map_err(Error::io(format!("--listen {address}")))?;
    let address = listener.local_addr().map_err(Error::io("--listen"))?;
    let name = &users[0].name;
    output::line(format!("postgresql://{name}@{address}/connector"))?;
    let limits = Limits {
        clients: server.clients,
        statement: Duration::from_secs(server.statement_seconds),
        ..Limits::default()
    };
    tokio::select! {
        served = wire::serve(listener, users, tls, limits) => served.map_err(Error::io("--listen")),
        _ = tokio::signal::ctrl_c() => Ok(()),
    }
}

fn users(app: &App, path: &std::path::Path, fetch: bool) -> Result<Vec<User>, Error> {
    let text = std::fs::read_to_string(path).map_err(Error::io(path.display()))?;
    // What the file holds is secret, so the error does not show it.
    let found: Users = toml::from_str(&text)
        .map_err(|error| Error::Usage(format!("{}: {}", path.display(), error.message())))?;
    if found.user.is_empty() {
        return Err(Error::Usage(format!("{}: there is no [[user]]", path.display())));
    }
    let room = Room::new().map_err(failed)?;
    let user = |entry: Entry| {
        let database = super::database(app, entry.connection.as_deref(), entry.write, fetch)?;
        let database = database.within(&room);
        Ok(User { name: entry.name, password: Secret::new(entry.password), database })
    };
    found.user.into_iter().map(user).collect()
}
