//! PostgreSQL's protocol: one session for each connection of a client.

mod cancel;
mod empty;
mod extended;
mod functions;
mod gone;
mod guard;
mod keys;
mod like;
mod login;
mod portal;
mod service;
mod stalled;

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use datafusion_postgres::pgwire::api::ConnectionManager;
use datafusion_postgres::pgwire::tokio::tokio_rustls::rustls::pki_types::pem::{self, PemObject};
use datafusion_postgres::pgwire::tokio::tokio_rustls::rustls::pki_types::{
    CertificateDer, PrivateKeyDer,
};
use datafusion_postgres::pgwire::tokio::tokio_rustls::rustls::{self, ServerConfig};
use datafusion_postgres::pgwire::tokio::{TlsAcceptor, process_socket};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::database::Database;
use gone::Watched;
use service::Handlers;
use stalled::Waiting;

/// Somebody who may connect.
#[derive(Clone, Debug)]
pub struct User {
    /// The name that the client gives.
    pub name: String,
    /// The password that it proves to know.
    pub password: connector_host::Secret,
    /// What the user sees, with what rights.
    pub database: Database,
}

/// What clients may take of a server.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// As many may be connected at once; all others wait to be accepted.
    pub clients: usize,
    /// A client that has not taken a row for so long is disconnected, and its calls end.
    pub patience: Duration,
    /// A statement that takes longer is ended.
    pub statement: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        let (patience, statement) = (Duration::from_secs(60), Duration::from_secs(3_600));
        Limits { clients: 64, patience, statement }
    }
}

/// TLS with a certificate chain and its key, both in PEM.
pub fn tls(certificates: &Path, key: &Path) -> io::Result<TlsAcceptor> {
    let unread = |error: pem::Error| io::Error::other(error.to_string());
    let chain = CertificateDer::pem_file_iter(certificates).map_err(unread)?;
    let chain = chain.collect::<Result<Vec<_>, _>>().map_err(unread)?;
    let key = PrivateKeyDer::from_pem_file(key).map_err(unread)?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .and_then(|config| config.with_no_client_auth().with_single_cert(chain, key))
        .map_err(io::Error::other)?;
    Ok(TlsAcceptor::from(Arc::new(config)))
}

/// Takes clients until the future is dropped. Without `tls` nothing is encrypted.
pub async fn serve(
    listener: TcpListener,
    users: Vec<User>,
    tls: Option<TlsAcceptor>,
    limits: Limits,
) -> io::Result<()> {
    let users = Arc::new(login::Users::new(users));
    let manager = Arc::new(ConnectionManager::new());
    let cancels = Arc::new(cancel::Cancels::new(Arc::clone(&manager)));
    let room = Arc::new(Semaphore::new(limits.clients));
    let mut clients = JoinSet::new();
    loop {
        while clients.try_join_next().is_some() {}
        let Ok(place) = Arc::clone(&room).acquire_owned().await else { return Ok(()) };
        let (socket, _) = match listener.accept().await {
            Ok(accepted) => accepted,
            // One client that went away again is no reason to stop.
            Err(error) if error.kind() == io::ErrorKind::ConnectionAborted => continue,
            Err(error) => return Err(error),
        };
        let (users, manager) = (Arc::clone(&users), Arc::clone(&manager));
        let (cancels, waiting) = (Arc::clone(&cancels), Arc::new(Waiting::default()));
        let limit = limits.statement;
        let handlers = Handlers::new(users, manager, cancels, Arc::clone(&waiting), limit);
        let handlers = Arc::new(handlers);
        let tls = tls.clone();
        // One that has gone already is no reason to stop, either.
        let Ok((socket, watched)) = Watched::of(socket) else { continue };
        clients.spawn(async move {
            tokio::select! {
                // What a client does wrong is told to it.
                _ = process_socket(socket, tls, handlers) => {}
                () = waiting.too_long(limits.patience) => {}
                () = watched.gone() => {}
            }
            drop(place);
        });
    }
}
