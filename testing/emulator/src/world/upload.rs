//! A video on its way in.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Id;
use crate::clock::Moment;

/// How long processing takes at most, in seconds; or until somebody has looked.
const TAKES_S: i64 = 60;

/// A video on its way in. Nothing is kept of the file.
#[derive(Clone, Serialize, Deserialize)]
pub struct Upload {
    /// What the form must hold, exactly.
    pub parameters: BTreeMap<String, String>,
    /// How often the whole file has come.
    pub arrivals: u64,
    /// The status that somebody has set.
    settled: Option<String>,
    state: State,
}

#[derive(Clone, Copy, Serialize, Deserialize)]
enum State {
    Registered,
    Processing { since: Moment, was_seen: bool },
    Succeeded,
}

impl Upload {
    /// A video of which nothing has come yet.
    pub fn new(id: Id, now: Moment) -> Upload {
        let day = now.date().strftime("%Y%m%d");
        let parameters = [
            ("Content-Type", "multipart/form-data".to_owned()),
            ("key", format!("uploads/{id}.mp4")),
            ("policy", format!("policy-{id}")),
            ("x-amz-algorithm", "AWS4-HMAC-SHA256".to_owned()),
            ("x-amz-credential", format!("emulator/{day}/s3/aws4_request")),
            ("x-amz-date", format!("{day}T000000Z")),
            ("x-amz-security-token", format!("token-{id}")),
            ("x-amz-signature", format!("signature-{id}")),
        ];
        Upload {
            parameters: parameters.map(|(name, value)| (name.to_owned(), value)).into(),
            arrivals: 0,
            settled: None,
            state: State::Registered,
        }
    }

    /// The whole file has come.
    pub fn arrive(&mut self, now: Moment) {
        self.arrivals += 1;
        self.state = State::Processing { since: now, was_seen: false };
    }

    /// Sets its status, for good.
    pub fn settle(&mut self, status: &str) {
        self.settled = Some(status.to_owned());
    }

    /// Somebody looks: once more it is still under way, unless time has passed.
    pub fn look(&mut self, now: Moment) {
        if let State::Processing { since, was_seen } = self.state {
            self.state = match was_seen || now >= since.plus_s(TAKES_S) {
                true => State::Succeeded,
                false => State::Processing { since, was_seen: true },
            };
        }
    }

    /// Whether a pin can show it.
    pub fn is_ready(&self, now: Moment) -> bool {
        match self.state {
            State::Processing { since, .. } if self.settled.is_none() => {
                now >= since.plus_s(TAKES_S)
            }
            _ => self.status() == "succeeded",
        }
    }

    /// `registered`, `processing`, `succeeded` or `failed`.
    pub fn status(&self) -> &str {
        let status = match self.state {
            State::Registered => "registered",
            State::Processing { .. } => "processing",
            State::Succeeded => "succeeded",
        };
        self.settled.as_deref().unwrap_or(status)
    }
}
