//! Board sections. On the wire they have an id and a name and nothing else.

use axum::http::StatusCode;
use serde::{Deserialize, Serialize};

use super::pin_list;
use crate::call::Call;
use crate::page::End;
use crate::reply::{Refusal, Reply};
use crate::shape::{AD_ACCOUNT, BOOKMARK, Field, PAGE_SIZE, Rule, TEXT, may, must};
use crate::world::Id;

/// The query of `board_sections/list` and `board_sections/list_pins`.
pub const LIST: &[Field] = &[AD_ACCOUNT, BOOKMARK, PAGE_SIZE];
/// The body of `board_sections/create` and `board_sections/update`. The
/// description lets an id in; it has no effect.
pub const NAMED: Rule = Rule::Object(&[must("name", Rule::Text(1, 180)), may("id", TEXT)]);

#[derive(Deserialize)]
struct Named {
    name: String,
}

#[derive(Serialize)]
struct View<'w> {
    id: Id,
    name: &'w str,
}

/// `board_sections/list`, oldest first.
pub fn list(call: &mut Call) -> Result<Reply, Refusal> {
    let page = call.page()?;
    let sections = &call.board(call.id("board_id"))?.sections;
    let after = page.after.as_deref().map_or(Id(0), Id::read);
    let rest = sections.range(after..).filter(|(id, _)| **id > after);
    Ok(page.reply(
        End::AtLastItem,
        rest.map(|(id, section)| (*id, View { id: *id, name: &section.name })),
    ))
}

/// `board_sections/create`
pub fn create(call: &mut Call) -> Result<Reply, Refusal> {
    let board = call.writable_board(call.id("board_id"))?.id;
    let Named { name } = call.body()?;
    let id = call.world.add_section(board, name.clone()).ok_or_else(Refusal::board_not_found)?;
    Ok(Reply::created(&View { id, name: &name }))
}

/// `board_sections/update`
pub fn update(call: &mut Call) -> Result<Reply, Refusal> {
    let (board, id) = writable(call)?;
    let Named { name } = call.body()?;
    let section = call.world.boards.get_mut(&board).and_then(|board| board.sections.get_mut(&id));
    let section = section.ok_or_else(Refusal::section_not_found)?;
    section.name = name;
    Ok(Reply::ok(&View { id, name: &section.name }))
}

/// `board_sections/delete`
pub fn delete(call: &mut Call) -> Result<Reply, Refusal> {
    let (board, id) = writable(call)?;
    call.world.remove_section(board, id, call.now);
    Ok(Reply::empty(StatusCode::NO_CONTENT))
}

/// `board_sections/list_pins`
pub fn list_pins(call: &mut Call) -> Result<Reply, Refusal> {
    let board = call.board_of_pins(call.id("board_id"))?;
    let section =
        board.sections.get(&call.id("section_id")).ok_or_else(Refusal::section_not_found)?;
    pin_list::newest_first(call, |before| section.pins.range(before), |_| true)
}

fn writable(call: &Call) -> Result<(Id, Id), Refusal> {
    let board = call.writable_board(call.id("board_id"))?.id;
    Ok((board, call.section(board, call.id("section_id"))?))
}
