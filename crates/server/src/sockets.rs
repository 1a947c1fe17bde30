//! How many sockets callers may have open: the next one is accepted when one of them has gone.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::Router;
use axum::http::Request;
use axum::response::Response;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tower_service::Service;

/// Gives each socket a service, as soon as there is room for it.
#[derive(Clone, Debug)]
pub struct Sockets {
    router: Router,
    free: Arc<Semaphore>,
}

impl Sockets {
    pub fn new(router: Router, most: usize) -> Self {
        let free = Arc::new(Semaphore::new(most.min(Semaphore::MAX_PERMITS)));
        Sockets { router, free }
    }
}

type Made<T> = Pin<Box<dyn Future<Output = Result<T, Infallible>> + Send>>;

impl Service<SocketAddr> for Sockets {
    type Response = Socket;
    type Error = Infallible;
    type Future = Made<Socket>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    /// Nothing else is accepted until this is ready.
    fn call(&mut self, _: SocketAddr) -> Self::Future {
        let Sockets { router, free } = self.clone();
        // It is never closed.
        Box::pin(async move {
            Ok(Socket { router, _place: free.acquire_owned().await.ok().map(Arc::new) })
        })
    }
}

/// What answers on one socket, and has its place until the socket is closed.
#[derive(Clone, Debug)]
pub struct Socket {
    router: Router,
    _place: Option<Arc<OwnedSemaphorePermit>>,
}

impl<B> Service<Request<B>> for Socket
where
    Router: Service<Request<B>, Response = Response, Error = Infallible>,
{
    type Response = Response;
    type Error = Infallible;
    type Future = <Router as Service<Request<B>>>::Future;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.router.poll_ready(context)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        self.router.call(request)
    }
}
