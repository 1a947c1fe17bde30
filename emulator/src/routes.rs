//! Every operation, as data: who may call it, how it is counted, what it takes.

use axum::routing::MethodFilter;

use crate::api::{account, authorize, boards, pin_list, pins, search, sections, token};
use crate::call::Call;
use crate::reply::{Refusal, Reply};
use crate::shape::{AD_ACCOUNT, Field, Rule};

/// Who may call an operation.
#[derive(Clone, Copy)]
pub enum Access {
    /// Anyone, as a browser does.
    Open,
    /// An app that proves itself with HTTP Basic.
    Client,
    /// The bearer of a token that a user gave, with all these scopes.
    User(&'static [&'static str]),
    /// The same, or of a token that an app took for itself.
    UserOrApp(&'static [&'static str]),
}

/// What body an operation takes.
pub enum Body {
    /// None; one that is sent is not looked at.
    None,
    /// JSON of this shape.
    Json(&'static Rule),
    /// A form with these fields.
    Form(&'static [Field]),
}

/// What carries an operation out.
pub type Handler = fn(&mut Call) -> Result<Reply, Refusal>;

/// One operation.
pub struct Operation {
    /// GET, POST, PATCH or DELETE.
    pub method: MethodFilter,
    /// The whole path; `{name}` stands for an id.
    pub path: &'static str,
    /// Who may call it.
    pub access: Access,
    /// What carries it out.
    pub handler: Handler,
    /// The rate category, as in the description.
    pub category: &'static str,
    /// Every query parameter.
    pub query: &'static [Field],
    /// The body.
    pub body: Body,
    /// Whether the sandbox has it.
    pub sandbox: bool,
    /// Whether production refuses it to apps with Trial access.
    pub standard_access: bool,
}

impl Operation {
    const fn new(
        method: MethodFilter,
        path: &'static str,
        category: &'static str,
        access: Access,
        handler: Handler,
    ) -> Self {
        let query = &[AD_ACCOUNT];
        Operation {
            method,
            path,
            access,
            handler,
            category,
            query,
            body: Body::None,
            sandbox: true,
            standard_access: false,
        }
    }

    const fn get(path: &'static str, access: Access, handler: Handler) -> Self {
        Self::new(MethodFilter::GET, path, "org_read", access, handler)
    }

    const fn post(path: &'static str, access: Access, handler: Handler) -> Self {
        Self::new(MethodFilter::POST, path, "org_write", access, handler)
    }

    const fn patch(path: &'static str, access: Access, handler: Handler) -> Self {
        Self::new(MethodFilter::PATCH, path, "org_write", access, handler)
    }

    const fn delete(path: &'static str, access: Access, handler: Handler) -> Self {
        Self::new(MethodFilter::DELETE, path, "org_write", access, handler)
    }
}

const ACCOUNT: &[&str] = &["user_accounts:read"];
const READ_BOARDS: &[&str] = &["boards:read"];
const WRITE_BOARDS: &[&str] = &["boards:read", "boards:write"];
const READ_PINS: &[&str] = &["boards:read", "pins:read"];
const WRITE_PINS: &[&str] = &["boards:read", "boards:write", "pins:read", "pins:write"];
const SEARCH_BOARDS: &[&str] = &["boards:read", "boards:read_secret"];
const SEARCH_PINS: &[&str] = &[
    "boards:read",
    "boards:read_secret",
    "pins:read",
    "pins:read_secret",
];

use Access::{Client, Open, User, UserOrApp};
use Body::{Form, Json};

const BOARD: &str = "/v5/boards/{board_id}";
const BOARD_SECTIONS: &str = "/v5/boards/{board_id}/sections";
const BOARD_SECTION: &str = "/v5/boards/{board_id}/sections/{section_id}";
const PIN: &str = "/v5/pins/{pin_id}";

/// Every operation. What a row leaves out: a read counts as `org_read` and a
/// write as `org_write`, the query takes an ad account, there is no body, and the
/// sandbox has it too.
#[rustfmt::skip]
pub static OPERATIONS: &[Operation] = &[
    Operation { query: authorize::QUERY, ..Operation::get("/oauth/", Open, authorize::page) },
    Operation { query: &[], body: Form(token::TOKEN), category: "org_read", ..Operation::post("/v5/oauth/token", Client, token::token) },
    Operation { query: &[], body: Form(token::REVOKE), ..Operation::post("/v5/oauth/token/revoke", Client, token::revoke) },

    Operation::get("/v5/user_account", UserOrApp(ACCOUNT), account::get),

    Operation { query: boards::LIST, ..Operation::get("/v5/boards", UserOrApp(READ_BOARDS), boards::list) },
    Operation { body: Json(&boards::CREATE), ..Operation::post("/v5/boards", UserOrApp(WRITE_BOARDS), boards::create) },
    Operation::get(BOARD, UserOrApp(READ_BOARDS), boards::get),
    Operation { body: Json(&boards::UPDATE), ..Operation::patch(BOARD, UserOrApp(WRITE_BOARDS), boards::update) },
    Operation::delete(BOARD, User(WRITE_BOARDS), boards::delete),
    Operation { query: boards::LIST_PINS, ..Operation::get("/v5/boards/{board_id}/pins", UserOrApp(READ_PINS), boards::list_pins) },

    Operation { query: sections::LIST, ..Operation::get(BOARD_SECTIONS, UserOrApp(READ_BOARDS), sections::list) },
    Operation { body: Json(&sections::NAMED), ..Operation::post(BOARD_SECTIONS, User(WRITE_BOARDS), sections::create) },
    Operation { body: Json(&sections::NAMED), ..Operation::patch(BOARD_SECTION, User(WRITE_BOARDS), sections::update) },
    Operation::delete(BOARD_SECTION, User(WRITE_BOARDS), sections::delete),
    Operation { query: sections::LIST, ..Operation::get("/v5/boards/{board_id}/sections/{section_id}/pins", UserOrApp(READ_PINS), sections::list_pins) },

    Operation { query: pin_list::LIST, ..Operation::get("/v5/pins", UserOrApp(READ_PINS), pin_list::list) },
    Operation { body: Json(&pins::CREATE), standard_access: true, ..Operation::post("/v5/pins", UserOrApp(WRITE_PINS), pins::create) },
    Operation { query: pins::GET, ..Operation::get(PIN, UserOrApp(READ_PINS), pins::get) },
    Operation { body: Json(&pins::UPDATE), ..Operation::patch(PIN, UserOrApp(WRITE_PINS), pins::update) },
    Operation::delete(PIN, UserOrApp(WRITE_PINS), pins::delete),
    Operation { body: Json(&pins::SAVE), ..Operation::post("/v5/pins/{pin_id}/save", User(WRITE_PINS), pins::save) },

    Operation { query: search::BOARDS, sandbox: false, ..Operation::get("/v5/search/boards", UserOrApp(SEARCH_BOARDS), search::boards) },
    Operation { query: search::PINS, sandbox: false, ..Operation::get("/v5/search/pins", User(SEARCH_PINS), search::pins) },
];
