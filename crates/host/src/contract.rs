//! The contract in `wit/` as Rust types. Their documentation is the text of those files.

#[allow(dead_code, reason = "of this world a connector may leave out what is optional")]
#[allow(missing_docs, missing_debug_implementations, reason = "made from wit/")]
mod bindings {
    wasmtime::component::bindgen!({
        path: "wit",
        world: "full-connector",
        // A step is stored in the journal.
        additional_derives: [PartialEq, serde::Serialize, serde::Deserialize],
    });
}

pub use bindings::exports::automation::connector::{
    actions, connection, operations, triggers, types, webhooks,
};
pub(crate) use bindings::exports::automation::connector::{data, steps};

pub use connection::{Credential, CredentialSource, Descriptor, Oauth2, Placement};
pub use types::{
    Body, Chunk, Context, Cost, Effect, Error, ErrorKind, Extension, FieldError, Header, Method,
    Outcome, Page, Part, PartContent, Pause, PendingRequest, Piece, Range, Reply, Request,
    Response, Saved, Slice, Step,
};
pub use webhooks::Delivery;

/// The package name and version that a component must export the interfaces of.
pub const PACKAGE: &str = "automation:connector";
/// See [`PACKAGE`].
pub const VERSION: &str = "0.2.0";

/// The contract itself, as the files in `wit/` and their texts: for those who write connectors.
pub const WIT: [(&str, &str); 10] = [
    ("actions.wit", include_str!("../wit/actions.wit")),
    ("connection.wit", include_str!("../wit/connection.wit")),
    ("data.wit", include_str!("../wit/data.wit")),
    ("diagnostics.wit", include_str!("../wit/diagnostics.wit")),
    ("operations.wit", include_str!("../wit/operations.wit")),
    ("steps.wit", include_str!("../wit/steps.wit")),
    ("triggers.wit", include_str!("../wit/triggers.wit")),
    ("types.wit", include_str!("../wit/types.wit")),
    ("webhooks.wit", include_str!("../wit/webhooks.wit")),
    ("world.wit", include_str!("../wit/world.wit")),
];

/// The code of a refusal because of scopes.
pub const MISSING_SCOPE: &str = "missing-scope";

/// The name under which a component exports an interface.
pub(crate) fn export(interface: &str) -> String {
    format!("{PACKAGE}/{interface}@{VERSION}")
}

impl Error {
    /// An error with nothing but the essentials.
    pub fn new(kind: ErrorKind, code: &str, message: impl Into<String>) -> Self {
        Error {
            kind,
            code: code.to_owned(),
            message: message.into(),
            advice: None,
            fields: Vec::new(),
            status: None,
            request_id: None,
            retry_after_ms: None,
            details: None,
        }
    }
}

impl Context {
    /// That of a call which begins now, under a name that nobody can guess.
    pub fn fresh() -> Self {
        let mut name = [0; 16];
        // Without randomness the name is the same for all calls, which harms idempotency keys only
        // between programs: the time is part of them.
        let _ = getrandom::fill(&mut name);
        let name: String = name.iter().map(|byte| format!("{byte:02x}")).collect();
        Context::new(name, jiff::Timestamp::now().to_string())
    }

    /// That of the call with this name, which began at this time (RFC 3339 in UTC).
    pub fn new(call: impl Into<String>, now: impl Into<String>) -> Self {
        Context {
            call: call.into(),
            now: now.into(),
            locale: None,
            wanted: None,
            extensions: Vec::new(),
        }
    }

    /// The same call, of which no more items than this are wanted.
    pub fn wanting(self, items: Option<u64>) -> Self {
        Context { wanted: items, ..self }
    }
}

impl Method {
    /// As HTTP writes it, such as `GET`.
    pub fn word(&self) -> &str {
        match self {
            Method::Get => "GET",
            Method::Head => "HEAD",
            Method::Post => "POST",
            Method::Put => "PUT",
            Method::Patch => "PATCH",
            Method::Delete => "DELETE",
            Method::Other(word) => word,
        }
    }
}

impl Effect {
    /// The word that the contract uses for this effect, such as `idempotent`.
    pub fn word(self) -> &'static str {
        match self {
            Effect::Read => "read",
            Effect::Idempotent => "idempotent",
            Effect::Write => "write",
        }
    }
}

impl ErrorKind {
    /// The word that the contract uses for this kind, such as `not-found`.
    pub fn word(self) -> &'static str {
        match self {
            ErrorKind::InvalidInput => "invalid-input",
            ErrorKind::Unauthenticated => "unauthenticated",
            ErrorKind::Forbidden => "forbidden",
            ErrorKind::NotFound => "not-found",
            ErrorKind::Conflict => "conflict",
            ErrorKind::RateLimited => "rate-limited",
            ErrorKind::Rejected => "rejected",
            ErrorKind::Unavailable => "unavailable",
            ErrorKind::Unexpected => "unexpected",
            ErrorKind::Other => "other",
        }
    }
}
