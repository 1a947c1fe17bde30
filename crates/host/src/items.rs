//! The items of a list as a stream.

use std::collections::VecDeque;
use std::fmt;
use std::ops::ControlFlow;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use futures_util::Stream;
use futures_util::future::BoxFuture;
use serde_json::Value;

use crate::call::Call;
use crate::connection::Connection;
use crate::contract::Outcome;
use crate::error::Error;
use crate::observer::Observer;

/// The items of a call, in order. Nothing is asked for until an item is wanted, and the next page
/// only when those of the last one have been taken. After an error nothing more comes.
///
/// ```no_run
/// # async fn example(connection: connector_host::Connection) -> Result<(), connector_host::Error> {
/// use serde_json::json;
///
/// let mut pins = connection.list("pins.list", json!({}));
/// while let Some(pin) = pins.next().await {
///     println!("{}", pin?["title"]);
/// }
/// # Ok(()) }
/// ```
#[must_use = "it does nothing until it is polled"]
pub struct Items<'a> {
    /// Gone when the call has ended.
    running: Option<BoxFuture<'a, Result<Outcome, Error>>>,
    page: Page,
}

/// What has come and was not taken yet.
type Page = Arc<Mutex<VecDeque<Result<Value, Error>>>>;

impl<'a> Items<'a> {
    pub(crate) fn new(connection: &'a Connection, call: Call) -> Self {
        let page = Page::default();
        let mut pages = Pages(page.clone());
        let running = Box::pin(async move { connection.run(call, &mut pages).await });
        Items { running: Some(running), page }
    }

    /// The next item; none at the end. The same as `StreamExt::next` of the crate `futures-util`,
    /// for those who have no use for that.
    pub async fn next(&mut self) -> Option<Result<Value, Error>> {
        std::future::poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }
}

impl Stream for Items<'_> {
    type Item = Result<Value, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if let Some(item) = take(&self.page) {
            return Poll::Ready(Some(item));
        }
        let Some(running) = &mut self.running else { return Poll::Ready(None) };
        // The loop gives the thread back after each page.
        let polled = running.as_mut().poll(context);
        let ended = match polled {
            Poll::Pending => None,
            Poll::Ready(outcome) => {
                self.running = None;
                Some(outcome.err())
            }
        };
        let item = take(&self.page);
        match (item, ended) {
            (item @ Some(_), Some(Some(failure))) => {
                add(&self.page, failure);
                Poll::Ready(item)
            }
            (item @ Some(_), _) => Poll::Ready(item),
            (None, Some(failure)) => Poll::Ready(failure.map(Err)),
            (None, None) => Poll::Pending,
        }
    }
}

fn take(page: &Page) -> Option<Result<Value, Error>> {
    page.lock().unwrap_or_else(PoisonError::into_inner).pop_front()
}

fn add(page: &Page, failure: Error) {
    page.lock().unwrap_or_else(PoisonError::into_inner).push_back(Err(failure));
}

/// Puts the items of each page where the stream takes them.
struct Pages(Page);

impl Observer for Pages {
    fn page(&mut self, items: &str, _count: u32) -> ControlFlow<()> {
        let items: Vec<Value> = match serde_json::from_str(items) {
            Ok(items) => items,
            Err(error) => {
                let failure = Error::trap(format!("a page is not a list of JSON: {error}"));
                add(&self.0, failure);
                return ControlFlow::Break(());
            }
        };
        let mut page = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        page.extend(items.into_iter().map(Ok));
        ControlFlow::Continue(())
    }
}

impl fmt::Debug for Items<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Items")
    }
}
