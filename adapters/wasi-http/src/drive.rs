//! A call, from its first step to its end or to a continuation.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use crate::answer::Answer;
use crate::begun::{Begun, Kept};
use crate::bindings::automation::connector::steps;
use crate::bindings::automation::connector::types::{Context, Outcome, Page, Reply, Step};
use crate::budget::{millis_now, wait};
use crate::continuation::{About, Continuation, mark};
use crate::failure::Failure;
use crate::run::Run;
use crate::send;
use crate::sizes;

/// Steps of a request, at most.
const STEPS: usize = 100_000;
/// Bytes of items in one document, about: what is more comes with a continuation.
const KEPT: usize = 32 << 20;

/// Where items go.
pub struct Sink<'a> {
    /// To the caller, a line for each page as it comes; otherwise they are kept for one document.
    pub lines: Option<&'a mut Answer>,
    /// Those that are kept.
    pub items: Vec<Box<RawValue>>,
    /// How many bytes these have.
    pub bytes: usize,
    /// How many more are wanted.
    pub wanted: u64,
    /// What they are called.
    pub name: &'static str,
}

impl Sink<'_> {
    /// Whether any more are wanted.
    fn take(&mut self, page: &Page) -> Result<bool, Failure> {
        let mut items: Vec<Box<RawValue>> = serde_json::from_str(&page.items).map_err(|error| {
            Failure::new(502, "unexpected", format!("a page of items: {error}"))
        })?;
        items.truncate(usize::try_from(self.wanted).unwrap_or(usize::MAX));
        self.wanted -= items.len() as u64;
        let taken = match &mut self.lines {
            Some(answer) => answer.line(&BTreeMap::from([(self.name, items)])),
            None => {
                self.bytes += items.iter().map(|item| item.get().len()).sum::<usize>();
                self.items.extend(items);
                true
            }
        };
        Ok(taken && self.wanted > 0)
    }
}

/// How a request for a call ends.
pub enum End {
    /// The call has ended.
    Done(Outcome),
    /// It goes on with this text, not before so many milliseconds.
    Later(String, u64),
    /// There are enough items, or the caller has gone.
    Enough,
}

impl Run<'_> {
    /// Goes on until the call has ended or the time is over.
    pub fn drive(&mut self, first: Step, sink: &mut Sink<'_>) -> Result<End, Failure> {
        let mut step = first;
        for _ in 0..STEPS {
            sizes::check(&step)?;
            step = match step {
                Step::Done(outcome) => return Ok(End::Done(outcome)),
                Step::Send(_) | Step::Read(_) if self.is_late() => match self.last.take() {
                    Some(last) if !self.wrote => return self.later(last, 0, sink),
                    _ => return Err(self.too_long()),
                },
                Step::Send(pending) => match send::answer(self, &pending) {
                    Ok(step) => step,
                    Err(failure) => {
                        let ms = u64::from(failure.retry_after.unwrap_or(1)) * 1000;
                        return match self.last.take() {
                            // Refused unprocessed, and nothing was done since.
                            Some(last) if failure.status == 429 && !self.wrote => {
                                self.later(last, ms, sink)
                            }
                            // Whoever repeats all of it would do something twice.
                            _ if self.changed => Err(failure.for_good()),
                            _ => Err(failure),
                        };
                    }
                },
                Step::Read(range) => {
                    let reply = match self.blobs.chunk(&range) {
                        Ok(chunk) => Reply::Chunk(chunk),
                        Err(why) => Reply::Undelivered(why),
                    };
                    steps::resume(&range.checkpoint, &reply)?
                }
                Step::Pause(pause) => {
                    let ms = u64::from(pause.ms);
                    if !self.budget.holds(ms) {
                        return self.later(pause.checkpoint, ms, sink);
                    }
                    wait(ms);
                    self.passed(pause.checkpoint)?
                }
                Step::Emit(page) => {
                    if !sink.take(&page)? {
                        return Ok(End::Enough);
                    }
                    if !self.budget.holds(0) || sink.bytes > KEPT {
                        return self.later(page.checkpoint, 0, sink);
                    }
                    self.passed(page.checkpoint)?
                }
            };
        }
        Err(Failure::refused("steps", format!("the call took more than {STEPS} steps")))
    }

    /// Goes on from a place that the call can come back to.
    fn passed(&mut self, at: Vec<u8>) -> Result<Step, Failure> {
        self.wrote = false;
        let step = steps::resume(&at, &Reply::Proceed)?;
        self.last = Some(at);
        Ok(step)
    }

    /// Whether the next request or look is one too many for the time.
    fn is_late(&self) -> bool {
        if self.wrote { self.budget.is_over() } else { !self.budget.holds(0) }
    }

    fn too_long(&self) -> Failure {
        let done = if self.changed { "; what it changed before is done" } else { "" };
        let detail =
            format!("the call takes longer than a request may{done}: raise the value `seconds`");
        Failure::new(504, "too-long", detail)
    }

    fn later(&self, checkpoint: Vec<u8>, ms: u64, sink: &Sink<'_>) -> Result<End, Failure> {
        if self.blobs.any() {
            return Err(self.too_long());
        }
        let Begun { form, context, kept } = self.begun.clone();
        let webhook = match kept {
            Some(Kept { webhook, keys }) => Some((webhook, mark(&keys)?)),
            None => None,
        };
        let (after, until) = (millis_now() + ms, About::until(ms));
        let wanted = Some(sink.wanted).filter(|wanted| *wanted != u64::MAX);
        let Context { call, now, .. } = context;
        let about = About { call, now, form, wanted, webhook, changed: self.changed, after, until };
        let bound = [&*self.descriptor.id, &self.settings.to_string()];
        Ok(End::Later(Continuation { about, checkpoint }.sealed(&bound)?, ms))
    }
}
