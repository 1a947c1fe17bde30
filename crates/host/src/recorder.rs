//! What the loop tells a journal, so that another process can go on with the call.

use std::fmt;

use crate::contract::{Effect, Outcome, Step};
use crate::error::Error;

/// What a call comes to.
pub type Ended = Result<Outcome, Error>;

/// Something about a call that must not be forgotten.
pub enum Event<'a> {
    /// This is to be done next. What came of the step before is in it.
    Next(&'a Step),
    /// The request of the last step goes out now. Until there is another event nobody knows what
    /// came of it.
    Sending(Effect),
    /// It did nothing: it never left, or the service refused it unprocessed.
    Unprocessed,
    /// The page of the last step was taken; it had so many items.
    Passed(u32),
    /// The call is over, or goes no further in this process.
    Ended(&'a Ended),
}

/// Keeps what happens in a call.
pub trait Recorder: Send {
    /// When this returns the event is kept. A failure ends the call.
    fn record(&mut self, event: Event<'_>) -> Result<(), Error>;

    /// Whether the call may go on elsewhere if it ends here, as far as is known. Then the blobs
    /// that it uses have to stay.
    fn goes_on(&self) -> bool;
}

/// Keeps nothing.
pub struct Unrecorded;

impl Recorder for Unrecorded {
    fn record(&mut self, _event: Event<'_>) -> Result<(), Error> {
        Ok(())
    }

    fn goes_on(&self) -> bool {
        false
    }
}

impl fmt::Debug for Event<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Event").finish_non_exhaustive()
    }
}
