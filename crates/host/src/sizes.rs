//! The sizes that a step may have.

use crate::contract::{Body, Step};
use crate::error::Error;
use crate::policy::Policy;
use crate::rule;

/// Bytes of a blob that are read at once, by the contract.
const READ_BYTES: u32 = 1 << 20;

/// Checks the sizes in a step.
pub(crate) fn check(policy: &Policy, step: &Step) -> Result<(), Error> {
    let checkpoint = match step {
        Step::Send(pending) => &pending.checkpoint,
        Step::Pause(pause) => &pause.checkpoint,
        Step::Emit(page) => &page.checkpoint,
        Step::Read(range) => &range.checkpoint,
        Step::Done(_) => return Ok(()),
    };
    if checkpoint.len() > policy.checkpoint_bytes {
        let message = format!(
            "a checkpoint of {} bytes; the limit is {}",
            checkpoint.len(),
            policy.checkpoint_bytes
        );
        return Err(Error::refused(rule::CHECKPOINT_SIZE, message));
    }
    let pieces = match step {
        Step::Send(pending) => pieces(&pending.request.body),
        _ => 0,
    };
    if pieces > policy.pieces {
        let message = format!("a body of {pieces} pieces; the limit is {}", policy.pieces);
        return Err(Error::refused(rule::PIECES, message));
    }
    if let Step::Read(range) = step
        && range.length > READ_BYTES
    {
        let message = format!(
            "a look at {} bytes from {}; the limit is {READ_BYTES} bytes",
            range.length, range.offset
        );
        return Err(Error::refused(rule::BLOB, message));
    }
    if let Step::Pause(pause) = step
        && u128::from(pause.ms) > policy.pause.as_millis()
    {
        let message =
            format!("a pause of {} ms; the limit is {} ms", pause.ms, policy.pause.as_millis());
        return Err(Error::refused(rule::PAUSE, message));
    }
    Ok(())
}

fn pieces(body: &Body) -> usize {
    match body {
        Body::Empty | Body::Bytes(_) => 0,
        Body::Multipart(parts) => parts.len(),
        Body::Pieces(pieces) => pieces.len(),
    }
}
