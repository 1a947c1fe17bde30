//! The side door: what tests and benchmarks do behind Pinterest's back.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;

use crate::fault::Fault;
use crate::log::Recorded;
use crate::options::Consent;
use crate::seed::SeedBoard;
use crate::state::Shared;
use crate::things::key::Key;
use crate::token::TokenSpec;
use crate::world::media::{Image, Media};
use crate::world::{Id, Pin, Words, seed};

/// Reaches into one environment. Clones reach into the same.
#[derive(Clone)]
pub struct Control {
    shared: Shared,
}

/// A pin that another client makes.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OutsidePin {
    /// The board's id.
    pub board_id: String,
    /// The section's id, if it goes into one.
    #[serde(default)]
    pub board_section_id: Option<String>,
    /// Its title.
    #[serde(default)]
    pub title: Option<String>,
    /// Its description.
    #[serde(default)]
    pub description: Option<String>,
    /// Where a click leads.
    #[serde(default)]
    pub link: Option<String>,
}

impl Control {
    pub(crate) fn new(shared: Shared) -> Control {
        Control { shared }
    }

    /// Lets something go wrong with the requests to come.
    pub fn fault(&self, fault: Fault) {
        if fault.times > 0 {
            self.shared.lock().faults.waiting.push(fault);
        }
    }

    /// Faults that have not struck as often as they will.
    pub fn waiting_faults(&self) -> Vec<Fault> {
        self.shared.lock().faults.waiting.clone()
    }

    /// Takes back all faults.
    pub fn clear_faults(&self) {
        self.shared.lock().faults.waiting.clear();
    }

    /// The last requests, oldest first.
    pub fn requests(&self) -> Vec<Recorded> {
        self.shared.lock().log.requests.iter().cloned().collect()
    }

    /// How often each operation was asked for, by method and path template; paths
    /// without an operation are under `*`.
    pub fn counts(&self) -> BTreeMap<(String, &'static str), u64> {
        self.shared.lock().log.counts.clone()
    }

    /// How often one operation was asked for.
    pub fn count(&self, method: &str, template: &str) -> u64 {
        let counts = self.counts();
        let found = counts.iter().find(|((found, path), _)| found == method && *path == template);
        found.map_or(0, |(_, count)| *count)
    }

    /// How often the whole file of each registered video has come to the storage, by media id.
    pub fn arrivals(&self) -> BTreeMap<String, u64> {
        let state = self.shared.lock();
        let uploads = state.world.uploads.iter();
        uploads.map(|(id, upload)| (id.to_string(), upload.arrivals)).collect()
    }

    /// How many videos the storage is receiving, also from those that are gone and have sent more
    /// than it has read.
    pub fn receiving(&self) -> usize {
        self.shared.lock().receiving
    }

    /// Forgets all requests and counts.
    pub fn forget_requests(&self) {
        self.shared.lock().log.clear();
    }

    /// Puts so many made-up pins on a board. Nothing happens without such a board.
    pub fn seed_pins(&self, board_id: &str, count: usize) {
        let state = &mut *self.shared.lock();
        seed::pins(&mut state.world, Id::read(board_id), count, state.clock.now());
    }

    /// Adds a board with its sections and made-up pins, and gives its id.
    pub fn add_board(&self, board: &SeedBoard) -> String {
        let state = &mut *self.shared.lock();
        let now = state.clock.now();
        let id = seed::board(&mut state.world, board, None, now);
        seed::pins(&mut state.world, id, board.pins, now);
        id.to_string()
    }

    /// The id of the board with this name.
    pub fn board_id(&self, name: &str) -> Option<String> {
        let state = self.shared.lock();
        let board = state.world.boards.values().find(|board| board.name == name)?;
        Some(board.id.to_string())
    }

    /// Adds a pin as another client would, now, and gives its id. None when there
    /// is no such board, or the board has no such section.
    pub fn add_pin(&self, pin: OutsidePin) -> Option<String> {
        let state = &mut *self.shared.lock();
        let board = state.world.boards.get(&Id::read(&pin.board_id))?;
        let section = pin.board_section_id.as_deref().map(Id::read);
        if section.is_some_and(|section| !board.sections.contains_key(&section)) {
            return None;
        }
        let board = board.id;
        let id = state.world.new_id();
        let words = Words {
            title: pin.title.map(Into::into),
            description: pin.description.map(Into::into),
            link: pin.link.map(Into::into),
            ..Words::default()
        };
        state.world.add_pin(Pin {
            id,
            created: state.clock.now(),
            board,
            section,
            words,
            parent: None,
            media: Media::Image { images: Image(id.0) },
            ai_disclosures: None,
        });
        Some(id.to_string())
    }

    /// Takes a pin away as another client would. False when there is none.
    pub fn remove_pin(&self, pin_id: &str) -> bool {
        let state = &mut *self.shared.lock();
        state.world.remove_pin(Id::read(pin_id), state.clock.now()).is_some()
    }

    /// Takes a board away with its pins, as another client would.
    pub fn remove_board(&self, board_id: &str) {
        self.shared.lock().world.remove_board(Id::read(board_id));
    }

    /// Makes these the things of the list at a path, by their keys: for all lists but those of
    /// boards, sections, pins and media. The list is in the order of the keys, shorter ones first.
    ///
    /// Under the path at which a job begins they are the rows of its result. Under that of any other
    /// question they are the answers to it, by what its query must have.
    pub fn keep_all(&self, path: &str, things: impl IntoIterator<Item = (String, Value)>) {
        let things = things.into_iter().map(|(key, thing)| (Key::new(&key), thing)).collect();
        *self.shared.lock().world.store.at(path) = things;
    }

    /// Adds a thing to the list at a path or replaces the one with its key: see
    /// [`Control::keep_all`].
    pub fn keep(&self, path: &str, key: &str, thing: Value) {
        self.shared.lock().world.store.at(path).insert(Key::new(key), thing);
    }

    /// Takes a thing away from the list at a path. False when there is none.
    pub fn remove(&self, path: &str, key: &str) -> bool {
        let store = &mut self.shared.lock().world.store;
        !store.lacks(path, key) && store.at(path).remove(&Key::new(key)).is_some()
    }

    /// Sets how far Pinterest is with a video, by its media id, or with a job, by its handle; it
    /// stays so. False when there is none.
    pub fn settle(&self, id: &str, state: &str) -> bool {
        let world = &mut self.shared.lock().world;
        let upload = world.uploads.get_mut(&Id::read(id)).map(|upload| upload.settle(state));
        upload
            .or_else(|| world.store.jobs.get_mut(&Key::new(id)).map(|job| job.settle(state)))
            .is_some()
    }

    /// Issues an access token.
    pub fn issue_token(&self, spec: TokenSpec) -> String {
        let state = &mut *self.shared.lock();
        let grant = spec.grant(state.clock.now());
        state.auth.issue(grant)
    }

    /// Takes back what a person has granted to apps, as they do on Pinterest's page of connected
    /// apps: no access token and no refresh token of theirs works any more.
    pub fn revoke_grants(&self) {
        let auth = &mut self.shared.lock().auth;
        auth.access.retain(|_, grant| !grant.by_user);
        auth.refresh.clear();
        auth.codes.clear();
    }

    /// Says how `/oauth/` is answered from now on.
    pub fn set_consent(&self, consent: Consent) {
        self.shared.lock().options.consent = consent;
    }

    /// Lets codes be sent to one more address.
    pub fn register_redirect_uri(&self, uri: &str) {
        for app in &mut self.shared.lock().auth.apps {
            app.redirect_uris.push(uri.to_owned());
        }
    }

    /// The client id and secret of the app with Standard access.
    pub fn client(&self) -> (String, String) {
        let state = self.shared.lock();
        let app = &state.auth.apps[0];
        (app.client_id.clone(), app.client_secret.clone())
    }

    /// The id of the ad account whose owner is this account.
    pub fn ad_account_id(&self) -> String {
        self.shared.lock().world.ad_account.to_string()
    }

    /// Lets time pass at once, in both environments.
    pub fn advance(&self, by: Duration) {
        self.shared.lock().clock.advance(by);
    }
}
