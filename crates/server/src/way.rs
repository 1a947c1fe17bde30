//! The ways in which a connection is made, by where its credential comes from.

use connector_host::contract::connection::{Credential, CredentialSource, Oauth2, Pair};
use connector_host::contract::{Descriptor, Extension};
use connector_host::sources::Source;

use crate::problem::Problem;

/// How a credential is got.
#[derive(Debug)]
pub enum Way<'a> {
    /// A person consents at the service, and is sent back.
    Consent(&'a Oauth2),
    /// A person enters a code at the service, in any browser.
    Device,
    /// A person pastes a key file, which the server proves itself with.
    Key,
    /// A person pastes a value; where to find it.
    Value(&'a str),
    /// A person pastes two.
    Pair(&'a Pair),
    /// By an extension of the contract that this server does not know.
    Unknown(&'a str),
}

impl<'a> Way<'a> {
    pub fn of(credential: &'a Credential) -> Self {
        match &credential.source {
            CredentialSource::Oauth2(oauth) => Way::Consent(oauth),
            CredentialSource::Secret(help) => Way::Value(help),
            CredentialSource::Pair(pair) => Way::Pair(pair),
            CredentialSource::SharedConsent(_) => Way::Unknown("shared-consent"),
            CredentialSource::Other(extension) => Way::by(extension),
        }
    }

    fn by(extension: &'a Extension) -> Self {
        match Source::read(extension) {
            Ok(Some(Source::JwtBearer(_))) => Way::Key,
            Ok(Some(Source::DeviceCode(_))) => Way::Device,
            _ => Way::Unknown(&extension.name),
        }
    }

    /// One word for programs.
    pub fn word(&self) -> &'static str {
        match self {
            Way::Consent(_) => "oauth2",
            Way::Device => "device",
            Way::Key => "key",
            Way::Value(_) => "secret",
            Way::Pair(_) => "pair",
            Way::Unknown(_) => "other",
        }
    }

    /// Whether it goes over an app at the service.
    pub fn needs_app(&self) -> bool {
        matches!(self, Way::Consent(_) | Way::Device)
    }
}

/// The credentials that a connection can be made with: the first that is required, and the others of its group.
pub fn all(descriptor: &Descriptor) -> Vec<&Credential> {
    let Some(first) = descriptor.credentials.iter().find(|it| it.required) else {
        return Vec::new();
    };
    let of_group =
        |it: &&Credential| first.group.is_some() && it.group == first.group && it.id != first.id;
    [first].into_iter().chain(descriptor.credentials.iter().filter(of_group)).collect()
}

/// The one of this id, or the first.
pub fn chosen<'a>(descriptor: &'a Descriptor, id: Option<&str>) -> Result<&'a Credential, Problem> {
    let all = all(descriptor);
    let Some(first) = all.first() else {
        return Err(Problem::field("connector", "it needs no credential"));
    };
    let Some(id) = id else { return Ok(first) };
    all.iter().find(|it| it.id == id).copied().ok_or_else(|| {
        let ids: Vec<&str> = all.iter().map(|it| it.id.as_str()).collect();
        let message = format!("a connection is made with {}", ids.join(" or "));
        Problem::field("credential", message)
    })
}
