//! The sizes that a step may have.

use crate::bindings::automation::connector::types::{Body, Step};
use crate::failure::Failure;
use crate::incoming::INPUT;

/// Bytes of a checkpoint: what the contract has, beside an input with its files.
const CHECKPOINT: usize = INPUT + (1 << 20);
/// Bytes of a cursor.
const CURSOR: usize = 1 << 20;
/// Parts or pieces that a body is made of.
const PIECES: usize = 10_000;
/// Bytes of a file that are looked at at once.
const LOOK: u32 = 1 << 20;
/// Milliseconds of a pause: a day.
const PAUSE: u32 = 24 * 3600 * 1000;

/// Fails for a step that is larger than a host takes.
pub fn check(step: &Step) -> Result<(), Failure> {
    let checkpoint = match step {
        Step::Send(pending) => &pending.checkpoint,
        Step::Pause(pause) => &pause.checkpoint,
        Step::Emit(page) => &page.checkpoint,
        Step::Read(range) => &range.checkpoint,
        Step::Done(outcome) => {
            let length = outcome.cursor.as_ref().map_or(0, String::len);
            return bounded("cursor-size", "a cursor of bytes", length, CURSOR);
        }
    };
    bounded("checkpoint-size", "a checkpoint of bytes", checkpoint.len(), CHECKPOINT)?;
    match step {
        Step::Send(pending) => {
            let pieces = match &pending.request.body {
                Body::Empty | Body::Bytes(_) => 0,
                Body::Multipart(parts) => parts.len(),
                Body::Pieces(pieces) => pieces.len(),
            };
            bounded("pieces", "a body of pieces", pieces, PIECES)
        }
        Step::Read(range) => bounded("blob", "a look at bytes", range.length, LOOK),
        Step::Pause(pause) => bounded("pause", "a pause of milliseconds", pause.ms, PAUSE),
        _ => Ok(()),
    }
}

fn bounded<T: PartialOrd + std::fmt::Display>(
    rule: &str,
    what: &str,
    size: T,
    most: T,
) -> Result<(), Failure> {
    if size <= most {
        return Ok(());
    }
    Err(Failure::refused(rule, format!("{what}: {size}; the limit is {most}")))
}
