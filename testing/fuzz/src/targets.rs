//! What is tried, and what it takes.

use serde::{Deserialize, Serialize};

use crate::check;
use crate::host::{self, HostInput};
use crate::input::Input;
use crate::made;
use crate::rng::Rng;
use crate::seeds::Seeds;

/// One thing to be done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Work {
    /// A call of the component.
    Component(Input),
    /// A call of the host or the command line.
    Host(HostInput),
}

impl Work {
    /// Does it, and says what is wrong with what came of it.
    pub fn run(self) -> Result<(), String> {
        match self {
            Work::Component(input) => check::outcome(&input.call()),
            Work::Host(input) => host::run(&input),
        }
    }
}

/// A part of the component, the host or the command line that reads what others wrote.
pub struct Target {
    /// Its name, and that of its folder in the corpus.
    pub name: &'static str,
    make: Make,
}

enum Make {
    Component(fn(&Seeds, &mut Rng) -> Input),
    Host(fn(&mut Rng) -> HostInput),
}

impl Target {
    /// Makes an input.
    pub fn make(&self, seeds: &Seeds, rng: &mut Rng) -> Work {
        match self.make {
            Make::Component(make) => Work::Component(make(seeds, rng)),
            Make::Host(make) => Work::Host(make(rng)),
        }
    }

    /// Whether it calls the component.
    pub fn is_of_component(&self) -> bool {
        matches!(self.make, Make::Component(_))
    }
}

/// Every target.
pub const TARGETS: &[Target] = &[
    Target { name: "start", make: Make::Component(made::start) },
    Target { name: "replies", make: Make::Component(made::replies) },
    Target { name: "damaged", make: Make::Component(made::damaged) },
    Target { name: "forged", make: Make::Component(made::forged) },
    Target { name: "rows", make: Make::Component(made::rows) },
    Target { name: "cursors", make: Make::Component(made::cursors) },
    Target { name: "deliveries", make: Make::Component(made::deliveries) },
    Target { name: "choices", make: Make::Component(made::choices) },
    Target { name: "redirects", make: Make::Host(host::redirect) },
    Target { name: "listener", make: Make::Host(host::listener) },
    Target { name: "tokens", make: Make::Host(host::tokens) },
    Target { name: "limits", make: Make::Host(host::limits) },
    Target { name: "blobs", make: Make::Host(host::blob) },
    Target { name: "routes", make: Make::Host(host::route) },
    Target { name: "curl", make: Make::Host(host::curl) },
];
