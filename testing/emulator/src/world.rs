//! The account's things: boards, their sections, pins.
//!
//! Ids rise with time, so the order of ids is the order of creation and "newest
//! first" is a walk backwards through a set of ids. A page of a board with
//! 100 000 pins costs what the page costs.

pub mod board;
pub mod media;
pub mod pin;
pub mod seed;
pub mod upload;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::clock::Moment;
use crate::seed::Privacy;
use crate::things::store::Store;

pub use board::{Board, Section};
pub use pin::{Pin, Words};
pub use upload::Upload;

/// How far apart ids are, so that nobody counts on neighbours.
pub const STEP: u64 = 7919;

/// Text that many pins can share.
pub type Text = Arc<str>;

/// An id: 18 digits, written as a string.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Id(pub u64);

impl Id {
    /// Reads digits that `check` has let through. An id too long for us names
    /// nothing, as zero does.
    pub fn read(digits: &str) -> Id {
        Id(digits.parse().unwrap_or(0))
    }
}

impl fmt::Display for Id {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(out)
    }
}

impl Serialize for Id {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(value: D) -> Result<Self, D::Error> {
        let text = String::deserialize(value)?;
        text.parse().map(Id).map_err(serde::de::Error::custom)
    }
}

/// The owner of a board on the wire.
#[derive(Serialize)]
pub struct Owner<'w> {
    /// The account's name in addresses.
    pub username: &'w str,
}

/// Everything in one account of one environment.
#[derive(Clone)]
pub struct World {
    /// The account's name in addresses.
    pub username: String,
    /// The account's name for people.
    pub business_name: String,
    /// -1 when Pinterest has not counted yet.
    pub monthly_views: i64,
    /// The account's id.
    pub account: Id,
    /// The one ad account whose owner is this account.
    pub ad_account: Id,
    /// All boards by id.
    pub boards: BTreeMap<Id, Board>,
    /// All pins by id.
    pub pins: BTreeMap<Id, Pin>,
    /// Videos on their way in, by the id of their media.
    pub uploads: BTreeMap<Id, Upload>,
    /// Everything that the facts describe and nobody has written by hand.
    pub store: Store,
    /// When the newest thing was made.
    pub latest: Moment,
    /// The last id that was given.
    pub last_id: u64,
}

impl World {
    /// An empty account. Ids are 18 digits long from the first on.
    pub fn new(
        username: String,
        business_name: String,
        monthly_views: i64,
        first_id: u64,
    ) -> World {
        World {
            username,
            business_name,
            monthly_views,
            account: Id(549_755_813_599),
            ad_account: Id(549_755_885_175),
            boards: BTreeMap::new(),
            pins: BTreeMap::new(),
            uploads: BTreeMap::new(),
            store: Store::seeded(),
            latest: Moment(0),
            last_id: first_id,
        }
    }

    /// Whether an ad account is this account's.
    pub fn has_ad_account(&self, id: &str) -> bool {
        Id::read(id) == self.ad_account || self.store.get("/v5/ad_accounts", id).is_some()
    }

    /// An id that is higher than all before it.
    pub fn new_id(&mut self) -> Id {
        self.last_id += STEP;
        Id(self.last_id)
    }

    /// Adds an empty board. Whether the name is free is the caller's question.
    pub fn add_board(
        &mut self,
        name: String,
        description: Option<String>,
        privacy: Privacy,
        now: Moment,
    ) -> Id {
        self.latest = self.latest.max(now);
        let id = self.new_id();
        let board = Board {
            id,
            name,
            description,
            privacy,
            is_ads_only: false,
            created: now,
            pins_modified: now,
            sections: BTreeMap::new(),
            pins: BTreeSet::new(),
        };
        self.boards.insert(id, board);
        id
    }

    /// Adds an empty section, if there is such a board.
    pub fn add_section(&mut self, board: Id, name: String) -> Option<Id> {
        let id = self.new_id();
        let board = self.boards.get_mut(&board)?;
        board.sections.insert(id, Section { name, pins: BTreeSet::new() });
        Some(id)
    }

    /// Adds a pin and files it under its board and section.
    pub fn add_pin(&mut self, pin: Pin) -> Id {
        let id = pin.id;
        self.latest = self.latest.max(pin.created);
        self.file(&pin, pin.created);
        self.pins.insert(id, pin);
        id
    }

    /// Changes where a pin is filed.
    pub fn move_pin(&mut self, id: Id, board: Id, section: Option<Id>, now: Moment) {
        if let Some(mut pin) = self.remove_pin(id, now) {
            pin.board = board;
            pin.section = section;
            self.file(&pin, now);
            self.pins.insert(id, pin);
        }
    }

    /// Takes a pin away.
    pub fn remove_pin(&mut self, id: Id, now: Moment) -> Option<Pin> {
        let pin = self.pins.remove(&id)?;
        if let Some(board) = self.boards.get_mut(&pin.board) {
            board.pins.remove(&id);
            board.pins_modified = now;
            if let Some(section) = pin.section.and_then(|section| board.sections.get_mut(&section))
            {
                section.pins.remove(&id);
            }
        }
        Some(pin)
    }

    /// Takes a board away with its pins.
    pub fn remove_board(&mut self, id: Id) {
        for pin in self.boards.remove(&id).into_iter().flat_map(|board| board.pins) {
            self.pins.remove(&pin);
        }
    }

    /// Takes a section away with its pins. Believed: Pinterest's own pages do so.
    pub fn remove_section(&mut self, board: Id, section: Id, now: Moment) {
        let removed = self.boards.get_mut(&board).and_then(|board| board.sections.remove(&section));
        for pin in removed.into_iter().flat_map(|section| section.pins) {
            self.remove_pin(pin, now);
        }
    }

    /// Files every pin anew. A pin whose board is gone goes too.
    pub fn file_all(&mut self) {
        for board in self.boards.values_mut() {
            board.pins.clear();
            board.sections.values_mut().for_each(|section| section.pins.clear());
        }
        self.pins.retain(|id, pin| {
            let Some(board) = self.boards.get_mut(&pin.board) else {
                return false;
            };
            board.pins.insert(*id);
            if let Some(section) = pin.section.and_then(|section| board.sections.get_mut(&section))
            {
                section.pins.insert(*id);
            }
            true
        });
    }

    /// About how many bytes it takes to keep everything.
    pub fn weight(&self) -> usize {
        let text = |text: &Option<Text>| text.as_ref().map_or(0, |text| text.len());
        let pin = |pin: &Pin| {
            let words = &pin.words;
            let texts = [&words.title, &words.description, &words.link, &words.alt_text];
            let disclosed = pin.ai_disclosures.as_ref().map_or(0, |value| value.to_string().len());
            400 + disclosed + texts.into_iter().map(text).sum::<usize>()
        };
        let board = |board: &Board| {
            let sections = board.sections.values().map(|section| 160 + section.name.len());
            let description = board.description.as_ref().map_or(0, String::len);
            300 + board.name.len() + description + sections.sum::<usize>()
        };
        self.pins.values().map(pin).sum::<usize>()
            + self.boards.values().map(board).sum::<usize>()
            + self.uploads.len() * 1_200
            + self.store.weight()
    }

    fn file(&mut self, pin: &Pin, now: Moment) {
        if let Some(board) = self.boards.get_mut(&pin.board) {
            board.pins.insert(pin.id);
            board.pins_modified = now;
            if let Some(section) = pin.section.and_then(|section| board.sections.get_mut(&section))
            {
                section.pins.insert(pin.id);
            }
        }
    }
}
