//! Boards and their sections: what is kept of them, and how they look on the wire.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::media::Address;
use super::{Id, Owner, World};
use crate::clock::Moment;
use crate::seed::Privacy;

/// A board.
#[derive(Clone)]
pub struct Board {
    /// Its id.
    pub id: Id,
    /// Its name, unique in the account.
    pub name: String,
    /// What it is about.
    pub description: Option<String>,
    /// Who may see it.
    pub privacy: Privacy,
    /// Whether it holds pins for ads only.
    pub is_ads_only: bool,
    /// When it was made.
    pub created: Moment,
    /// When a pin was last added or removed.
    pub pins_modified: Moment,
    /// Its sections, oldest first.
    pub sections: BTreeMap<Id, Section>,
    /// Its pins, those in sections too.
    pub pins: BTreeSet<Id>,
}

/// A part of a board.
#[derive(Clone)]
pub struct Section {
    /// Its name.
    pub name: String,
    /// The board's pins that are in it.
    pub pins: BTreeSet<Id>,
}

/// A board on the wire.
#[derive(Serialize)]
pub struct BoardView<'w> {
    id: Id,
    name: &'w str,
    description: Option<&'w str>,
    owner: Owner<'w>,
    created_at: Moment,
    board_pins_modified_at: Moment,
    privacy: Privacy,
    is_ads_only: bool,
    pin_count: usize,
    follower_count: usize,
    collaborator_count: usize,
    media: Cover,
}

#[derive(Serialize)]
struct Cover {
    image_cover_url: Option<Address>,
    pin_thumbnail_urls: Vec<Address>,
}

impl Board {
    /// The board as answered.
    pub fn view<'w>(&'w self, world: &'w World) -> BoardView<'w> {
        let newest =
            self.pins.iter().rev().filter_map(|id| world.pins.get(id)).map(|pin| pin.media.cover());
        let media = Cover {
            image_cover_url: newest.clone().next().map(|image| image.at("400x300")),
            pin_thumbnail_urls: newest.take(5).map(|image| image.at("150x150")).collect(),
        };
        BoardView {
            id: self.id,
            name: &self.name,
            description: self.description.as_deref(),
            owner: Owner { username: &world.username },
            created_at: self.created,
            board_pins_modified_at: self.pins_modified,
            privacy: self.privacy,
            is_ads_only: self.is_ads_only,
            pin_count: self.pins.len(),
            follower_count: 0,
            collaborator_count: 0,
            media,
        }
    }
}
