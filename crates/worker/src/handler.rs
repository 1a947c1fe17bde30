//! What a call needs of the handler that it runs in, whichever kind that is.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use restate_sdk::context::{
    Context, ContextSideEffects, ContextTimers, ObjectContext, RunFuture as _,
};
use restate_sdk::errors::{HandlerResult, TerminalError};
use restate_sdk::serde::Json;

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

/// The contexts have the same methods, of traits that do not promise that what they give can be sent between
/// threads: only of the types it is known.
macro_rules! handlers {
    ($($context:ident),+) => {$(
        impl Handler for $context<'_> {
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
    )+};
}

handlers!(Context, ObjectContext);

/// What an object keeps under a key; the default where it keeps nothing.
pub fn kept<T: Default>(state: Option<Json<T>>) -> T {
    state.map(Json::into_inner).unwrap_or_default()
}

/// The time, in milliseconds since 1970-01-01 UTC.
pub fn now_ms() -> u64 {
    u64::try_from(jiff::Timestamp::now().as_millisecond()).unwrap_or_default()
}

/// The same, for a handler to keep.
pub async fn time() -> HandlerResult<u64> {
    Ok(now_ms())
}
