//! A call, from its first step to its end or to a continuation.

use std::collections::BTreeMap;

use serde_json::Value;
use serde_json::value::RawValue;

use crate::answer::Answer;
use crate::bindings::automation::connector::connection::Descriptor;
use crate::bindings::automation::connector::steps;
use crate::bindings::automation::connector::types::{Outcome, Page, Reply, Step};
use crate::blobs::Blobs;
use crate::budget::{Budget, wait};
use crate::call::Begun;
use crate::continuation::Continuation;
use crate::failure::Failure;
use crate::send;

/// Steps of a request, at most.
const STEPS: usize = 10_000;

/// What a call has while it runs.
pub struct Run<'a> {
    pub descriptor: &'a Descriptor,
    pub settings: &'a Value,
    pub begun: Begun,
    pub blobs: Blobs,
    /// What no answer may hold.
    pub secrets: Vec<String>,
    pub budget: Budget,
    /// Since the last page or pause something was sent that may not be sent twice.
    pub wrote: bool,
    /// Whether a failure leaves the call where it can go on later.
    pub may_go_on: bool,
}

/// Where items go.
pub struct Sink<'a> {
    /// To the caller, a line for each page as it comes; otherwise they are kept for one document.
    pub lines: Option<&'a mut Answer>,
    /// Those that are kept.
    pub items: Vec<Box<RawValue>>,
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
        let mut last: Option<Vec<u8>> = None;
        for _ in 0..STEPS {
            step = match step {
                Step::Done(outcome) => return Ok(End::Done(outcome)),
                Step::Send(pending) => match send::answer(self, &pending) {
                    Ok(step) => step,
                    Err(failure) => {
                        let wait = u64::from(failure.retry_after.unwrap_or(1)) * 1000;
                        let Some(last) = last.filter(|_| self.may_go_on) else {
                            return Err(failure);
                        };
                        return self.later(last, wait);
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
                        return self.later(pause.checkpoint, ms);
                    }
                    wait(ms);
                    self.passed(&mut last, pause.checkpoint)?
                }
                Step::Emit(page) => {
                    if !sink.take(&page)? {
                        return Ok(End::Enough);
                    }
                    if !self.budget.holds(0) {
                        return self.later(page.checkpoint, 0);
                    }
                    self.passed(&mut last, page.checkpoint)?
                }
            };
        }
        Err(Failure::refused("steps", format!("the call took more than {STEPS} steps")))
    }

    /// Goes on from a place that the call can come back to.
    fn passed(&mut self, last: &mut Option<Vec<u8>>, at: Vec<u8>) -> Result<Step, Failure> {
        self.wrote = false;
        let step = steps::resume(&at, &Reply::Proceed)?;
        *last = Some(at);
        Ok(step)
    }

    fn later(&self, checkpoint: Vec<u8>, ms: u64) -> Result<End, Failure> {
        if self.blobs.any() {
            let detail = "the call takes longer than a request may, and files that it keeps cannot go on with it";
            return Err(Failure::new(504, "too-long", detail));
        }
        let Begun { form, input, context } = self.begun.clone();
        let kept = Continuation { call: context.call, now: context.now, form, input, checkpoint };
        Ok(End::Later(kept.sealed()?, ms))
    }
}
