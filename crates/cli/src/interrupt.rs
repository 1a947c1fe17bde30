//! Ctrl-C, and the signal that asks a program to end.

use connector_host::CancellationToken;
use tokio::signal::ctrl_c;

use crate::error::INTERRUPTED;
use crate::output;

/// Cancels `stop` at the first signal; the second ends the program where it is. Only what is
/// called here notices signals: all other commands end at once.
pub fn listen(stop: CancellationToken) {
    tokio::spawn(async move {
        signal().await;
        output::note("stopping; once more to stop at once");
        stop.cancel();
        signal().await;
        std::process::exit(INTERRUPTED.into());
    });
}

/// Waits for one of them.
#[cfg(unix)]
pub async fn signal() {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut terminate) => tokio::select! {
            _ = ctrl_c() => {}
            _ = terminate.recv() => {}
        },
        Err(_) => drop(ctrl_c().await),
    }
}

#[cfg(not(unix))]
pub async fn signal() {
    drop(ctrl_c().await);
}
