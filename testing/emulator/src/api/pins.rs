//! One pin at a time.

use std::sync::Arc;

use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::Value;

use super::media_source::{CAROUSEL_SLOT, MEDIA_SOURCE, Source};
use super::pin_list::Metrics;
use crate::call::{Call, given};
use crate::reply::{Refusal, Reply};
use crate::shape::{AD_ACCOUNT, Field, PIN_METRICS, Rule, TEXT, may, must};
use crate::world::media::{Media, SlotWords};
use crate::world::{Id, Pin, Text, Words};

const TITLE: Field = may("title", Rule::Text(0, 100)).or_null();
const DESCRIPTION: Field = may("description", Rule::Text(0, 800)).or_null();
const ALT_TEXT: Field = may("alt_text", Rule::Text(0, 500)).or_null();
const LINK: Field = may("link", Rule::Link).or_null();
const BOARD: Field = may("board_id", Rule::Id);
const SECTION: Field = may("board_section_id", Rule::Id).or_null();
const DISCLOSED: Rule =
    Rule::List(&Rule::Choice(&["AI_MODIFIED", "SYNTHETIC_PERFORMER"]), 0, usize::MAX);

/// The query of `pins/get`.
pub const GET: &[Field] = &[AD_ACCOUNT, PIN_METRICS];
/// The body of `pins/create`.
pub const CREATE: Rule = Rule::Object(&[
    Field { required: true, ..BOARD },
    must("media_source", MEDIA_SOURCE),
    SECTION,
    TITLE,
    DESCRIPTION,
    ALT_TEXT,
    LINK,
    may("dominant_color", TEXT).or_null(),
    may("parent_pin_id", Rule::Id).or_null(),
    may("sponsor_id", Rule::Id).or_null(),
    may("ai_disclosures", Rule::Object(&[must("values", DISCLOSED)])),
]);
/// The body of `pins/update`.
pub const UPDATE: Rule = Rule::Object(&[
    BOARD,
    SECTION,
    TITLE,
    DESCRIPTION,
    ALT_TEXT,
    LINK,
    may("carousel_slots", Rule::List(&CAROUSEL_SLOT, 0, 5)),
    may("ai_disclosures", Rule::Object(&[may("values", DISCLOSED)])),
]);
/// The body of `pins/save`.
pub const SAVE: Rule = Rule::Object(&[BOARD.or_null(), SECTION]);

#[derive(Deserialize)]
struct NewPin {
    board_id: String,
    board_section_id: Option<String>,
    media_source: Source,
    parent_pin_id: Option<String>,
    sponsor_id: Option<String>,
    ai_disclosures: Option<Arc<Value>>,
    #[serde(flatten)]
    words: Words,
}

/// Outer None: left as it is. Inner None: taken away.
#[derive(Default, Deserialize)]
#[serde(default)]
struct PinChange {
    board_id: Option<String>,
    #[serde(deserialize_with = "given")]
    board_section_id: Option<Option<String>>,
    #[serde(deserialize_with = "given")]
    title: Option<Option<Text>>,
    #[serde(deserialize_with = "given")]
    description: Option<Option<Text>>,
    #[serde(deserialize_with = "given")]
    alt_text: Option<Option<Text>>,
    #[serde(deserialize_with = "given")]
    link: Option<Option<Text>>,
    carousel_slots: Option<Vec<SlotWords>>,
    ai_disclosures: Option<Arc<Value>>,
}

#[derive(Deserialize)]
struct Target {
    board_id: Option<String>,
    board_section_id: Option<String>,
}

/// `pins/get`
pub fn get(call: &mut Call) -> Result<Reply, Refusal> {
    let with_metrics = call.query::<Metrics>()?.pin_metrics;
    Ok(Reply::ok(&call.pin(call.id("pin_id"))?.view(call.world, with_metrics)))
}

/// `pins/create`
pub fn create(call: &mut Call) -> Result<Reply, Refusal> {
    let new: NewPin = call.body()?;
    if new.sponsor_id.is_some() {
        // Closed beta.
        return Err(Refusal::not_permitted());
    }
    let (board, section) = place(call, Id::read(&new.board_id), new.board_section_id.as_deref())?;
    let parent = new.parent_pin_id.as_deref().map(Id::read);
    if let Some(parent) = parent {
        call.pin(parent)?;
    }
    let media = new.media_source.take(call)?;
    let id = call.world.new_id();
    call.world.add_pin(Pin {
        id,
        created: call.now,
        board,
        section,
        words: new.words,
        parent,
        media,
        ai_disclosures: new.ai_disclosures,
    });
    Ok(Reply::created(&call.pin(id)?.view(call.world, false)))
}

/// `pins/update`
pub fn update(call: &mut Call) -> Result<Reply, Refusal> {
    let change: PinChange = call.body()?;
    let pin = call.pin(call.id("pin_id"))?;
    let id = pin.id;
    call.writable_board_of_pins(pin.board)?;
    match (&pin.media, change.carousel_slots.as_deref()) {
        (Media::Image { .. } | Media::Video { .. }, Some(_)) => {
            return Err(Refusal::invalid("carousel_slots: this Pin is not a carousel"));
        }
        (Media::Carousel { items }, Some(slots)) if slots.len() > items.len() => {
            return Err(Refusal::invalid(format!(
                "carousel_slots: constraint: maxItems={}",
                items.len()
            )));
        }
        _ => {}
    }
    // A pin that changes boards leaves its section, unless a new one is named.
    let moves = change.board_id.is_some() || change.board_section_id.is_some();
    let to_board = change.board_id.as_deref().map_or(pin.board, Id::read);
    let stays = pin.section.filter(|_| to_board == pin.board).map(|section| section.to_string());
    let to_section = change.board_section_id.unwrap_or(stays);
    if moves {
        let (board, section) = place(call, to_board, to_section.as_deref())?;
        call.world.move_pin(id, board, section, call.now);
    }
    let pin = call.world.pins.get_mut(&id).ok_or_else(Refusal::pin_not_found)?;
    let words = &mut pin.words;
    let texts = [
        (&mut words.title, change.title),
        (&mut words.description, change.description),
        (&mut words.alt_text, change.alt_text),
        (&mut words.link, change.link),
    ];
    for (text, change) in texts {
        if let Some(change) = change {
            *text = change;
        }
    }
    pin.ai_disclosures = change.ai_disclosures.or(pin.ai_disclosures.take());
    if let (Media::Carousel { items }, Some(slots)) = (&mut pin.media, change.carousel_slots) {
        items.iter_mut().zip(slots).for_each(|(item, words)| item.words.change(words));
    }
    Ok(Reply::ok(&call.pin(id)?.view(call.world, false)))
}

/// `pins/delete`
pub fn delete(call: &mut Call) -> Result<Reply, Refusal> {
    let pin = call.pin(call.id("pin_id"))?;
    let id = pin.id;
    call.writable_board_of_pins(pin.board)?;
    call.world.remove_pin(id, call.now);
    Ok(Reply::empty(StatusCode::NO_CONTENT))
}

/// `pins/save`: a copy on another board, which names its parent. Believed: the
/// board is needed, although the description lets it be left out.
pub fn save(call: &mut Call) -> Result<Reply, Refusal> {
    let target: Target = call.body()?;
    let pin = call.pin(call.id("pin_id"))?;
    let parent = pin.id;
    let (words, media) = (pin.words.clone(), pin.media.clone());
    let ai_disclosures = pin.ai_disclosures.clone();
    let board =
        target.board_id.ok_or_else(|| Refusal::invalid("'board_id' is a required property"))?;
    let (board, section) = place(call, Id::read(&board), target.board_section_id.as_deref())?;
    let id = call.world.new_id();
    let parent = Some(parent);
    call.world.add_pin(Pin {
        id,
        created: call.now,
        board,
        section,
        words,
        parent,
        media,
        ai_disclosures,
    });
    Ok(Reply::created(&call.pin(id)?.view(call.world, false)))
}

/// A board that the caller may change, and a section of it.
fn place(call: &Call, board: Id, section: Option<&str>) -> Result<(Id, Option<Id>), Refusal> {
    let board = call.writable_board_of_pins(board)?.id;
    let section = section.map(|section| call.section(board, Id::read(section))).transpose()?;
    Ok((board, section))
}
