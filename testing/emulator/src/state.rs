//! Everything that one environment knows.

use std::io;
use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::auth::Auth;
use crate::clock::Clock;
use crate::environment::Environment;
use crate::fault::Faults;
use crate::kept::{Kept, Seeded};
use crate::limits::Usage;
use crate::log::Log;
use crate::options::Options;
use crate::pictures::Pictures;
use crate::room::Room;
use crate::token::TokenSpec;
use crate::world::{World, seed};

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
    /// How much more can be kept.
    pub room: Room,
    /// The pictures, where they are here.
    pub pictures: Option<Pictures>,
    /// How many files the storage is receiving.
    pub receiving: usize,
    /// How many answers were given.
    pub answers: u64,
    /// The token of the seeded account.
    pub access_token: String,
    /// Why the file in which it is kept cannot be read or written, as it is now.
    pub trouble: Option<String>,
    kept: Option<Kept>,
}

/// One environment, shared between its listener and its controls.
#[derive(Clone)]
pub struct Shared(Arc<Mutex<State>>);

impl Shared {
    /// Seeds an environment, and recalls what is kept of it. Fails when that cannot be read.
    pub fn new(environment: Environment, options: &Options, clock: Clock) -> io::Result<Shared> {
        let first_id = environment.first_id();
        let world = seed::world(&options.seed, first_id, clock.now());
        let mut auth = Auth::new(&options.redirect_uris, first_id);
        let access_token = auth.issue(TokenSpec::default().grant(clock.now()));
        let kept = options.kept.as_deref().map(|folder| {
            let seed = Seeded { world: world.clone(), auth: auth.clone() };
            Kept::open(folder, environment, seed)
        });
        let state = State {
            environment,
            options: options.clone(),
            world,
            clock,
            auth,
            usage: Usage::default(),
            faults: Faults::default(),
            log: Log::new(options.remembered_requests),
            room: Room::default(),
            pictures: None,
            receiving: 0,
            answers: 0,
            access_token,
            trouble: None,
            kept: kept.transpose()?,
        };
        let shared = Shared(Arc::new(Mutex::new(state)));
        match &shared.lock().trouble {
            Some(trouble) => Err(io::Error::new(io::ErrorKind::InvalidData, trouble.clone())),
            None => Ok(shared.clone()),
        }
    }

    /// Waits for the state, and recalls what other processes have done to it. A panic elsewhere
    /// does not spoil it for others.
    pub fn lock(&self) -> Held<'_> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.recall();
        Held { state, touched: false }
    }
}

/// The state, for as long as this lives. What was changed is kept in the end.
pub struct Held<'s> {
    state: MutexGuard<'s, State>,
    touched: bool,
}

impl Held<'_> {
    /// Keeps what was changed, and tells what went wrong with it.
    pub fn keep(&mut self) -> Option<&str> {
        self.state.remember(std::mem::take(&mut self.touched));
        self.state.trouble.as_deref()
    }
}

impl Deref for Held<'_> {
    type Target = State;

    fn deref(&self) -> &State {
        &self.state
    }
}

impl DerefMut for Held<'_> {
    fn deref_mut(&mut self) -> &mut State {
        self.touched = true;
        &mut self.state
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.keep();
    }
}

impl State {
    fn recall(&mut self) {
        let Some(kept) = &mut self.kept else { return };
        match kept.begin() {
            Ok(None) => self.trouble = None,
            Ok(Some((world, auth))) => {
                let old = std::mem::replace(&mut self.auth, auth);
                (self.auth.codes, self.auth.asked) = (old.codes, old.asked);
                self.world = world;
                self.trouble = None;
            }
            Err(error) => self.trouble = Some(error.to_string()),
        }
    }

    fn remember(&mut self, touched: bool) {
        let Some(kept) = &mut self.kept else { return };
        let done = match touched && self.trouble.is_none() {
            true => kept.end(&self.world, &self.auth),
            false => kept.give_up(),
        };
        if let Err(error) = done {
            self.trouble = Some(error.to_string());
        }
    }
}
