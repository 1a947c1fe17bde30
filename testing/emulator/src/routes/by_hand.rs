//! The operations that somebody has written by hand, and what the facts cannot tell of them.

use super::{Access, Body, Hand, Input, Operation};
use crate::api::{account, authorize, boards, media, pin_list, pins, search, sections, token};
use crate::shape::AD_ACCOUNT;

const ACCOUNT: &[&str] = &["user_accounts:read"];
const READ_BOARDS: &[&str] = &["boards:read"];
const WRITE_BOARDS: &[&str] = &["boards:read", "boards:write"];
const READ_PINS: &[&str] = &["boards:read", "pins:read"];
const WRITE_PINS: &[&str] = &["boards:read", "boards:write", "pins:read", "pins:write"];
const SEARCH_BOARDS: &[&str] = &["boards:read", "boards:read_secret"];
const SEARCH_PINS: &[&str] =
    &["boards:read", "boards:read_secret", "pins:read", "pins:read_secret"];

use Access::{Client, Open, User, UserOrApp};
use Body::{Form, Json};
use Input::Rules;

const BOARD: &str = "/v5/boards/{board_id}";
const BOARD_SECTIONS: &str = "/v5/boards/{board_id}/sections";
const BOARD_SECTION: &str = "/v5/boards/{board_id}/sections/{section_id}";
const PIN: &str = "/v5/pins/{pin_id}";

/// Those written by hand. What a row leaves out: a read counts as `org_read` and a
/// write as `org_write`, the query takes an ad account, there is no body, and the
/// sandbox has it too.
#[rustfmt::skip]
pub static BY_HAND: &[Operation] = &[
    Operation { input: Rules(authorize::QUERY, Body::None), ..Operation::get("/oauth/", Open, authorize::page) },
    Operation { input: Rules(&[], Form(authorize::ANSWER)), category: "org_read", ..Operation::post("/oauth/", Open, authorize::answer) },
    Operation { input: Rules(&[], Form(token::TOKEN)), category: "org_read", ..Operation::post("/v5/oauth/token", Client, token::token) },
    Operation { input: Rules(&[], Form(token::REVOKE)), ..Operation::post("/v5/oauth/token/revoke", Client, token::revoke) },

    Operation::get("/v5/user_account", UserOrApp(ACCOUNT), account::get),

    Operation { input: Rules(boards::LIST, Body::None), ..Operation::get("/v5/boards", UserOrApp(READ_BOARDS), boards::list) },
    Operation { input: Rules(&[AD_ACCOUNT], Json(&boards::CREATE)), ..Operation::post("/v5/boards", UserOrApp(WRITE_BOARDS), boards::create) },
    Operation::get(BOARD, UserOrApp(READ_BOARDS), boards::get),
    Operation { input: Rules(&[AD_ACCOUNT], Json(&boards::UPDATE)), ..Operation::patch(BOARD, UserOrApp(WRITE_BOARDS), boards::update) },
    Operation::delete(BOARD, User(WRITE_BOARDS), boards::delete),
    Operation { input: Rules(boards::LIST_PINS, Body::None), ..Operation::get("/v5/boards/{board_id}/pins", UserOrApp(READ_PINS), boards::list_pins) },

    Operation { input: Rules(sections::LIST, Body::None), ..Operation::get(BOARD_SECTIONS, UserOrApp(READ_BOARDS), sections::list) },
    Operation { input: Rules(&[AD_ACCOUNT], Json(&sections::NAMED)), ..Operation::post(BOARD_SECTIONS, User(WRITE_BOARDS), sections::create) },
    Operation { input: Rules(&[AD_ACCOUNT], Json(&sections::NAMED)), ..Operation::patch(BOARD_SECTION, User(WRITE_BOARDS), sections::update) },
    Operation::delete(BOARD_SECTION, User(WRITE_BOARDS), sections::delete),
    Operation { input: Rules(sections::LIST, Body::None), ..Operation::get("/v5/boards/{board_id}/sections/{section_id}/pins", UserOrApp(READ_PINS), sections::list_pins) },

    Operation { input: Rules(pin_list::LIST, Body::None), ..Operation::get("/v5/pins", UserOrApp(READ_PINS), pin_list::list) },
    Operation { input: Rules(&[AD_ACCOUNT], Json(&pins::CREATE)), standard_access: true, ..Operation::post("/v5/pins", UserOrApp(WRITE_PINS), pins::create) },
    Operation { input: Rules(pins::GET, Body::None), ..Operation::get(PIN, UserOrApp(READ_PINS), pins::get) },
    Operation { input: Rules(&[AD_ACCOUNT], Json(&pins::UPDATE)), ..Operation::patch(PIN, UserOrApp(WRITE_PINS), pins::update) },
    Operation::delete(PIN, UserOrApp(WRITE_PINS), pins::delete),
    Operation { input: Rules(&[AD_ACCOUNT], Json(&pins::SAVE)), ..Operation::post("/v5/pins/{pin_id}/save", User(WRITE_PINS), pins::save) },

    Operation { input: Rules(search::BOARDS, Body::None), sandbox: false, ..Operation::get("/v5/search/boards", UserOrApp(SEARCH_BOARDS), search::boards) },
    Operation { input: Rules(search::PINS, Body::None), sandbox: false, ..Operation::get("/v5/search/pins", User(SEARCH_PINS), search::pins) },
];

/// Those whose input the facts describe, though somebody has written what they do.
pub const HANDS: &[(&str, Hand)] = &[
    ("media/create", media::create),
    ("media/get", media::get),
    ("media/list", media::list),
    ("oauth/conversion_token", token::conversion),
];
