//! Who watches a call.

use std::ops::ControlFlow;
use std::pin::Pin;
use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval};

use crate::blob::references;
use crate::contract::{Page, Request};
use crate::progress::{Progress, Transfer};

/// How often an observer is told, at most.
const TOLD_EACH: Duration = Duration::from_millis(200);

/// Watches a call, and takes the pages.
pub trait Observer: Send {
    /// A page of items, as a JSON array. `Break` ends the call here.
    fn page(&mut self, _items: &str, _count: u32) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }

    /// The same page with the checkpoint that [`Call::Resume`] goes on from, now or later. Whoever
    /// implements this gets no [`Observer::page`].
    fn emitted(&mut self, page: &Page) -> ControlFlow<()> {
        self.page(&page.items, page.count)
    }

    /// A request is about to be sent, for the first time or again. It holds no credential.
    fn sending(&mut self, _request: &Request) {}

    /// How far the request under way is with its files. Comes five times a second at most, and not
    /// at all for what is done sooner.
    fn transferring(&mut self, _transfer: &Transfer) {}

    /// The call waits: at the connector's wish, before a repeat, or for room under a rate limit. The
    /// time is what is known now; others may come first.
    fn waiting(&mut self, _time: Duration, _reason: &str) {}
}

/// An observer that looks away; pages are dropped.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoopObserver;

impl Observer for NoopObserver {}

/// Sends a request, and tells the observer on the way how far its files are. Without files nothing
/// wakes it but the answer.
pub(crate) async fn watch<T>(
    request: &Request,
    progress: &Progress,
    mut work: Pin<&mut impl Future<Output = T>>,
    observer: &mut dyn Observer,
) -> T {
    if !request.save && references(&request.body).is_empty() {
        return work.await;
    }
    let mut ticks = interval(TOLD_EACH);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut told = Transfer::default();
    loop {
        tokio::select! {
            biased;
            done = &mut work => return done,
            _ = ticks.tick() => {
                let now = progress.transfer();
                if now != told {
                    observer.transferring(&now);
                    told = now;
                }
            }
        }
    }
}
