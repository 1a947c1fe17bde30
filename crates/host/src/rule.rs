//! The names of the rules that [`Error::Refused`](crate::Error::Refused) gives.

/// What is called is in an interface that the connector exports.
pub const CONTRACT: &str = "contract";
/// The URL of a request is absolute, has a host, and holds no user name and no fragment.
pub const URL: &str = "url";
/// Requests go over https. Only a [route](crate::Routes) leads to plain http, on loopback.
pub const HTTPS: &str = "https";
/// Requests and redirects stay on the descriptor's origins.
pub const DECLARED_ORIGIN: &str = "declared-origin";
/// A request names a credential that the descriptor declares.
pub const DECLARED_CREDENTIAL: &str = "declared-credential";
/// A credential goes only to the origins that it is bound to in the connection's environment.
pub const CREDENTIAL_ORIGIN: &str = "credential-origin";
/// A request with a credential is one of the operations that the connector lists, unless the
/// [caller](crate::Permission::unlisted) may do more. It never is where tokens are given out.
pub const OPERATION: &str = "operation";
/// A request does no more than its [caller](crate::Permission) may.
pub const PERMISSION: &str = "permission";
/// Addresses that are sent lead to the hosts that [the caller's policy](crate::Links) names.
pub const LINK: &str = "link";
/// What comes back to go on with was written by this host: see [`crate::Seal`].
pub const SEAL: &str = "seal";
/// A connector sets no header that carries a credential, belongs to the HTTP connection, or makes
/// another request of one with a credential.
pub const REQUEST_HEADER: &str = "request-header";
/// The method of a request is a word in capitals, and not `CONNECT`.
pub const METHOD: &str = "method";
/// What a connector needs beyond the contract is something that this host has.
pub const EXTENSION: &str = "extension";
/// The names in a multipart form cannot break out of their quotes.
pub const MULTIPART: &str = "multipart";
/// A blob reference leads to something that the host lets connectors use, and not more than
/// 1 MiB of it is read at once.
pub const BLOB: &str = "blob";
/// At most [`Policy::pieces`](crate::Policy::pieces) in the body of one request.
pub const PIECES: &str = "pieces";
/// At most [`Policy::response_bytes`](crate::Policy::response_bytes), or
/// [`Policy::save_bytes`](crate::Policy::save_bytes) where the answer is kept as a blob.
pub const RESPONSE_SIZE: &str = "response-size";
/// At most [`Policy::steps`](crate::Policy::steps).
pub const STEPS: &str = "steps";
/// At most [`Policy::checkpoint_bytes`](crate::Policy::checkpoint_bytes).
pub const CHECKPOINT_SIZE: &str = "checkpoint-size";
/// At most [`Policy::pause`](crate::Policy::pause).
pub const PAUSE: &str = "pause";
/// At most [`Policy::call_time`](crate::Policy::call_time).
pub const CALL_TIME: &str = "call-time";
