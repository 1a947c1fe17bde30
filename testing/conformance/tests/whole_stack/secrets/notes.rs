//! All that a platform could write down about calls.

use std::ops::ControlFlow;
use std::time::Duration;

use connector_host::contract::{Body, Header, Outcome, Reply, Request, Response};
use connector_host::{Error, Observer};

use super::memory;
use super::search::Haystack;

#[derive(Default)]
pub struct Notes {
    pub hay: Haystack,
}

impl Notes {
    pub fn outcome(&mut self, outcome: &Outcome) {
        self.hay.add("output", outcome.output.clone());
        if let Some(cursor) = &outcome.cursor {
            self.hay.add("cursor", cursor.clone());
        }
    }

    pub fn failure(&mut self, failure: &Error) {
        self.hay.add("failure", format!("{failure} {failure:?} {failure:#?} {}", failure.json()));
    }

    pub fn reply(&mut self, reply: &Reply) {
        match reply {
            Reply::Response(Response { headers, body, .. }) => {
                for Header { name, value } in headers {
                    self.hay.add("argument", format!("{name}: {value}"));
                }
                self.hay.add("argument", body.clone());
            }
            other => self.hay.add("argument", format!("{other:?}")),
        }
    }
}

/// The instance of the call lives on while the observer looks.
impl Observer for Notes {
    fn page(&mut self, items: &str, _count: u32) -> ControlFlow<()> {
        self.hay.add("page", items.to_owned());
        self.hay.add("memory", memory::of_guests());
        ControlFlow::Continue(())
    }

    fn sending(&mut self, request: &Request) {
        self.hay.add("request", format!("{request:?}"));
        if let Body::Bytes(bytes) = &request.body {
            self.hay.add("request", bytes.clone());
        }
        self.hay.add("memory", memory::of_guests());
    }

    fn waiting(&mut self, _time: Duration, reason: &str) {
        self.hay.add("failure", reason.to_owned());
        self.hay.add("memory", memory::of_guests());
    }
}
