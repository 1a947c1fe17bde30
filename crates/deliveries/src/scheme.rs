//! The algorithms of signatures.

/// How a signature is made: the algorithms of the contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// HMAC with SHA-1.
    HmacSha1,
    /// HMAC with SHA-256.
    HmacSha256,
    /// HMAC with SHA-512.
    HmacSha512,
    /// RFC 8032.
    Ed25519,
    /// The signature is the key itself.
    Token,
}
