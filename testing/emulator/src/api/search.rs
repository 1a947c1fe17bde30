//! Search in the account's own things. The sandbox has none of it.

use serde::Deserialize;

use super::boards;
use super::pin_list;
use crate::call::Call;
use crate::page::End;
use crate::reply::{Refusal, Reply};
use crate::shape::{AD_ACCOUNT, BOOKMARK, Field, PAGE_SIZE, TEXT, may, must};
use crate::world::{Id, Pin};

/// The query of `search_user_boards/get`.
pub const BOARDS: &[Field] = &[AD_ACCOUNT, BOOKMARK, PAGE_SIZE, may("query", TEXT)];
/// The query of `search_user_pins/list`, which has no `page_size`.
pub const PINS: &[Field] = &[AD_ACCOUNT, BOOKMARK, must("query", TEXT)];

#[derive(Deserialize)]
struct Search {
    #[serde(default)]
    query: String,
}

/// `search_user_boards/get`: boards by name.
pub fn boards(call: &mut Call) -> Result<Reply, Refusal> {
    let words = call.query::<Search>()?.query.to_lowercase();
    boards::by_name(call, End::AtEmptyPage, |board| board.name.to_lowercase().contains(&words))
}

/// `search_user_pins/list`: pins by title or description, or by comma-separated ids.
pub fn pins(call: &mut Call) -> Result<Reply, Refusal> {
    let words = call.query::<Search>()?.query.to_lowercase();
    let ids: Option<Vec<u64>> = words.split(',').map(|id| id.trim().parse().ok()).collect();
    let keep = |pin: &Pin| match &ids {
        Some(ids) => ids.iter().any(|id| pin.id == Id(*id)),
        None => pin.mentions(&words),
    };
    pin_list::newest_first(call, |before| call.world.pins.range(before).map(|(id, _)| id), keep)
}
