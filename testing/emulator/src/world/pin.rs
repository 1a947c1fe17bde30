//! A pin: what is kept of it, and how it looks on the wire.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::media::Media;
use super::{Id, Owner, Text, World};
use crate::clock::Moment;

/// A pin as it is kept: small, since benchmarks keep 100 000.
#[derive(Clone, PartialEq)]
pub struct Pin {
    /// Its id.
    pub id: Id,
    /// When it was made.
    pub created: Moment,
    /// The board that it is on.
    pub board: Id,
    /// The section of the board, if any.
    pub section: Option<Id>,
    /// The words on it.
    pub words: Words,
    /// The pin that it was saved from.
    pub parent: Option<Id>,
    /// What it shows.
    pub media: Media,
    /// What it discloses about made-up images, as given.
    pub ai_disclosures: Option<Arc<Value>>,
}

/// The words on a pin. All may be missing.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Words {
    /// At most 100 characters.
    pub title: Option<Text>,
    /// At most 800 characters.
    pub description: Option<Text>,
    /// Where a click leads.
    pub link: Option<Text>,
    /// For people who cannot see the image, at most 500 characters.
    pub alt_text: Option<Text>,
    /// `#rrggbb`.
    pub dominant_color: Option<Text>,
}

/// A pin on the wire. `is_product`, `is_removable` and `product_tags` are seen
/// there although the description lacks some of them.
#[derive(Serialize)]
pub struct PinView<'w> {
    id: Id,
    created_at: Moment,
    #[serde(flatten)]
    words: &'w Words,
    creative_type: &'static str,
    board_id: Id,
    board_section_id: Option<Id>,
    board_owner: Owner<'w>,
    is_owner: bool,
    media: &'w Media,
    parent_pin_id: Option<Id>,
    is_standard: bool,
    has_been_promoted: bool,
    is_product: bool,
    is_removable: bool,
    product_tags: [(); 0],
    pin_metrics: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ai_disclosures: Option<&'w Value>,
}

impl Pin {
    /// The pin as answered. `pin_metrics` is null unless asked for.
    pub fn view<'w>(&'w self, world: &'w World, with_metrics: bool) -> PinView<'w> {
        PinView {
            id: self.id,
            created_at: self.created,
            words: &self.words,
            creative_type: self.creative_type(),
            board_id: self.board,
            board_section_id: self.section,
            board_owner: Owner { username: &world.username },
            is_owner: true,
            media: &self.media,
            parent_pin_id: self.parent,
            is_standard: true,
            has_been_promoted: false,
            is_product: false,
            is_removable: true,
            product_tags: [],
            pin_metrics: with_metrics.then(|| self.metrics()),
            ai_disclosures: self.ai_disclosures.as_deref(),
        }
    }

    /// The kind of pin, one of the description's creative types.
    pub fn creative_type(&self) -> &'static str {
        match self.media {
            Media::Image { .. } => "REGULAR",
            Media::Video { .. } => "VIDEO",
            Media::Carousel { .. } => "CAROUSEL",
        }
    }

    /// Whether the title or the description has the words, in any case.
    pub fn mentions(&self, lower_case_words: &str) -> bool {
        [&self.words.title, &self.words.description]
            .into_iter()
            .flatten()
            .any(|text| text.to_lowercase().contains(lower_case_words))
    }

    /// Numbers that follow from the id, so that they are the same on every read.
    fn metrics(&self) -> Value {
        let views = self.id.0 % 997;
        json!({
            "90d": { "impression": views, "pin_click": views / 9, "clickthrough": views / 20 },
            "lifetime_metrics": {
                "impression": views * 3, "pin_click": views / 3, "clickthrough": views / 7,
                "reaction": views / 30, "comment": views / 90
            }
        })
    }
}
