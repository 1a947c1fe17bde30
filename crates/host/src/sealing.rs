//! Marks what a connection hands out, and looks for the mark on what comes back.

use crate::call::Call;
use crate::connection::Connection;
use crate::contract::{Outcome, Page};
use crate::error::Error;
use crate::rule;

impl Connection {
    /// The call without marks.
    pub(crate) fn opened(&self, call: Call) -> Result<Call, Error> {
        let Some(seal) = &self.seal else { return Ok(call) };
        match call {
            Call::Resume { checkpoint } => {
                let found = seal.open(&self.place("checkpoint", ""), &checkpoint);
                let checkpoint = found.ok_or_else(|| forged("checkpoint"))?.to_vec();
                Ok(Call::Resume { checkpoint })
            }
            Call::Poll { trigger, config, cursor: Some(cursor) } => {
                let found = seal.open_text(&self.place("cursor", &trigger), &cursor);
                let cursor = Some(found.ok_or_else(|| forged("cursor"))?.to_owned());
                Ok(Call::Poll { trigger, config, cursor })
            }
            Call::Receive { webhook, config, subscription, delivery, cursor: Some(cursor) } => {
                let found = seal.open_text(&self.place("cursor", &webhook), &cursor);
                let cursor = Some(found.ok_or_else(|| forged("cursor"))?.to_owned());
                Ok(Call::Receive { webhook, config, subscription, delivery, cursor })
            }
            other => Ok(other),
        }
    }

    pub(crate) fn seal_page(&self, page: &mut Page) {
        if let Some(seal) = &self.seal {
            page.checkpoint = seal.close(&self.place("checkpoint", ""), &page.checkpoint);
        }
    }

    pub(crate) fn seal_outcome(&self, call: &Call, outcome: &mut Outcome) {
        if let Some(seal) = &self.seal
            && let Call::Poll { trigger: id, .. } | Call::Receive { webhook: id, .. } = call
            && let Some(cursor) = &mut outcome.cursor
        {
            *cursor = seal.close_text(&self.place("cursor", id), cursor);
        }
    }

    /// What is marked, and for whom.
    fn place<'a>(&'a self, what: &'a str, id: &'a str) -> [&'a str; 4] {
        [what, &self.connector.descriptor().id, &self.environment, id]
    }
}

fn forged(what: &str) -> Error {
    let message = format!(
        "the {what} was not written by this host, or with another key or for another environment; \
         begin anew"
    );
    Error::refused(rule::SEAL, message)
}
