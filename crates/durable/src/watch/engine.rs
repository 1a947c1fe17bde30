//! The loop of a watch.

use std::fmt;
use std::ops::ControlFlow;
use std::panic::AssertUnwindSafe;
use std::path::Path;
use std::time::Duration;

use connector_host::contract::{ErrorKind, Outcome};
use connector_host::{Call, Connection, Error, Observer, panic_message};
use connector_store::now;
use futures_util::FutureExt;
use tokio::time::sleep;

use super::store::{Standing, Store};
use super::{NotTaken, Sink, Subscription, WatchError, WatchOptions, event};

/// Watches triggers of one connection.
pub struct Watch<'a> {
    connection: &'a Connection,
    subscriptions: Vec<(i64, Subscription)>,
    store: Store,
    options: WatchOptions,
}

impl<'a> Watch<'a> {
    /// `folder` keeps the record and belongs to one process at a time. `name` tells the connection
    /// from others in it. Fails when a trigger does not exist.
    pub fn open(
        folder: &Path,
        connection: &'a Connection,
        name: &str,
        subscriptions: Vec<Subscription>,
        options: WatchOptions,
    ) -> Result<Self, WatchError> {
        for Subscription { trigger, .. } in &subscriptions {
            let known = connection.connector().trigger(trigger);
            known.map_err(|failure| WatchError::Refused { trigger: trigger.clone(), failure })?;
        }
        let store = Store::open(folder)?;
        let numbered = |it: Subscription| Ok((store.subscribe(connection, name, &it)?, it));
        let subscriptions =
            subscriptions.into_iter().map(numbered).collect::<Result<_, WatchError>>()?;
        Ok(Watch { connection, subscriptions, store, options })
    }

    /// Watches until the connection is stopped. What fails is repeated; what cannot get better ends
    /// the watch.
    pub async fn run(&mut self, sink: &mut dyn Sink) -> Result<(), WatchError> {
        while !self.connection.stop().is_cancelled() {
            self.deliver(sink).await?;
            if let Some(index) = self.first_due_poll()? {
                self.poll(index).await?;
                continue;
            }
            let wait = sleep(self.idle()?);
            self.connection.stop().run_until_cancelled(wait).await;
        }
        Ok(())
    }

    /// Delivers what is due, polls each trigger once, and delivers what that brought. Answers with
    /// the number of events that are left.
    pub async fn once(&mut self, sink: &mut dyn Sink) -> Result<u64, WatchError> {
        self.deliver(sink).await?;
        for index in 0..self.subscriptions.len() {
            if self.backlog()? < self.options.backlog && !self.connection.stop().is_cancelled() {
                self.poll(index).await?;
            }
        }
        self.deliver(sink).await?;
        self.backlog()
    }

    /// Delivers events until none is due. One that is not taken does not hold up the others.
    async fn deliver(&mut self, sink: &mut dyn Sink) -> Result<(), WatchError> {
        while let Some((due, number)) = self.first_due_event()?
            && due <= now()
            && !self.connection.stop().is_cancelled()
        {
            let (tries, event) = self.store.undelivered(number)?;
            // A sink that goes wrong is one that has not taken the event.
            let taken = AssertUnwindSafe(sink.deliver(&event)).catch_unwind().await;
            match taken.unwrap_or_else(|panic| Err(panic_message(&*panic).into())) {
                Ok(()) => self.store.delivered(number)?,
                Err(NotTaken::Yet(error))
                    if self.options.tries.is_some_and(|most| tries + 1 >= most) =>
                {
                    let (trigger, id) = (&event.trigger, &event.id);
                    tracing::error!(trigger, id, error, "not delivered for long; put aside");
                    self.store.put_aside(number, &error)?;
                }
                Err(NotTaken::Yet(error)) => {
                    tracing::warn!(trigger = event.trigger, id = event.id, error, "not delivered");
                    self.store.not_delivered(number, &error, self.later(tries, None))?;
                }
                Err(NotTaken::Ever(error)) => {
                    let (trigger, id) = (&event.trigger, &event.id);
                    tracing::error!(trigger, id, error, "can never be delivered; put aside");
                    self.store.put_aside(number, &error)?;
                }
            }
        }
        Ok(())
    }

    async fn poll(&mut self, index: usize) -> Result<(), WatchError> {
        let (number, subscription) = &self.subscriptions[index];
        let Standing { cursor, failures, .. } = self.store.standing(*number)?;
        let call = Call::Poll {
            trigger: subscription.trigger.clone(),
            config: subscription.config.clone(),
            cursor,
        };
        self.store.begin_poll()?;
        let mut inbox = Inbox {
            store: &mut self.store,
            subscription: *number,
            trigger: &subscription.trigger,
            broken: None,
        };
        let outcome = self.connection.run(call, &mut inbox).await;
        let broken = inbox.broken;
        let (error, asked) = match (outcome, broken) {
            (Ok(Outcome { cursor: Some(cursor), .. }), None) => {
                tracing::info!(trigger = subscription.trigger, "polled");
                return Ok(self.store.polled(*number, &cursor, self.options.keep)?);
            }
            (Err(Error::Stopped), None) => return Ok(self.store.abandon_poll()?),
            (_, Some(broken)) => (broken, None),
            (Ok(_), None) => ("the poll brought no cursor".into(), None),
            (Err(failure), None) if hopeless(&failure) => {
                self.store.abandon_poll()?;
                let trigger = subscription.trigger.clone();
                return Err(WatchError::Refused { trigger, failure });
            }
            (Err(failure), None) => {
                let asked = match &failure {
                    Error::Connector(error) => error.retry_after_ms.map(i64::from),
                    Error::RateLimited { wait, .. } => Some(millis(*wait)),
                    _ => None,
                };
                (failure.to_string(), asked)
            }
        };
        self.store.abandon_poll()?;
        tracing::warn!(trigger = subscription.trigger, error, "not polled");
        Ok(self.store.poll_failed(*number, &error, self.later(failures, asked))?)
    }

    /// When something that has failed before is tried again: `asked` is in milliseconds from now.
    fn later(&self, failures: u32, asked: Option<i64>) -> i64 {
        let doubled = self.options.backoff.saturating_mul(1 << failures.min(20));
        let wait = millis(doubled.min(self.options.max_backoff));
        now().saturating_add(wait.max(asked.unwrap_or_default()))
    }

    fn first_due_event(&self) -> Result<Option<(i64, i64)>, WatchError> {
        let mut first = None;
        for (number, _) in &self.subscriptions {
            first = first.into_iter().chain(self.store.first_due(*number)?).min();
        }
        Ok(first)
    }

    /// Undelivered events come first: nothing is polled while there are too many of them.
    fn first_due_poll(&self) -> Result<Option<usize>, WatchError> {
        if self.backlog()? >= self.options.backlog {
            return Ok(None);
        }
        let now = now();
        for index in 0..self.subscriptions.len() {
            if self.poll_due(index)? <= now {
                return Ok(Some(index));
            }
        }
        Ok(None)
    }

    fn poll_due(&self, index: usize) -> Result<i64, WatchError> {
        let standing = self.store.standing(self.subscriptions[index].0)?;
        let every = millis(self.options.every);
        // Not later than that, even if the clock was set back.
        let next = standing.polled.map_or(0, |polled| polled.min(now()).saturating_add(every));
        Ok(match standing.failures {
            0 => next,
            _ => standing.retry,
        })
    }

    fn backlog(&self) -> Result<u64, WatchError> {
        let mut all = 0;
        for (number, _) in &self.subscriptions {
            all += self.store.backlog(*number)?;
        }
        Ok(all)
    }

    /// Until there is something to do.
    fn idle(&self) -> Result<Duration, WatchError> {
        let mut next = self.first_due_event()?.map_or(i64::MAX, |(due, _)| due);
        if self.backlog()? < self.options.backlog {
            for index in 0..self.subscriptions.len() {
                next = next.min(self.poll_due(index)?);
            }
        }
        Ok(Duration::from_millis(next.saturating_sub(now()).max(0) as u64))
    }
}

/// Waiting does not mend a wrong configuration.
fn hopeless(failure: &Error) -> bool {
    match failure {
        Error::Connector(error) => error.kind == ErrorKind::InvalidInput,
        Error::Settings(_) => true,
        _ => false,
    }
}

fn millis(time: Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX / 4)
}

/// Records the events of a poll as they come, so that only one page is in memory.
struct Inbox<'a> {
    store: &'a mut Store,
    subscription: i64,
    trigger: &'a str,
    broken: Option<String>,
}

impl Inbox<'_> {
    fn take(&mut self, page: &str) -> Result<(), String> {
        for event in event::read(self.trigger, page)? {
            self.store.add(self.subscription, &event).map_err(|error| error.to_string())?;
        }
        Ok(())
    }
}

impl Observer for Inbox<'_> {
    fn page(&mut self, items: &str, _count: u32) -> ControlFlow<()> {
        self.broken = self.take(items).err();
        match self.broken {
            Some(_) => ControlFlow::Break(()),
            None => ControlFlow::Continue(()),
        }
    }
}

impl fmt::Debug for Watch<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watch").field("subscriptions", &self.subscriptions).finish_non_exhaustive()
    }
}
