//! A small catalogue for tests.

use serde_json::Value;

use crate::catalog::*;
use crate::contract::{Context, Effect, Method};
use crate::input::pattern::{NONE, pattern};
use crate::settings::Settings;

pub const SERVICE: Service = Service {
    name: "Acme",
    request_id: None,
    errors: &[],
    states: States {
        done: &["success", "processed"],
        waiting: &["in_progress", "not_started", "processing"],
        failed: &["fail", "error", "not_exist", "disapprov"],
    },
    envelope: Some(("code", "message")),
};

const fn ty(kind: Kind) -> Type {
    Type { kind, nullable: false, time: None, meaning: None, zoned: false }
}

const fn text(min: u32, pattern: Option<&'static Pattern>) -> Type {
    ty(Kind::Text { min, max: u32::MAX, pattern })
}

static ID: Type = text(0, Some(pattern(NONE, r"^\d+$")));
static TEXT: Type = text(0, None);
static LINK: Type = Type { meaning: Some(Meaning::Link), ..text(0, None) };
static ANY: Type = ty(Kind::Any);
static COUNT: Type = ty(Kind::Integer { min: 0, max: i64::MAX });
static PRICE: Type = Type { meaning: Some(Meaning::Decimal), ..text(0, None) };
static TIME: Type = Type { time: Some(Time::Rfc3339), zoned: true, ..text(0, None) };

static REQUIRED: Metadata =
    Metadata { label: None, default: None, location: Location::Body, required: true };
static OPTIONAL: Metadata =
    Metadata { label: None, default: None, location: Location::Body, required: false };

const fn field(name: &'static str, ty: &'static Type, metadata: &'static Metadata) -> Field {
    Field { name, ty, metadata }
}

const fn object(fields: &'static [Field]) -> Type {
    ty(Kind::Object { fields, rest: Rest::Unknown })
}

static PART: Type = object(&[field("count", &COUNT, &OPTIONAL), field("price", &PRICE, &OPTIONAL)]);
static PARTS: Type = ty(Kind::List { of: &PART, min: 0, max: u32::MAX });
static KIND: Type = ty(Kind::Choice(&["url"]));
static URL: Type = object(&[
    field("kind", &KIND, &REQUIRED),
    field("url", &LINK, &REQUIRED),
    field("size", &COUNT, &OPTIONAL),
]);
static SOURCE: Type =
    ty(Kind::Union { tag: Some("kind"), of: &[Variant { name: "url", ty: &URL }] });

pub static THING: &[Field] = &[
    field("id", &ID, &REQUIRED),
    field("name", &TEXT, &OPTIONAL),
    field("note", &TEXT, &OPTIONAL),
    field("link", &LINK, &OPTIONAL),
    field("any", &ANY, &OPTIONAL),
    field("parts", &PARTS, &OPTIONAL),
    field("source", &SOURCE, &OPTIONAL),
];

static ITEM: Type = Type {
    zoned: true,
    ..object(&[field("id", &TEXT, &OPTIONAL), field("created_at", &TIME, &OPTIONAL)])
};

const fn action(id: &'static str, listing: Listing, flow: Option<&'static Composed>) -> Action {
    Action {
        id,
        operation_id: None,
        title: "",
        summary: "",
        group: "",
        method: Method::Get,
        path: "/things",
        effect: Effect::Read,
        destructive: false,
        scopes: &[],
        credential: None,
        internal: false,
        quota: None,
        notes: &[],
        deprecation: None,
        idempotency: None,
        form: None,
        input: &[],
        output: &ITEM,
        listing,
        partial: None,
        each: None,
        asks: None,
        flow,
        examples: &[],
    }
}

pub static THINGS: Action = action("things.list", Listing::Bookmark { size: None }, None);

static COMPOSE: Composed = Composed { flow: "flow", parameters: &[] };

pub static CATALOG: Catalog = Catalog {
    id: "acme",
    service: SERVICE,
    descriptor: |_, _| unreachable!("no test asks for it"),
    actions: &[action("things.compose", Listing::Emitted, Some(&COMPOSE))],
    triggers: &[],
    webhooks: &[],
    sources: &[],
    resources: &[],
    settings: &[],
    filled_in: &[],
    form: &[],
    form_hints: &[],
    bases: &[("production", "https://api.example.com")],
    headers: &[],
    test: Test { action: "things.list", input: "{}", id: "", name: &[], also: &[] },
};

pub fn context() -> Context {
    Context {
        call: "1".to_owned(),
        now: "2026-01-31T12:00:00Z".to_owned(),
        locale: None,
        wanted: None,
        extensions: Vec::new(),
    }
}

pub fn settings() -> Settings {
    serde_json::from_value(Value::Object(Default::default())).expect("it is an object")
}
