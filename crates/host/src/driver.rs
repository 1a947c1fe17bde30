//! The loop that every call runs in.

use std::ops::ControlFlow;
use std::time::Duration;

use tokio::time::{sleep, timeout};

use crate::authority::Authority;
use crate::blob::{Held, references};
use crate::call::Call;
use crate::connection::Connection;
use crate::contract::types::Checkpoint;
use crate::contract::{
    Effect, ErrorKind, Outcome, Page, PendingRequest, Reply, Request, Response, Step,
};
use crate::credential::CredentialError;
use crate::error::Failure;
use crate::guard::{guarded, guarded_now};
use crate::http::TransportError;
use crate::instance::Instance;
use crate::policy::rule;
use crate::progress::{Progress, Transfer};
use crate::recorder::{Event, Recorder, Unrecorded};
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

/// Whether the service says that it is the request that it does not take.
fn is_refusal(response: &Response) -> bool {
    (400..500).contains(&response.status)
}

/// An observer that looks away; pages are dropped.
pub struct Quiet;

impl Observer for Quiet {}

impl Connection {
    /// Runs a call to its end. When the observer stops it, the output is `null` and there is no
    /// cursor.
    pub async fn run(&self, call: Call, observer: &mut dyn Observer) -> Result<Outcome, Failure> {
        guarded(async {
            let call = self.opened(self.received(call).await)?;
            let mut instance = self.until_stopped(self.connector.instance()).await??;
            let first = instance.start(&call, &self.settings);
            self.drive(instance, &call, first, observer, &mut Unrecorded).await
        })
        .await
    }

    /// Begins a call on an instance of its own and checks the step. For engines that store
    /// checkpoints and run the loop themselves, with [`Connection::send`] for requests.
    pub fn start(&self, call: &Call) -> Result<Step, Failure> {
        match self.preview(call)? {
            (step, None) => Ok(step),
            (_, Some(refusal)) => Err(refusal),
        }
    }

    /// The first step of a call, as [`Connection::start`] gives it, also where that would refuse to
    /// send: then with the refusal. To show what would be sent.
    pub fn preview(&self, call: &Call) -> Result<(Step, Option<Failure>), Failure> {
        guarded_now(|| {
            let mut instance = self.connector.instantiate()?;
            let call = self.opened(call.clone())?;
            let step = self.checked(instance.start(&call, &self.settings))?;
            let mut authority = Authority::new(self, Some(&call));
            let (step, refusal) = self.admitted(&mut authority, &mut instance, step)?;
            let refusal = refusal.or_else(|| self.permit_blobs(&call, &step).err());
            Ok((step, refusal))
        })
    }

    /// Goes on after a step, on an instance of its own: see [`Connection::start`]. Whether the next
    /// step uses only blobs that it may, [`Connection::permit_blobs`] tells.
    pub fn resume(&self, checkpoint: &Checkpoint, reply: &Reply) -> Result<Step, Failure> {
        guarded_now(|| {
            let mut instance = self.connector.instantiate()?;
            let step = self.checked(instance.resume(checkpoint, reply))?;
            match self.admitted(&mut Authority::new(self, None), &mut instance, step)? {
                (step, None) => Ok(step),
                (_, Some(refusal)) => Err(refusal),
            }
        })
    }

    /// The step with the effect that its request has, and why it may not be sent.
    fn admitted(
        &self,
        authority: &mut Authority<'_>,
        instance: &mut Instance,
        step: Step,
    ) -> Result<(Step, Option<Failure>), Failure> {
        let Step::Send(mut pending) = step else { return Ok((step, None)) };
        let refusal = match authority.admit(Some(instance), &pending.request) {
            Ok(effect) => {
                pending.request.effect = effect;
                None
            }
            Err(refusal) => Some(refusal),
        };
        Ok((Step::Send(pending), refusal))
    }

    /// What the service sent by itself may hold what it was sent before.
    async fn received(&self, call: Call) -> Call {
        match call {
            Call::Receive { webhook, config, delivery } => {
                let delivery = self.redactor(None).await.delivery(delivery);
                Call::Receive { webhook, config, delivery }
            }
            other => other,
        }
    }

    /// Refuses a step that uses a blob which the call's input does not name and this host has not
    /// made: to be asked for each step by whoever runs the loop.
    pub fn permit_blobs(&self, call: &Call, step: &Step) -> Result<(), Failure> {
        let mut held = Held::new(&*self.blobs, call.json(), self.policy.blobs, true);
        let used = match step {
            Step::Send(pending) => references(&pending.request.body),
            Step::Read(range) => vec![&*range.blob],
            _ => Vec::new(),
        };
        Ok(used.into_iter().try_for_each(|reference| held.claim(reference))?)
    }

    /// Goes on from a step to the end of the call, and records it.
    pub(crate) async fn drive(
        &self,
        instance: Instance,
        call: &Call,
        first: Result<Step, Failure>,
        observer: &mut dyn Observer,
        recorder: &mut dyn Recorder,
    ) -> Result<Outcome, Failure> {
        let most = self.policy.blobs;
        let mut held = Held::new(&*self.blobs, call.json(), most, recorder.goes_on());
        let mut authority = Authority::new(self, Some(call));
        let steps = self.steps(instance, &mut authority, first, observer, recorder, &mut held);
        let ended = match self.policy.call_time {
            None => steps.await,
            Some(limit) => timeout(limit, steps).await.unwrap_or_else(|_| {
                let message = format!("the call ran longer than {limit:?}");
                Err(Failure::refused(rule::CALL_TIME, message))
            }),
        };
        let mut ended = ended.map_err(|failure| {
            let failure = self.redaction.redactor().failure(authority.explain(failure));
            call.redactor().failure(failure)
        });
        if let Ok(outcome) = &mut ended {
            self.seal_outcome(call, outcome);
        }
        recorder.record(Event::Ended(&ended))?;
        held.keep = recorder.goes_on();
        ended
    }

    async fn steps(
        &self,
        mut instance: Instance,
        authority: &mut Authority<'_>,
        first: Result<Step, Failure>,
        observer: &mut dyn Observer,
        recorder: &mut dyn Recorder,
        held: &mut Held<'_>,
    ) -> Result<Outcome, Failure> {
        let mut next = self.checked(first)?;
        for _ in 0..self.policy.steps {
            recorder.record(Event::Next(&next))?;
            if self.stop.is_cancelled() && !matches!(next, Step::Done(_)) {
                return Err(Failure::Stopped);
            }
            let step = match next {
                Step::Done(outcome) => return Ok(outcome),
                Step::Send(mut pending) => {
                    pending.request.effect =
                        authority.admit(Some(&mut instance), &pending.request)?;
                    for reference in references(&pending.request.body) {
                        held.claim(reference)?;
                    }
                    self.answer(&mut instance, &pending, observer, recorder, held).await
                }
                Step::Pause(pause) => {
                    let time = Duration::from_millis(pause.ms.into());
                    self.wait(time, &pause.reason, observer).await?;
                    instance.resume(&pause.checkpoint, &Reply::Proceed)
                }
                Step::Read(range) => {
                    held.claim(&range.blob)?;
                    instance.resume(&range.checkpoint, &self.read(&range).await?)
                }
                Step::Emit(mut page) => {
                    let checkpoint = page.checkpoint.clone();
                    self.seal_page(&mut page);
                    if observer.emitted(&page).is_break() {
                        // Told to stop as well, it could not take the page.
                        return match self.stop.is_cancelled() {
                            true => Err(Failure::Stopped),
                            false => Ok(Outcome { output: "null".into(), cursor: None }),
                        };
                    }
                    recorder.record(Event::Passed(page.count))?;
                    // A connector that only emits must not keep the thread to itself.
                    tokio::task::yield_now().await;
                    instance.resume(&checkpoint, &Reply::Proceed)
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
        recorder: &mut dyn Recorder,
        held: &mut Held<'_>,
    ) -> Result<Step, Failure> {
        let effect = pending.request.effect;
        let mut retry = Retry::new(&self.policy, effect);
        let mut refreshed = false;
        loop {
            let admitted = self.admit(&pending.request, observer);
            let slot = self.until_stopped(admitted).await??;
            observer.sending(&pending.request);
            recorder.record(Event::Sending(effect))?;
            let progress = Progress::default();
            let sending = self.send_admitted(&pending.request, slot, &progress);
            let sending = progress.watch(sending, observer);
            let sent = match effect {
                // Only its answer tells what it did.
                Effect::Write => sending.await?,
                _ => self.until_stopped(sending).await??,
            };
            sent.saved.iter().for_each(|reference| held.add(reference));
            if let Err(error) = &sent.result {
                if let TransportError::NotSent(_) = error {
                    recorder.record(Event::Unprocessed)?;
                }
                if let Some(time) = retry.after_undelivered(error) {
                    self.wait(time, &error.to_string(), observer).await?;
                    continue;
                }
            }
            let refused = sent.result.as_ref().is_ok_and(is_refusal);
            let credential = sent.credential.clone();
            let error = match instance.resume(&pending.checkpoint, &sent.into_reply()) {
                Err(Failure::Connector(error)) => error,
                other => return other,
            };
            // Refused unprocessed: a credential or a limit may be mended, and then it is sent again
            // whatever it does. What else the service refuses is over, and it did nothing either.
            let mendable =
                matches!(error.kind, ErrorKind::Unauthenticated | ErrorKind::RateLimited);
            let unclear = matches!(error.kind, ErrorKind::Unavailable | ErrorKind::Unexpected);
            if mendable || (refused && !unclear) {
                recorder.record(Event::Unprocessed)?;
            }
            self.asked_to_wait(&pending.request, &error)?;
            if error.kind == ErrorKind::Unauthenticated
                && !refreshed
                && let Some((id, stale)) = credential
            {
                refreshed = true;
                match self.credentials.refresh(self.connector.binding(), &id, &stale).await {
                    Ok(_) => continue,
                    Err(CredentialError::NotRefreshable(_)) => {
                        return Err(Failure::Connector(error));
                    }
                    Err(other) => return Err(other.into()),
                }
            }
            match retry.after_error(&error) {
                Some(time) => self.wait(time, &error.message, observer).await?,
                None => return Err(Failure::Connector(error)),
            }
        }
    }

    fn checked(&self, step: Result<Step, Failure>) -> Result<Step, Failure> {
        let step = step?;
        self.policy.check(&step)?;
        Ok(step)
    }

    async fn wait(
        &self,
        time: Duration,
        reason: &str,
        observer: &mut dyn Observer,
    ) -> Result<(), Failure> {
        observer.waiting(time, reason);
        self.until_stopped(sleep(time)).await
    }

    async fn until_stopped<T>(&self, work: impl Future<Output = T>) -> Result<T, Failure> {
        self.stop.run_until_cancelled(work).await.ok_or(Failure::Stopped)
    }
}
