//! How an emulator is started.

use std::path::PathBuf;

use serde::Deserialize;

pub use crate::limits::Limits;
use crate::seed::Seed;

/// How an emulator is started. The default behaves like the real thing.
#[derive(Clone, Debug)]
pub struct Options {
    /// The port of the production listener on 127.0.0.1; 0 takes a free one. The
    /// sandbox listener always takes a free one.
    pub port: u16,
    /// What the account holds at first.
    pub seed: Seed,
    /// How many calls are let through.
    pub limits: Limits,
    /// After how many items a list refuses to go on; None lifts this.
    pub page_cap: Option<usize>,
    /// Pages are no longer than this, also where more is asked for.
    pub largest_page: Option<usize>,
    /// How many rows the result of a job has, all of them made up; None for a report of what it was
    /// asked for, and three of anything else.
    pub result_rows: Option<usize>,
    /// Who answers when an app asks for access.
    pub consent: Consent,
    /// The exact addresses to which codes may be sent. More can be added later
    /// through `Control::register_redirect_uri`.
    pub redirect_uris: Vec<String>,
    /// How many requests are remembered, as long as they take no more than 16 MiB; older ones are
    /// forgotten. Counts go on.
    pub remembered_requests: usize,
    /// Whether the addresses of pictures lead to the emulator itself, which then keeps those that are
    /// uploaded and draws the others. Otherwise they are addresses as Pinterest's, which [`crate::Emulator::places`] leads here, where all are drawn.
    pub pictures: bool,
    /// The folder in which the account is kept, so that it outlasts the process and other processes
    /// see what is done to it; None keeps it in memory.
    pub kept: Option<PathBuf>,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            port: 0,
            seed: Seed::default(),
            limits: Limits::default(),
            page_cap: Some(100_000),
            largest_page: None,
            result_rows: None,
            consent: Consent::Ask,
            redirect_uris: vec![
                "http://localhost:8085/".to_owned(),
                "http://127.0.0.1:8085/".to_owned(),
            ],
            remembered_requests: 10_000,
            pictures: false,
            kept: None,
        }
    }
}

impl Options {
    /// For benchmarks: no limit is reached, and few requests are remembered.
    pub fn for_bench() -> Options {
        Options {
            limits: Limits::lifted(),
            page_cap: None,
            remembered_requests: 16,
            ..Options::default()
        }
    }
}

/// Who answers when an app asks for access.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Consent {
    /// A person, on a page with two buttons.
    Ask,
    /// The emulator, at once: yes.
    Allow,
    /// The emulator, at once: no.
    Deny,
}
