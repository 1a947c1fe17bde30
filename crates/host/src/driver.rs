//! The loop that every call runs in.

use std::pin::{Pin, pin};
use std::time::Duration;

use tokio::time::{sleep, timeout};

use crate::authority::Authority;
use crate::blob::{BlobClaims, references};
use crate::body_budget::BodyMemory;
use crate::call::Call;
use crate::call_instance::CallInstance;
use crate::connection::Connection;
use crate::contract::types::Checkpoint;
use crate::contract::{Context, Effect, ErrorKind, Outcome, PendingRequest, Reply, Response, Step};
use crate::credential::CredentialError;
use crate::error::Error;
use crate::guard::{guarded, guarded_now};
use crate::http::TransportError;
use crate::observer::{self, Observer};
use crate::progress::Progress;
use crate::recorder::{Event, Recorder, Unrecorded};
use crate::resume_point::ResumePoint;
use crate::retry::Retry;
use crate::rule;
use crate::sizes;

/// Whether the service says that it is the request that it does not take.
fn is_refusal(response: &Response) -> bool {
    (400..500).contains(&response.status)
}

impl Connection {
    /// Runs a call to its end. When the observer stops it, the output is `null` and there is no
    /// cursor.
    pub async fn run(&self, call: Call, observer: &mut dyn Observer) -> Result<Outcome, Error> {
        self.run_in(Context::fresh(), call, observer).await
    }

    /// As [`Connection::run`], for a call that has a name of its own, a time, or a number of items that
    /// are wanted. A call that is begun again has the same context.
    pub async fn run_in(
        &self,
        context: Context,
        call: Call,
        observer: &mut dyn Observer,
    ) -> Result<Outcome, Error> {
        guarded(async {
            let call = self.opened(self.received(call).await)?;
            let mut instance = CallInstance::of(&self.connector, &self.party, &context);
            let first = self.until_stopped(pin!(instance.start(&call, &self.settings))).await?;
            Box::pin(self.drive(instance, &call, first, observer, &mut Unrecorded)).await
        })
        .await
    }

    /// Runs a call as [`Connection::run`] does, from the beginning or from where an earlier process
    /// left it, and tells a recorder each step before it is done. `context` is that of its beginning.
    pub async fn run_recorded(
        &self,
        context: &Context,
        call: Call,
        from: ResumePoint,
        recorder: &mut dyn Recorder,
        observer: &mut dyn Observer,
    ) -> Result<Outcome, Error> {
        guarded(async {
            let mut instance = CallInstance::of(&self.connector, &self.party, context);
            let (call, first) = match self.opened(call.clone()) {
                Err(forged) => (call, Err(forged)),
                Ok(call) => {
                    let first = from.begin(&mut instance, &call, &self.settings);
                    let first = first.await;
                    (call, first)
                }
            };
            Box::pin(self.drive(instance, &call, first, observer, recorder)).await
        })
        .await
    }

    /// Begins a call on an instance of its own and checks the step. For engines that store
    /// checkpoints and run the loop themselves, with [`Connection::send`] for requests.
    pub fn start(&self, call: &Call, context: &Context) -> Result<Step, Error> {
        match self.preview(call, context)? {
            (step, None) => Ok(step),
            (_, Some(refusal)) => Err(refusal),
        }
    }

    /// The first step of a call, as [`Connection::start`] gives it, also where that would refuse to
    /// send: then with the refusal. To show what would be sent.
    pub fn preview(&self, call: &Call, context: &Context) -> Result<(Step, Option<Error>), Error> {
        guarded_now(|| {
            let call = self.opened(call.clone())?;
            // It ends here: what follows may look into the connector itself.
            let step = self.connector.look()?.start(&call, &self.settings, context);
            let step = self.checked(step)?;
            let mut authority = Authority::new(self, Some(&call));
            let (step, refusal) = self.admitted(&mut authority, step)?;
            let refusal = refusal.or_else(|| self.permit_blobs(&call, &step).err());
            Ok((step, refusal))
        })
    }

    /// Goes on after a step, on an instance of its own: see [`Connection::start`]. Whether the next
    /// step uses only blobs that it may, [`Connection::permit_blobs`] tells.
    pub fn resume(&self, checkpoint: &Checkpoint, reply: &Reply) -> Result<Step, Error> {
        guarded_now(|| {
            let step = self.connector.look()?.resume(checkpoint, reply);
            let step = self.checked(step)?;
            match self.admitted(&mut Authority::new(self, None), step)? {
                (step, None) => Ok(step),
                (_, Some(refusal)) => Err(refusal),
            }
        })
    }

    /// The step with the effect that its request has, and why it may not be sent.
    fn admitted(
        &self,
        authority: &mut Authority<'_>,
        step: Step,
    ) -> Result<(Step, Option<Error>), Error> {
        let Step::Send(mut pending) = step else { return Ok((step, None)) };
        let refusal = match authority.admit(&pending.request) {
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
            Call::Receive { webhook, config, subscription, delivery, cursor } => {
                let delivery = self.redactor(None).await.delivery(delivery);
                Call::Receive { webhook, config, subscription, delivery, cursor }
            }
            other => other,
        }
    }

    /// Refuses a step that uses a blob which the call's input does not name and this host has not
    /// made: to be asked for each step by whoever runs the loop.
    pub fn permit_blobs(&self, call: &Call, step: &Step) -> Result<(), Error> {
        let mut held = BlobClaims::new(&*self.blobs, call.json(), self.policy.blobs, true);
        let used = match step {
            Step::Send(pending) => references(&pending.request.body),
            Step::Read(range) => vec![&*range.blob],
            _ => Vec::new(),
        };
        Ok(used.into_iter().try_for_each(|reference| held.claim(reference))?)
    }

    /// Goes on from a step to the end of the call, and records it.
    async fn drive(
        &self,
        instance: CallInstance<'_>,
        call: &Call,
        first: Result<Step, Error>,
        observer: &mut dyn Observer,
        recorder: &mut dyn Recorder,
    ) -> Result<Outcome, Error> {
        let most = self.policy.blobs;
        let mut held = BlobClaims::new(&*self.blobs, call.json(), most, recorder.goes_on());
        let mut authority = Authority::new(self, Some(call));
        let ended = {
            let steps = self.steps(instance, &mut authority, first, observer, recorder, &mut held);
            let steps = pin!(steps);
            match self.policy.call_time {
                None => steps.await,
                Some(limit) => timeout(limit, steps).await.unwrap_or_else(|_| {
                    let message = format!("the call ran longer than {limit:?}");
                    Err(Error::refused(rule::CALL_TIME, message))
                }),
            }
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
        mut instance: CallInstance<'_>,
        authority: &mut Authority<'_>,
        first: Result<Step, Error>,
        observer: &mut dyn Observer,
        recorder: &mut dyn Recorder,
        held: &mut BlobClaims<'_>,
    ) -> Result<Outcome, Error> {
        let mut next = self.checked(first)?;
        // What the last answer takes, until what came of it was passed on. It is given back before
        // anything is waited for.
        let mut memory = BodyMemory::default();
        for _ in 0..self.policy.steps {
            recorder.record(Event::Next(&next))?;
            if self.stop.is_cancelled() && !matches!(next, Step::Done(_)) {
                return Err(Error::Stopped);
            }
            if !matches!(next, Step::Emit(_)) {
                memory.give_back();
            }
            let step = match next {
                Step::Done(outcome) => return Ok(outcome),
                Step::Send(mut pending) => {
                    pending.request.effect = authority.admit(&pending.request)?;
                    for reference in references(&pending.request.body) {
                        held.claim(reference)?;
                    }
                    let answered = self.answer(&mut instance, &pending, observer, recorder, held);
                    let (step, taken) = answered.await?;
                    memory = taken;
                    Ok(step)
                }
                Step::Pause(pause) => {
                    let time = Duration::from_millis(pause.ms.into());
                    self.wait(time, &pause.reason, observer).await?;
                    instance.resume(&pause.checkpoint, &Reply::Proceed).await
                }
                Step::Read(range) => {
                    held.claim(&range.blob)?;
                    let read = self.read(&range).await?;
                    instance.resume(&range.checkpoint, &read).await
                }
                Step::Emit(mut page) => {
                    let checkpoint = page.checkpoint.clone();
                    self.seal_page(&mut page);
                    if observer.emitted(&page).is_break() {
                        // Told to stop as well, it could not take the page.
                        return match self.stop.is_cancelled() {
                            true => Err(Error::Stopped),
                            false => Ok(Outcome { output: "null".into(), cursor: None }),
                        };
                    }
                    recorder.record(Event::Passed(page.count))?;
                    drop(page);
                    memory.give_back();
                    let step = instance.resume(&checkpoint, &Reply::Proceed).await;
                    instance.rest();
                    // A connector that only emits must not keep the thread to itself.
                    tokio::task::yield_now().await;
                    step
                }
            };
            next = self.checked(step)?;
        }
        let message = format!("the call took more than {} steps", self.policy.steps);
        Err(Error::refused(rule::STEPS, message))
    }

    /// Sends a pending request, again where that helps and does no harm, and resumes with what
    /// came of it. With the step comes the memory that the answer took.
    async fn answer(
        &self,
        instance: &mut CallInstance<'_>,
        pending: &PendingRequest,
        observer: &mut dyn Observer,
        recorder: &mut dyn Recorder,
        held: &mut BlobClaims<'_>,
    ) -> Result<(Step, BodyMemory), Error> {
        let effect = pending.request.effect;
        let mut retry = Retry::new(&self.policy, effect);
        let mut refreshed = false;
        loop {
            let turn = self.until_stopped(pin!(self.admit(&pending.request, observer))).await??;
            observer.sending(&pending.request);
            recorder.record(Event::Sending(effect))?;
            let progress = Progress::default();
            let sent = {
                let sending = pin!(self.send_admitted(pending, instance.context, turn, &progress));
                let sending = pin!(observer::watch(&pending.request, &progress, sending, observer));
                match effect {
                    // Only its answer tells what it did.
                    Effect::Write => sending.await?,
                    _ => self.until_stopped(sending).await??,
                }
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
            let (credential, memory) = (sent.credential.clone(), sent.memory.clone());
            let error = match instance.resume(&pending.checkpoint, &sent.into_reply()).await {
                Err(Error::Connector(error)) => error,
                other => return other.map(|step| (step, memory)),
            };
            drop(memory);
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
                        return Err(Error::Connector(error));
                    }
                    Err(other) => return Err(other.into()),
                }
            }
            match retry.after_error(&error) {
                Some(time) => self.wait(time, &error.message, observer).await?,
                None => return Err(Error::Connector(error)),
            }
        }
    }

    fn checked(&self, step: Result<Step, Error>) -> Result<Step, Error> {
        let step = step?;
        sizes::check(&self.policy, &step)?;
        Ok(step)
    }

    async fn wait(
        &self,
        time: Duration,
        reason: &str,
        observer: &mut dyn Observer,
    ) -> Result<(), Error> {
        observer.waiting(time, reason);
        self.until_stopped(pin!(sleep(time))).await
    }

    /// The work stays where the caller has it: each function that takes a future makes another place for
    /// it within its own, and a call that waits holds them all.
    async fn until_stopped<T>(&self, work: Pin<&mut impl Future<Output = T>>) -> Result<T, Error> {
        self.stop.run_until_cancelled(work).await.ok_or(Error::Stopped)
    }
}
