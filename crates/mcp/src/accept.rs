//! Accepts connections: a bounded number, and for long only from those who hold the token.

use std::future::pending;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::{Extension, Router};
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::time::sleep;

/// Connections at once; more are closed as they come.
const MOST: usize = 512;
/// How long somebody may take to show the token.
const GRACE: Duration = Duration::from_secs(5);
/// How long the head of the next request may take to come.
const IDLE: Duration = Duration::from_secs(120);

/// Whether the token has come over this connection.
#[derive(Clone, Default)]
pub struct Authenticated(Arc<AtomicBool>);

impl Authenticated {
    /// It has.
    pub fn set(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    fn is_set(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// Serves until the future is dropped. Requests carry a [`Authenticated`].
pub async fn serve(listener: TcpListener, router: Router) -> std::io::Result<()> {
    let places = Arc::new(Semaphore::new(MOST));
    let mut connections = tokio::task::JoinSet::new();
    loop {
        let stream = tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => stream,
                Err(error) => {
                    // Of the whole machine's files none may be free; that passes.
                    tracing::warn!("no connection accepted: {error}");
                    sleep(Duration::from_millis(100)).await;
                    continue;
                }
            },
            Some(_) = connections.join_next() => continue,
        };
        let Ok(place) = places.clone().try_acquire_owned() else { continue };
        let known = Authenticated::default();
        let service = TowerToHyperService::new(router.clone().layer(Extension(known.clone())));
        connections.spawn(async move {
            let _place = place;
            let mut http = http1::Builder::new();
            http.timer(TokioTimer::new()).header_read_timeout(IDLE);
            let stranger = async {
                sleep(GRACE).await;
                if known.is_set() {
                    pending::<()>().await;
                }
            };
            tokio::select! {
                ended = http.serve_connection(TokioIo::new(stream), service) => {
                    if let Err(error) = ended {
                        tracing::debug!("a connection ended: {error}");
                    }
                }
                () = stranger => tracing::debug!("nobody showed the token"),
            }
        });
    }
}
