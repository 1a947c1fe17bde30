//! Listens, with TLS or without, and stops when it is told to.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum_server::Handle;
use axum_server::tls_rustls::RustlsConfig;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use tokio::net::TcpListener;
use url::Url;

use crate::options::Tls;
use crate::server::Server;
use crate::sockets::Sockets;
use crate::{routes, upkeep};

/// How long the head of a request may take to come.
const HEAD: Duration = Duration::from_secs(15);
/// How long requests under way may take after the server was told to stop.
const PATIENCE: Duration = Duration::from_secs(20);

impl Server {
    /// Serves until `stop` is ready, and then until requests under way have ended, or twenty seconds.
    /// `started` takes the address.
    ///
    /// # Errors
    ///
    /// When the address cannot be listened at, or the certificate cannot be used.
    pub async fn serve(
        self,
        started: impl FnOnce(&Url),
        stop: impl Future<Output = ()>,
    ) -> io::Result<()> {
        let listener = TcpListener::bind(self.0.options.listen).await?;
        let address = listener.local_addr()?;
        let scheme = if self.0.options.tls.is_some() { "https" } else { "http" };
        let url = self.0.url.get_or_init(|| here(scheme, address)).clone();
        upkeep::begin(&self);
        let handle = Handle::new();
        let serving = run(listener.into_std()?, &self, handle.clone());
        let serving = tokio::spawn(serving.await?);
        started(&url);
        stop.await;
        self.stop();
        handle.graceful_shutdown(Some(PATIENCE));
        serving.await.unwrap_or_else(|error| Err(io::Error::other(error)))
    }

    /// What it answers, to be served by somebody else, or asked in a test.
    pub fn router(&self) -> Router {
        routes::router(self.clone())
    }
}

/// Names a loopback address as the redirect URIs of services do.
fn here(scheme: &str, address: SocketAddr) -> Url {
    let host = match address.ip() {
        ip if ip.is_loopback() || ip.is_unspecified() => "localhost".to_owned(),
        ip if ip.is_ipv6() => format!("[{ip}]"),
        ip => ip.to_string(),
    };
    let url = format!("{scheme}://{host}:{}/", address.port());
    url.parse().expect("an address makes a URL")
}

/// HTTP/1.1 alone: its limits hold from the first byte on.
fn http() -> Builder<TokioExecutor> {
    let mut http = Builder::new(TokioExecutor::new()).http1_only();
    http.http1().timer(TokioTimer::new()).header_read_timeout(HEAD);
    http
}

async fn run(
    listener: std::net::TcpListener,
    server: &Server,
    handle: Handle<SocketAddr>,
) -> io::Result<impl Future<Output = io::Result<()>> + Send + use<>> {
    let service = Sockets::new(server.router(), server.0.options.limits.sockets);
    let tls = match &server.0.options.tls {
        Some(Tls { certificate, key }) => {
            // Set up once in a process; somebody else may have been first.
            let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
            Some(RustlsConfig::from_pem_file(certificate, key).await?)
        }
        None => None,
    };
    Ok(async move {
        match tls {
            Some(tls) => {
                let mut serving = axum_server::from_tcp_rustls(listener, tls)?.handle(handle);
                *serving.http_builder() = http();
                serving.serve(service).await
            }
            None => {
                let mut serving = axum_server::from_tcp(listener)?.handle(handle);
                *serving.http_builder() = http();
                serving.serve(service).await
            }
        }
    })
}
