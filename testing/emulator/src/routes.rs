//! Every operation, as data: who may call it, how it is counted, what it takes.
//!
//! Those that the facts describe and nobody has written by hand are answered by [`crate::generic`].

mod by_hand;

use std::sync::LazyLock;

use axum::routing::MethodFilter;

use crate::call::Call;
use crate::facts::{self, Method, Scheme};
use crate::generic::{PLANS, Plan};
use crate::reply::{Refusal, Reply};
use crate::shape::{AD_ACCOUNT, Field, Rule};
use by_hand::{BY_HAND, HANDS};

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
        let allows = |scheme| facts.security.iter().find(|way| Scheme::of(way) == scheme);
        let scopes = allows(Scheme::User).map_or(&[][..], |way| &way.scopes);
        // Made once, and used until the program ends.
        let scopes: &[&str] = scopes.iter().map(String::as_str).collect::<Vec<_>>().leak();
        let access = match () {
            () if allows(Scheme::Basic).is_some() => Access::Client,
            () if allows(Scheme::Conversion).is_some() => Access::UserOrConversion(scopes),
            () if allows(Scheme::App).is_some() => Access::UserOrApp(scopes),
            () => Access::User(scopes),
        };
        Operation {
            method: method(facts.method),
            path: &facts.path,
            access,
            handler: handler(plan),
            category: facts.quota.as_deref().unwrap_or_default(),
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

fn handler(plan: &'static Plan) -> Handler {
    let by_hand = HANDS.iter().find(|(id, _)| *id == plan.facts.id);
    by_hand.map_or(Handler::Plan(plan), |(_, hand)| Handler::Hand(*hand))
}

fn method(method: Method) -> MethodFilter {
    match method {
        Method::Get => MethodFilter::GET,
        Method::Patch => MethodFilter::PATCH,
        Method::Delete => MethodFilter::DELETE,
        _ => MethodFilter::POST,
    }
}
