//! Every operation, as data: who may call it, how it is counted, what it takes.
//!
//! Those that the facts describe and nobody has written by hand are answered by [`crate::generic`].

use std::sync::LazyLock;

use axum::routing::MethodFilter;

use crate::api::{account, authorize, boards, media, pin_list, pins, search, sections, token};
use crate::call::Call;
use crate::facts::{self, Scheme};
use crate::generic::{PLANS, Plan};
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
    /// The bearer of a token that a user gave, or of one for conversion events.
    UserOrConversion(&'static [&'static str]),
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

/// What an operation takes.
pub enum Input {
    /// A query with these fields and a body, written by hand.
    Rules(&'static [Field], Body),
    /// What the facts say.
    Facts(&'static facts::Operation),
}

/// What carries an operation out.
pub enum Handler {
    /// Written by hand.
    Hand(Hand),
    /// Told from the facts.
    Plan(&'static Plan),
}

/// What carries an operation out that somebody has written.
pub type Hand = fn(&mut Call) -> Result<Reply, Refusal>;

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
    /// What it takes.
    pub input: Input,
    /// Whether the sandbox has it.
    pub sandbox: bool,
    /// Whether production refuses it to apps with Trial access.
    pub standard_access: bool,
}

/// Every operation.
pub static OPERATIONS: LazyLock<Vec<&'static Operation>> = LazyLock::new(|| {
    let same = |a: &Operation, b: &Operation| a.method == b.method && a.path == b.path;
    let is_new = |row: &&Operation| !BY_HAND.iter().any(|other| same(row, other));
    BY_HAND.iter().chain(BY_FACTS.iter().filter(is_new)).collect()
});

static BY_FACTS: LazyLock<Vec<Operation>> =
    LazyLock::new(|| PLANS.iter().map(Operation::by_facts).collect());

impl Operation {
    fn by_facts(plan: &'static Plan) -> Self {
        let facts = plan.facts;
        let allows = |scheme| facts.security.iter().find(|way| way.scheme == scheme);
        let scopes = allows(Scheme::User).map_or(&[][..], |way| &way.scopes);
        let access = match () {
            () if allows(Scheme::Basic).is_some() => Access::Client,
            () if allows(Scheme::Conversion).is_some() => Access::UserOrConversion(scopes),
            () if allows(Scheme::App).is_some() => Access::UserOrApp(scopes),
            () => Access::User(scopes),
        };
        Operation {
            method: method(&facts.method),
            path: &facts.path,
            access,
            handler: handler(plan),
            category: &facts.quota,
            input: Input::Facts(facts),
            sandbox: facts.sandbox,
            standard_access: false,
        }
    }

    const fn new(
        method: MethodFilter,
        path: &'static str,
        category: &'static str,
        access: Access,
        handler: Hand,
    ) -> Self {
        Operation {
            method,
            path,
            access,
            handler: Handler::Hand(handler),
            category,
            input: Input::Rules(&[AD_ACCOUNT], Body::None),
            sandbox: true,
            standard_access: false,
        }
    }

    const fn get(path: &'static str, access: Access, handler: Hand) -> Self {
        Self::new(MethodFilter::GET, path, "org_read", access, handler)
    }

    const fn post(path: &'static str, access: Access, handler: Hand) -> Self {
        Self::new(MethodFilter::POST, path, "org_write", access, handler)
    }

    const fn patch(path: &'static str, access: Access, handler: Hand) -> Self {
        Self::new(MethodFilter::PATCH, path, "org_write", access, handler)
    }

    const fn delete(path: &'static str, access: Access, handler: Hand) -> Self {
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
use Input::Rules;

const BOARD: &str = "/v5/boards/{board_id}";
const BOARD_SECTIONS: &str = "/v5/boards/{board_id}/sections";
const BOARD_SECTION: &str = "/v5/boards/{board_id}/sections/{section_id}";
const PIN: &str = "/v5/pins/{pin_id}";

/// Those written by hand. What a row leaves out: a read counts as `org_read` and a
/// write as `org_write`, the query takes an ad account, there is no body, and the
/// sandbox has it too.
#[rustfmt::skip]
static BY_HAND: &[Operation] = &[
    Operation { input: Rules(authorize::QUERY, Body::None), ..Operation::get("/oauth/", Open, authorize::page) },
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
const HANDS: &[(&str, Hand)] = &[
    ("media/create", media::create),
    ("media/get", media::get),
    ("media/list", media::list),
    ("oauth/conversion_token", token::conversion),
];

fn handler(plan: &'static Plan) -> Handler {
    let by_hand = HANDS.iter().find(|(id, _)| *id == plan.facts.id);
    by_hand.map_or(Handler::Plan(plan), |(_, hand)| Handler::Hand(*hand))
}

fn method(name: &str) -> MethodFilter {
    match name {
        "GET" => MethodFilter::GET,
        "PATCH" => MethodFilter::PATCH,
        "DELETE" => MethodFilter::DELETE,
        _ => MethodFilter::POST,
    }
}
