//! Where a call begins or goes on.

use crate::call::Call;
use crate::call_instance::CallInstance;
use crate::contract::{Page, Pause, PendingRequest, Range, Reply, Step};
use crate::error::Error;

/// Where a recorded call goes on.
#[derive(Debug)]
pub enum ResumePoint {
    /// At its beginning.
    Start,
    /// With this step, which is to be done.
    Step(Step),
    /// After this step, whose page was passed on.
    Passed(Step),
    /// After this step, of which nobody knows whether it was done: the connector decides.
    Unknown(Step),
}

impl ResumePoint {
    pub(crate) async fn begin(
        self,
        instance: &mut CallInstance<'_>,
        call: &Call,
        settings: &String,
    ) -> Result<Step, Error> {
        match self {
            ResumePoint::Start => instance.start(call, settings).await,
            ResumePoint::Step(step) => Ok(step),
            ResumePoint::Passed(step) => go_on(instance, step, &Reply::Proceed).await,
            ResumePoint::Unknown(step) => {
                let why = "the host was interrupted while the request was under way";
                go_on(instance, step, &Reply::Undelivered(why.into())).await
            }
        }
    }
}

async fn go_on(instance: &mut CallInstance<'_>, step: Step, reply: &Reply) -> Result<Step, Error> {
    match step {
        Step::Send(PendingRequest { checkpoint, .. })
        | Step::Pause(Pause { checkpoint, .. })
        | Step::Emit(Page { checkpoint, .. })
        | Step::Read(Range { checkpoint, .. }) => instance.resume(&checkpoint, reply).await,
        Step::Done(_) => Ok(step),
    }
}
