//! One part of a call: at most one request goes out, and what came of it is an entry of the journal.

use std::sync::Arc;
use std::time::Duration;

use connector_host::contract::types::Checkpoint;
use connector_host::contract::{Context, Effect, ErrorKind, PendingRequest, Reply, Step};
use connector_host::{Connection, CredentialError, Error, Policy, Retry};
use restate_sdk::errors::HandlerResult;

use crate::failure::Failure;
use crate::journal::{Begun, Came, Counts, Entry, Place};
use crate::missing::NoConnection;
use crate::secrecy;
use crate::worker::Worker;

/// How often one request is sent, and how long a call waits before it is sent again: longer than where a process
/// has to stay, because waiting keeps nothing here.
const TRIES: u32 = 8;
/// How often one request is sent with another token: a worker that takes the call over may know an older one.
const REFRESHES: u32 = 3;
const MAX_WAIT: Duration = Duration::from_secs(24 * 3600);
/// Renewals of a token that fail, until the call does.
const PASSING: Duration = Duration::from_secs(2);

/// Where a call stands.
#[derive(Clone, Debug)]
pub enum At {
    Start,
    /// This is to be done.
    Step(Box<Step>),
    /// What this belongs to was done.
    After(Checkpoint),
}

impl At {
    /// What is to be done, where that is known.
    pub fn step(&self) -> Option<&Step> {
        match self {
            At::Step(step) => Some(step),
            _ => None,
        }
    }
}

/// What is known of the request that is to be sent.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tried {
    /// So often before.
    pub sent: u32,
    /// So often its credential was renewed for it, or by others meanwhile.
    pub refreshed: u32,
    /// Another execution may have sent it, so this one does not.
    pub unknown: bool,
}

/// A part that is to be done.
pub struct Part {
    pub worker: Worker,
    pub place: Arc<Place>,
    /// None: it is the first.
    pub begun: Option<Begun>,
    pub attempt: u64,
    pub at: At,
    pub tried: Tried,
}

impl Part {
    /// Does it, and gives what the journal keeps. A failure is of this worker and not of the call: it is tried
    /// again, here or by another one.
    pub async fn done(self) -> HandlerResult<Vec<u8>> {
        let Part { worker, place, begun, attempt, at, tried } = self;
        let connection = match worker.connection(&place.connection).await {
            Ok(connection) => connection,
            Err(NoConnection::Yet(why)) => return Err(why.into()),
            Err(NoConnection::Ever(failure)) => {
                let begun =
                    begun.unwrap_or_else(|| Begun { now: String::new(), component: String::new() });
                return Ok(place.close(&Entry { attempt, begun, came: Came::Failed(failure) }));
            }
        };
        let component = connection.connector().digest();
        let begun = begun.unwrap_or_else(|| Begun {
            now: jiff::Timestamp::now().to_string(),
            component: component.to_owned(),
        });
        if begun.component != component {
            let why = "another build of the connector began this call, and only a worker with that one goes on \
                with it";
            return Err(why.into());
        }
        let context = Context::new(&*place.id, &*begun.now).wanting(place.wanted);
        let doing = Doing { connection: &connection, place: &place, context: &context, tried };
        let came = match doing.part(at).await {
            Err(Error::Stopped) => return Err(Error::Stopped.into()),
            Err(error) => doing.failed(&error),
            Ok(came) => came,
        };
        Ok(place.close(&Entry { attempt, begun, came }))
    }
}

struct Doing<'a> {
    connection: &'a Connection,
    place: &'a Place,
    context: &'a Context,
    tried: Tried,
}

impl Doing<'_> {
    async fn part(&self, at: At) -> Result<Came, Error> {
        let known = matches!(at, At::Step(_));
        let step = match at {
            At::Start => {
                if secrecy::holds_secrets(self.connection.connector(), &self.place.call)? {
                    let why = "its input or output holds values marked as secret, which the journal of a cluster \
                        would keep in clear; run it without one";
                    return Ok(Came::Failed(Failure::new("refused", why)));
                }
                self.connection.start(&self.place.call, self.context)?
            }
            At::After(checkpoint) => self.connection.resume(&checkpoint, &Reply::Proceed)?,
            At::Step(step) => *step,
        };
        match step {
            // Before a write goes out the journal has to know about it.
            Step::Send(pending) if known || pending.request.effect != Effect::Write => {
                self.send(pending).await
            }
            Step::Read(range) => {
                self.connection.permit_blobs(&self.place.call, &Step::Read(range.clone()))?;
                let read = self.connection.read(&range).await?;
                Ok(Came::Next(self.connection.resume(&range.checkpoint, &read)?))
            }
            other => Ok(Came::Next(other)),
        }
    }

    async fn send(&self, pending: PendingRequest) -> Result<Came, Error> {
        let connection = self.connection;
        if self.tried.unknown {
            let why = "the worker was interrupted while the request was under way";
            let reply = Reply::Undelivered(why.into());
            return Ok(Came::Next(connection.resume(&pending.checkpoint, &reply)?));
        }
        connection.permit_blobs(&self.place.call, &Step::Send(pending.clone()))?;
        let policy = Policy { tries: TRIES, max_wait: MAX_WAIT, ..Policy::default() };
        let mut retry = Retry::after(&policy, pending.request.effect, self.tried.sent);
        let sent = connection.send(&pending, self.context).await?;
        if let Err(error) = &sent.result
            && let Some(wait) = retry.after_undelivered(error)
        {
            return Ok(again(wait, error, Counts::Sent));
        }
        let credential = sent.credential.clone();
        let error = match connection.resume(&pending.checkpoint, &sent.into_reply()) {
            Err(Error::Connector(error)) => error,
            other => return other.map(Came::Next),
        };
        connection.asked_to_wait(&pending.request, &error)?;
        if error.kind == ErrorKind::Unauthenticated
            && self.tried.refreshed < REFRESHES
            && let Some((id, stale)) = credential
        {
            let binding = connection.connector().binding();
            match connection.credentials().refresh(binding, &id, &stale).await {
                Ok(_) => return Ok(again(Duration::ZERO, &error.message, Counts::Refreshed)),
                Err(CredentialError::NotRefreshable(_)) => {}
                Err(other) => return Err(other.into()),
            }
        }
        Ok(match retry.after_error(&error) {
            Some(wait) => again(wait, &error.message, Counts::Sent),
            None => Came::Failed(Failure::from(&Error::Connector(error))),
        })
    }

    /// What a failure of the host comes to: some pass.
    fn failed(&self, error: &Error) -> Came {
        match error {
            Error::RateLimited { wait, .. } if *wait <= MAX_WAIT => {
                again(*wait, error, Counts::Waited)
            }
            Error::Busy(_) => again(PASSING, error, Counts::Waited),
            Error::Credential(CredentialError::Refresh { .. }) if self.tried.sent < TRIES => {
                again(PASSING * (1 << self.tried.sent.min(8)), error, Counts::Sent)
            }
            _ => Came::Failed(Failure::from(error)),
        }
    }
}

fn again(wait: Duration, why: impl ToString, counts: Counts) -> Came {
    let wait_ms = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX);
    Came::Again { wait_ms, why: why.to_string(), counts }
}
