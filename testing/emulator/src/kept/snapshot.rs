//! What differs from the seed, as JSON.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Seeded;
use super::media::KeptMedia;
use crate::auth::{Auth, Grant};
use crate::clock::{Clock, Moment};
use crate::seed::Privacy;
use crate::things::key::Key;
use crate::things::started::{Begun, Started};
use crate::world::{Board, Id, Pin, STEP, Section, Upload, Words, World};

/// To be raised with every change of the seed or of what is kept.
const VERSION: u32 = 1;

/// What differs from the seed.
#[derive(Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Snapshot {
    version: u32,
    last_id: u64,
    minted: u64,
    latest: Option<Moment>,
    boards: BTreeMap<Id, KeptBoard>,
    pins: BTreeMap<Id, KeptPin>,
    /// Boards and pins of the seed that are gone.
    gone: BTreeSet<Id>,
    uploads: BTreeMap<Id, Upload>,
    collections: BTreeMap<String, Vec<(String, Value)>>,
    jobs: Vec<(String, String, Begun)>,
    access: BTreeMap<String, Grant>,
    refresh: BTreeMap<String, Grant>,
}

/// Alone, to see whether the rest can be read.
#[derive(Deserialize)]
struct Versioned {
    version: u32,
}

#[derive(Serialize, Deserialize, PartialEq)]
struct KeptBoard {
    name: String,
    description: Option<String>,
    privacy: Privacy,
    is_ads_only: bool,
    created: Moment,
    pins_modified: Moment,
    sections: BTreeMap<Id, String>,
}

#[derive(Serialize, Deserialize)]
struct KeptPin {
    created: Moment,
    board: Id,
    section: Option<Id>,
    words: Words,
    parent: Option<Id>,
    media: KeptMedia,
    ai_disclosures: Option<Arc<Value>>,
}

impl Snapshot {
    /// Reads a file's content; None when another version wrote it.
    pub fn read(content: &[u8]) -> serde_json::Result<Option<Snapshot>> {
        let Versioned { version } = serde_json::from_slice(content)?;
        match version == VERSION {
            true => serde_json::from_slice(content).map(Some),
            false => Ok(None),
        }
    }

    /// The content of a file.
    pub fn text(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("what the emulator holds is always JSON")
    }

    /// Nothing but the numbers that go on after what is forgotten. What nobody can read has given
    /// no more ids than one in a millisecond.
    pub fn after(old: Option<&Snapshot>, first_id: u64) -> Snapshot {
        let seconds = Clock::default().now().seconds().unsigned_abs();
        let (last_id, minted) = match old {
            Some(old) => (old.last_id, old.minted),
            None => (first_id + (seconds - 1_700_000_000) * 1000 * STEP, seconds),
        };
        Snapshot { version: VERSION, last_id, minted, ..Snapshot::default() }
    }

    /// What differs from the seed in an environment.
    pub fn of(seed: &Seeded, world: &World, auth: &Auth) -> Snapshot {
        let old = &seed.world;
        let differs = |board: &Board| {
            old.boards.get(&board.id).is_none_or(|old| KeptBoard::of(old) != KeptBoard::of(board))
        };
        let boards = world.boards.values().filter(|board| differs(board));
        let pins = world.pins.values().filter(|pin| old.pins.get(&pin.id) != Some(pin));
        let gone_boards = old.boards.keys().filter(|id| !world.boards.contains_key(id));
        let gone_pins = old.pins.keys().filter(|id| !world.pins.contains_key(id));
        let list = |(key, thing): (&Key, &Value)| (key.text().to_owned(), thing.clone());
        let collections = world.store.all_changed();
        let jobs = world.store.jobs.iter().map(|(key, job)| {
            let (kind, begun) = job.kept();
            (key.text().to_owned(), kind.to_owned(), begun.clone())
        });
        let own = &seed.auth.access;
        let access = auth.access.iter().filter(|(token, _)| !own.contains_key(*token));
        Snapshot {
            version: VERSION,
            last_id: world.last_id,
            minted: auth.minted,
            latest: Some(world.latest),
            boards: boards.map(|board| (board.id, KeptBoard::of(board))).collect(),
            pins: pins.map(|pin| (pin.id, KeptPin::of(pin))).collect(),
            gone: gone_boards.chain(gone_pins).copied().collect(),
            uploads: world.uploads.clone(),
            collections: collections
                .map(|(path, things)| (path.clone(), things.iter().map(list).collect()))
                .collect(),
            jobs: jobs.collect(),
            access: access.map(|(token, grant)| (token.clone(), Grant::clone(grant))).collect(),
            refresh: auth.refresh.clone().into_iter().collect(),
        }
    }

    /// The environment that differs so from the seed.
    pub fn apply(self, seed: &Seeded) -> (World, Auth) {
        let mut world = seed.world.clone();
        world.last_id = world.last_id.max(self.last_id);
        world.latest = self.latest.unwrap_or(world.latest);
        for id in &self.gone {
            world.boards.remove(id);
            world.pins.remove(id);
        }
        world.boards.extend(self.boards.into_iter().map(|(id, board)| (id, board.again(id))));
        world.pins.extend(self.pins.into_iter().map(|(id, pin)| (id, pin.again(id))));
        world.file_all();
        world.uploads = self.uploads;
        for (path, things) in self.collections {
            let things = things.into_iter().map(|(key, thing)| (Key::new(&key), thing));
            *world.store.at(&path) = things.collect();
        }
        let job = |(handle, kind, begun): (String, String, Begun)| {
            Some((Key::new(&handle), Started::again(&kind, begun)?))
        };
        world.store.jobs = self.jobs.into_iter().filter_map(job).collect();
        let mut auth = seed.auth.clone();
        auth.minted = auth.minted.max(self.minted);
        auth.access.extend(self.access.into_iter().map(|(token, grant)| (token, Arc::new(grant))));
        auth.refresh = HashMap::from_iter(self.refresh);
        (world, auth)
    }
}

impl KeptBoard {
    fn of(board: &Board) -> KeptBoard {
        let sections = board.sections.iter();
        KeptBoard {
            name: board.name.clone(),
            description: board.description.clone(),
            privacy: board.privacy,
            is_ads_only: board.is_ads_only,
            created: board.created,
            pins_modified: board.pins_modified,
            sections: sections.map(|(id, section)| (*id, section.name.clone())).collect(),
        }
    }

    fn again(self, id: Id) -> Board {
        let section = |(id, name)| (id, Section { name, pins: BTreeSet::new() });
        Board {
            id,
            name: self.name,
            description: self.description,
            privacy: self.privacy,
            is_ads_only: self.is_ads_only,
            created: self.created,
            pins_modified: self.pins_modified,
            sections: self.sections.into_iter().map(section).collect(),
            pins: BTreeSet::new(),
        }
    }
}

impl KeptPin {
    fn of(pin: &Pin) -> KeptPin {
        KeptPin {
            created: pin.created,
            board: pin.board,
            section: pin.section,
            words: pin.words.clone(),
            parent: pin.parent,
            media: KeptMedia::from(&pin.media),
            ai_disclosures: pin.ai_disclosures.clone(),
        }
    }

    fn again(self, id: Id) -> Pin {
        Pin {
            id,
            created: self.created,
            board: self.board,
            section: self.section,
            words: self.words,
            parent: self.parent,
            media: self.media.into(),
            ai_disclosures: self.ai_disclosures,
        }
    }
}
