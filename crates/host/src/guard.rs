//! A panic in one call is an error of that call: the other calls of the process go on.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

use futures_util::FutureExt;

use crate::error::Error;
use crate::redact;

/// Does the work to its end. What the call shares with others is behind locks that are good after
/// a panic, and all else goes with it.
pub(crate) async fn guarded<T>(work: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    AssertUnwindSafe(work).catch_unwind().await.unwrap_or_else(|panic| Err(failure(&*panic)))
}

/// The same for work that does not wait.
pub(crate) fn guarded_now<T>(work: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| Err(failure(&*panic)))
}

/// What a panic says, without secrets.
pub fn message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
    redact::everywhere(text.unwrap_or("it does not say why").to_owned())
}

fn failure(panic: &(dyn Any + Send)) -> Error {
    Error::Panic(message(panic))
}
