//! Everything that one environment knows.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::auth::Auth;
use crate::clock::Clock;
use crate::fault::Faults;
use crate::limits::Usage;
use crate::log::Log;
use crate::options::Options;
use crate::world::{World, seed};

/// Which of Pinterest's two environments a listener plays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Environment {
    /// api.pinterest.com, and www.pinterest.com for `/oauth/`.
    Production,
    /// api-sandbox.pinterest.com: its own tokens and data, and fewer operations.
    Sandbox,
}

impl Environment {
    /// The origin of the addresses that this environment gives out for files. It stands
    /// for [`STORAGE_PATH`] on the emulator's own origin: see [`crate::Emulator::places`].
    pub fn storage(self) -> &'static str {
        match self {
            Environment::Production => "https://pinterest-media-upload.s3-accelerate.amazonaws.com",
            Environment::Sandbox => "https://sandbox-media-upload.s3-accelerate.amazonaws.com",
        }
    }
}

/// Where the storage is on each of the emulator's origins.
pub const STORAGE_PATH: &str = "/emulator/storage";

/// Everything that one environment knows.
pub struct State {
    /// Which one.
    pub environment: Environment,
    /// How it was started.
    pub options: Options,
    /// Its time; both environments have the same.
    pub clock: Clock,
    /// The account.
    pub world: World,
    /// Apps and tokens.
    pub auth: Auth,
    /// Rate limits used up.
    pub usage: Usage,
    /// Faults waiting.
    pub faults: Faults,
    /// Requests taken down.
    pub log: Log,
    /// How many files the storage is receiving.
    pub receiving: usize,
    /// How many answers were given.
    pub answers: u64,
}

/// One environment, shared between its listener and its controls.
#[derive(Clone)]
pub struct Shared(Arc<Mutex<State>>);

impl Shared {
    /// Seeds an environment.
    pub fn new(environment: Environment, options: &Options, clock: Clock) -> Shared {
        let first_id = match environment {
            Environment::Production => 813_744_226_420_000_000,
            Environment::Sandbox => 602_118_937_150_000_000,
        };
        let state = State {
            environment,
            options: options.clone(),
            world: seed::world(&options.seed, first_id, clock.now()),
            clock,
            auth: Auth::new(&options.redirect_uris, first_id),
            usage: Usage::default(),
            faults: Faults::default(),
            log: Log::new(options.remembered_requests),
            receiving: 0,
            answers: 0,
        };
        Shared(Arc::new(Mutex::new(state)))
    }

    /// Waits for the state. A panic elsewhere does not spoil it for others.
    pub fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
