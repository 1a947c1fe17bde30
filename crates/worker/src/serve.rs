//! Serves the handlers of a worker to Restate.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;

use hyper::server::conn::http2;
use hyper_util::rt::{TokioExecutor, TokioIo};
use restate_sdk::endpoint::Endpoint;
use restate_sdk::hyper::HyperEndpoint;
use tokio::net::{TcpListener, TcpSocket};

use crate::action::Actions;
use crate::approval::Approvals;
use crate::connection::Connections;
use crate::delivery::Deliveries;
use crate::pages::Pages;
use crate::quota::Quotas;
use crate::trigger::Triggers;
use crate::worker::Worker;

/// Handlers on one connection of Restate's. It opens another one beyond them, so that what balances connections
/// balances handlers, too.
const STREAMS: u32 = 32;
const BACKLOG: u32 = 1024;

/// Listens at an address. Several workers of one machine may have the same: the system gives each its part of the
/// connections.
fn listener(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = match address {
        SocketAddr::V4(_) => TcpSocket::new_v4()?,
        SocketAddr::V6(_) => TcpSocket::new_v6()?,
    };
    socket.set_reuseaddr(true)?;
    #[cfg(all(unix, not(target_os = "solaris"), not(target_os = "illumos")))]
    socket.set_reuseport(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

/// Serves until `stop`. What is under way then another worker goes on with. `ready` is told the address, when
/// calls are taken there.
pub async fn serve(
    worker: Worker,
    address: SocketAddr,
    ready: impl AsyncFnOnce(SocketAddr) -> io::Result<()>,
    stop: impl Future<Output = ()>,
) -> io::Result<()> {
    let telling = tokio::spawn(worker.clone().tell_renewals());
    let endpoint = Endpoint::builder()
        .bind(Actions(worker.clone()))
        .bind(Approvals)
        .bind(Connections(worker.clone()))
        .bind(Triggers(worker.clone()))
        .bind(Deliveries(worker))
        .bind(Pages)
        .bind(Quotas)
        .build();
    let endpoint = HyperEndpoint::new(endpoint);
    let listener = listener(address)?;
    let address = listener.local_addr()?;
    let accepting = async move {
        loop {
            let stream = match listener.accept().await {
                Ok((stream, _)) => stream,
                Err(error) => {
                    tracing::warn!(%error, "a connection was not accepted");
                    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
                    continue;
                }
            };
            let _ = stream.set_nodelay(true);
            let mut builder = http2::Builder::new(TokioExecutor::new());
            builder.max_concurrent_streams(STREAMS);
            let served = builder.serve_connection(TokioIo::new(stream), endpoint.clone());
            tokio::spawn(async move {
                if let Err(error) = served.await {
                    tracing::debug!(%error, "a connection has ended");
                }
            });
        }
    };
    let accepting = tokio::spawn(accepting);
    ready(address).await?;
    pin!(stop).await;
    accepting.abort();
    telling.abort();
    Ok(())
}
