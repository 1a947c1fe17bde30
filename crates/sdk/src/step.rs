//! The next step of a call, before its checkpoint is written.

use crate::contract::{Outcome, Page, Pause, PendingRequest, Range, Request, Step};

/// What the host has to do: a step without its checkpoint.
pub enum Command {
    Send(Request),
    Pause { ms: u32, reason: String },
    Read { blob: String, offset: u64, length: u32 },
    Emit { items: String, count: u32 },
}

/// A call after a step: it waits for the host and then goes on with `T`, or it has ended.
pub enum Progress<T> {
    Suspended(Command, T),
    Done(Outcome),
}

impl<T> Progress<T> {
    /// The step; `checkpoint` writes the state that the call goes on with.
    pub fn step(self, checkpoint: impl FnOnce(T) -> Vec<u8>) -> Step {
        let (command, checkpoint) = match self {
            Progress::Suspended(command, rest) => (command, checkpoint(rest)),
            Progress::Done(outcome) => return Step::Done(outcome),
        };
        match command {
            Command::Send(request) => Step::Send(PendingRequest { request, checkpoint }),
            Command::Pause { ms, reason } => Step::Pause(Pause { ms, reason, checkpoint }),
            Command::Read { blob, offset, length } => {
                Step::Read(Range { blob, offset, length, checkpoint })
            }
            Command::Emit { items, count } => Step::Emit(Page { items, count, checkpoint }),
        }
    }
}
