//! The loop that every call runs in.

use std::ops::ControlFlow;
use std::time::Duration;

use tokio::time::{sleep, timeout};

use crate::blob::{Held, references};
use crate::call::Call;
use crate::connection::Connection;
use crate::contract::types::Checkpoint;
use crate::contract::{ErrorKind, Outcome, Page, PendingRequest, Reply, Request, Step};
use crate::credential::CredentialError;
use crate::error::Failure;
use crate::instance::Instance;
use crate::policy::rule;
use crate::progress::{Progress, Transfer};
use crate::retry::Retry;

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
pub struct Quiet;

impl Observer for Quiet {}

impl Connection {
    /// Runs a call to its end. When the observer stops it, the output is `null` and there is no
    /// cursor.
    pub async fn run(&self, call: Call, observer: &mut dyn Observer) -> Result<Outcome, Failure> {
        let Some(limit) = self.policy.call_time else {
            return self.drive(call, observer).await;
        };
        timeout(limit, self.drive(call, observer)).await.unwrap_or_else(|_| {
            let message = format!("the call ran longer than {limit:?}");
            Err(Failure::refused(rule::CALL_TIME, message))
        })
    }

    /// Begins a call on an instance of its own and checks the step. For engines that store
    /// checkpoints and run the loop themselves, with [`Connection::send`] for requests.
    pub fn start(&self, call: &Call) -> Result<Step, Failure> {
        self.checked(self.connector.instantiate()?.start(call, &self.settings))
    }

    /// Goes on after a step, on an instance of its own: see [`Connection::start`].
    pub fn resume(&self, checkpoint: &Checkpoint, reply: &Reply) -> Result<Step, Failure> {
        self.checked(self.connector.instantiate()?.resume(checkpoint, reply))
    }

    async fn drive(&self, call: Call, observer: &mut dyn Observer) -> Result<Outcome, Failure> {
        let mut held = Held::new(&*self.blobs);
        let mut instance = self.connector.instantiate()?;
        let mut next = self.checked(instance.start(&call, &self.settings))?;
        for _ in 0..self.policy.steps {
            let step = match next {
                Step::Done(outcome) => return Ok(outcome),
                Step::Send(pending) => {
                    for reference in references(&pending.request.body) {
                        held.claim(reference, call.json())?;
                    }
                    self.answer(&mut instance, &pending, observer, &mut held).await
                }
                Step::Pause(pause) => {
                    wait(Duration::from_millis(pause.ms.into()), &pause.reason, observer).await;
                    instance.resume(&pause.checkpoint, &Reply::Proceed)
                }
                Step::Read(range) => {
                    held.claim(&range.blob, call.json())?;
                    instance.resume(&range.checkpoint, &self.read(&range).await?)
                }
                Step::Emit(page) => {
                    if observer.emitted(&page).is_break() {
                        return Ok(Outcome { output: "null".into(), cursor: None });
                    }
                    // A connector that only emits must not keep the thread to itself.
                    tokio::task::yield_now().await;
                    instance.resume(&page.checkpoint, &Reply::Proceed)
                }
            };
            next = self.checked(step)?;
        }
        let message = format!("the call took more than {} steps", self.policy.steps);
        Err(Failure::refused(rule::STEPS, message))
    }

    /// Sends a pending request, again where that helps and does no harm, and resumes with what
    /// came of it.
    async fn answer(
        &self,
        instance: &mut Instance,
        pending: &PendingRequest,
        observer: &mut dyn Observer,
        held: &mut Held<'_>,
    ) -> Result<Step, Failure> {
        let mut retry = Retry::new(&self.policy, pending.request.effect);
        let mut refreshed = false;
        loop {
            let slot = self.admit(&pending.request, observer).await?;
            observer.sending(&pending.request);
            let progress = Progress::default();
            let sending = self.send_admitted(&pending.request, slot, &progress);
            let sent = progress.watch(sending, observer).await?;
            sent.saved.iter().for_each(|reference| held.add(reference));
            if let Err(error) = &sent.result
                && let Some(time) = retry.after_undelivered(error)
            {
                wait(time, &error.to_string(), observer).await;
                continue;
            }
            let credential = sent.credential.clone();
            let error = match instance.resume(&pending.checkpoint, &sent.into_reply()) {
                Err(Failure::Connector(error)) => error,
                other => return other,
            };
            // Refused unprocessed, so it may be sent again whatever it does.
            if error.kind == ErrorKind::Unauthenticated
                && !refreshed
                && let Some((id, stale)) = credential
            {
                refreshed = true;
                match self.credentials.refresh(&id, &stale).await {
                    Ok(_) => continue,
                    Err(CredentialError::NotRefreshable(_)) => {
                        return Err(Failure::Connector(error));
                    }
                    Err(other) => return Err(other.into()),
                }
            }
            match retry.after_error(&error) {
                Some(time) => wait(time, &error.message, observer).await,
                None => return Err(Failure::Connector(error)),
            }
        }
    }

    fn checked(&self, step: Result<Step, Failure>) -> Result<Step, Failure> {
        let step = step?;
        self.policy.check(&step)?;
        Ok(step)
    }
}

async fn wait(time: Duration, reason: &str, observer: &mut dyn Observer) {
    observer.waiting(time, reason);
    sleep(time).await;
}
