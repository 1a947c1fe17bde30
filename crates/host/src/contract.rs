//! The contract in `wit/` as Rust types. Their documentation is the text of those files.

#[allow(dead_code, reason = "of this world a connector may leave out what is optional")]
#[allow(missing_docs, missing_debug_implementations, reason = "made from wit/")]
mod bindings {
    wasmtime::component::bindgen!({
        path: "wit",
        world: "full-plugin",
        // A step is stored in the journal.
        additional_derives: [serde::Serialize, serde::Deserialize],
    });
}

pub(crate) use bindings::exports::automation::connector::steps;
pub use bindings::exports::automation::connector::{
    actions, connection, operations, triggers, types, webhooks,
};

pub use connection::{Credential, CredentialSource, Descriptor, Oauth2, Placement};
pub use types::{
    Body, Chunk, Effect, Error, ErrorKind, FieldError, Header, Method, Outcome, Page, Part,
    PartContent, Pause, PendingRequest, Piece, Range, Reply, Request, Response, Saved, Step,
};
pub use webhooks::Delivery;

/// The package name and version that a component must export the interfaces of.
pub const PACKAGE: &str = "automation:connector";
/// See [`PACKAGE`].
pub const VERSION: &str = "0.1.0";

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

impl Method {
    /// As HTTP writes it, such as `GET`.
    pub fn word(self) -> &'static str {
        match self {
            Method::Get => "GET",
            Method::Head => "HEAD",
            Method::Post => "POST",
            Method::Put => "PUT",
            Method::Patch => "PATCH",
            Method::Delete => "DELETE",
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
        }
    }
}
