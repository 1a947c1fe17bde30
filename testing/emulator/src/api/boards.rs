//! Boards.

use axum::http::StatusCode;
use serde::Deserialize;

use super::pin_list::{self, ListQuery};
use crate::call::{Call, given};
use crate::page::End;
use crate::reply::{Refusal, Reply};
use crate::seed::Privacy;
use crate::shape::{
    AD_ACCOUNT, BOOKMARK, CREATIVE_TYPES, Field, PAGE_SIZE, PIN_METRICS, Rule, TEXT, may, must,
};
use crate::world::{Board, Id};

/// The query of `boards/list`.
pub const LIST: &[Field] = &[
    AD_ACCOUNT,
    BOOKMARK,
    PAGE_SIZE,
    may("privacy", Rule::Choice(&["ALL", "PUBLIC", "PROTECTED", "SECRET", "PUBLIC_AND_SECRET"])),
];
/// The query of `boards/list_pins`.
pub const LIST_PINS: &[Field] = &[AD_ACCOUNT, BOOKMARK, PAGE_SIZE, PIN_METRICS, CREATIVE_TYPES];
/// The body of `boards/create`.
pub const CREATE: Rule = Rule::Object(&[
    must("name", Rule::Text(1, usize::MAX)),
    may("description", TEXT).or_null(),
    may("privacy", Rule::Choice(&["PUBLIC", "PROTECTED", "SECRET"])),
    may("is_ads_only", Rule::Flag),
]);
/// The body of `boards/update`.
pub const UPDATE: Rule = Rule::Object(&[
    may("name", Rule::Text(1, usize::MAX)),
    may("description", TEXT).or_null(),
    may("privacy", Rule::Choice(&["PUBLIC", "SECRET"])),
]);

#[derive(Deserialize)]
struct ListBoards {
    privacy: Option<String>,
}

#[derive(Deserialize)]
struct NewBoard {
    name: String,
    description: Option<String>,
    privacy: Option<Privacy>,
    #[serde(default)]
    is_ads_only: bool,
}

#[derive(Deserialize)]
struct BoardChange {
    name: Option<String>,
    /// Outer None: left as it is. Inner None: taken away.
    #[serde(default, deserialize_with = "given")]
    description: Option<Option<String>>,
    privacy: Option<Privacy>,
}

/// `boards/list`, in the order of names, as seen on the wire.
pub fn list(call: &mut Call) -> Result<Reply, Refusal> {
    let wanted = call.query::<ListBoards>()?.privacy;
    let wanted = wanted.as_deref().unwrap_or("ALL");
    by_name(call, End::AtLastItem, |board| match board.privacy {
        Privacy::Public => matches!(wanted, "ALL" | "PUBLIC" | "PUBLIC_AND_SECRET"),
        Privacy::Protected => matches!(wanted, "ALL" | "PROTECTED"),
        Privacy::Secret => matches!(wanted, "ALL" | "SECRET" | "PUBLIC_AND_SECRET"),
    })
}

/// A page of the boards that the caller sees and that pass a filter.
pub fn by_name(call: &Call, end: End, keep: impl Fn(&Board) -> bool) -> Result<Reply, Refusal> {
    let page = call.page()?;
    let visible = call.world.boards.values();
    let visible = visible.filter(|board| call.sees(board, &["boards:read_secret"]) && keep(board));
    let mut boards: Vec<_> =
        visible.map(|board| (format!("{}/{}", board.name, board.id), board)).collect();
    boards.sort_by(|(a, _), (b, _)| a.cmp(b));
    let rest = boards
        .into_iter()
        .filter(|(position, _)| page.after.as_ref().is_none_or(|after| position > after));
    Ok(page.reply(end, rest.map(|(position, board)| (position, board.view(call.world)))))
}

/// `boards/get`
pub fn get(call: &mut Call) -> Result<Reply, Refusal> {
    let board = call.board(call.id("board_id"))?;
    Ok(Reply::ok(&board.view(call.world)))
}

/// `boards/create`. The name and privacy of a board for ads only are Pinterest's.
pub fn create(call: &mut Call) -> Result<Reply, Refusal> {
    let new: NewBoard = call.body()?;
    let (name, privacy) = match new.is_ads_only {
        true => ("Ad-only Pins".to_owned(), Privacy::Protected),
        false => (new.name, new.privacy.unwrap_or(Privacy::Public)),
    };
    name_is_free(call, &name, None)?;
    may_make(call, privacy)?;
    let id = call.world.add_board(name, new.description, privacy, call.now);
    if let Some(board) = call.world.boards.get_mut(&id) {
        board.is_ads_only = new.is_ads_only;
    }
    Ok(Reply::created(&call.board(id)?.view(call.world)))
}

/// `boards/update`
pub fn update(call: &mut Call) -> Result<Reply, Refusal> {
    let id = call.writable_board(call.id("board_id"))?.id;
    let change: BoardChange = call.body()?;
    if let Some(name) = &change.name {
        name_is_free(call, name, Some(id))?;
    }
    if let Some(privacy) = change.privacy {
        may_make(call, privacy)?;
    }
    if let Some(board) = call.world.boards.get_mut(&id) {
        board.name = change.name.unwrap_or_else(|| std::mem::take(&mut board.name));
        board.privacy = change.privacy.unwrap_or(board.privacy);
        board.description = change.description.unwrap_or_else(|| board.description.take());
    }
    Ok(Reply::ok(&call.board(id)?.view(call.world)))
}

/// `boards/delete`
pub fn delete(call: &mut Call) -> Result<Reply, Refusal> {
    let id = call.writable_board(call.id("board_id"))?.id;
    call.world.remove_board(id);
    Ok(Reply::empty(StatusCode::NO_CONTENT))
}

/// `boards/list_pins`: newest first, those in sections too.
pub fn list_pins(call: &mut Call) -> Result<Reply, Refusal> {
    let query: ListQuery = call.query()?;
    let board = call.board_of_pins(call.id("board_id"))?;
    pin_list::newest_first(call, |before| board.pins.range(before), |pin| query.keeps(pin))
}

/// Believed: Pinterest's older API refused a second board with a name with code
/// 58, and compared names without case.
fn name_is_free(call: &Call, name: &str, but: Option<Id>) -> Result<(), Refusal> {
    let wanted = name.to_lowercase();
    let taken = |board: &Board| Some(board.id) != but && board.name.to_lowercase() == wanted;
    match call.world.boards.values().any(taken) {
        true => Err(Refusal::new(
            StatusCode::BAD_REQUEST,
            58,
            "You already have a board with this name.",
        )),
        false => Ok(()),
    }
}

fn may_make(call: &Call, privacy: Privacy) -> Result<(), Refusal> {
    let scopes = ["boards:read_secret", "boards:write_secret"];
    match privacy == Privacy::Secret && !call.grant.has(&scopes) {
        true => Err(Refusal::missing_scope()),
        false => Ok(()),
    }
}
