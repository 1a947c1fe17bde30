//! What a call needs of the handler that it runs in, whichever kind that is.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use restate_sdk::context::{
    Context, ContextSideEffects, ContextTimers, ObjectContext, RunFuture as _,
};
use restate_sdk::errors::{HandlerResult, TerminalError};

/// Something that is done while a handler waits for it.
pub type Doing<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A handler of Restate's.
pub trait Handler: Send + Sync {
    /// Does something whose result is kept: given back instead of done again. `name` is shown to people.
    fn keep(
        &self,
        name: String,
        doing: Doing<'static, HandlerResult<Vec<u8>>>,
    ) -> Doing<'_, Result<Vec<u8>, TerminalError>>;

    /// Waits, wherever the handler goes on then.
    fn sleep(&self, time: Duration) -> Doing<'_, Result<(), TerminalError>>;
}

impl Handler for Context<'_> {
    fn keep(
        &self,
        name: String,
        doing: Doing<'static, HandlerResult<Vec<u8>>>,
    ) -> Doing<'_, Result<Vec<u8>, TerminalError>> {
        Box::pin(self.run(move || doing).name(name))
    }

    fn sleep(&self, time: Duration) -> Doing<'_, Result<(), TerminalError>> {
        Box::pin(ContextTimers::sleep(self, time))
    }
}

impl Handler for ObjectContext<'_> {
    fn keep(
        &self,
        name: String,
        doing: Doing<'static, HandlerResult<Vec<u8>>>,
    ) -> Doing<'_, Result<Vec<u8>, TerminalError>> {
        Box::pin(self.run(move || doing).name(name))
    }

    fn sleep(&self, time: Duration) -> Doing<'_, Result<(), TerminalError>> {
        Box::pin(ContextTimers::sleep(self, time))
    }
}

/// The time, in milliseconds since 1970-01-01 UTC, for a handler to keep.
pub async fn time() -> HandlerResult<u64> {
    Ok(u64::try_from(jiff::Timestamp::now().as_millisecond()).unwrap_or_default())
}
