//! The kinds of credentials that the facts name.

use connector_catalog::files::facts::Security;

/// A kind of credential.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// A token that a user gave.
    User,
    /// A token that an app took for itself.
    App,
    /// A token for conversion events alone.
    Conversion,
    /// An app that proves itself.
    Basic,
}

impl Scheme {
    /// The kind that lets in by this way.
    pub fn of(way: &Security) -> Scheme {
        match way.scheme.as_str() {
            "pinterest_oauth2" => Scheme::User,
            "client_credentials" => Scheme::App,
            "conversion_token" => Scheme::Conversion,
            "basic" => Scheme::Basic,
            other => panic!("the facts have the security scheme {other}, which is not known here"),
        }
    }
}
