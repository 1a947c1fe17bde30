//! What a descriptor says about the OAuth of a credential.

use std::borrow::Cow;

use connector_host::contract::{CredentialSource, Descriptor, Oauth2};
use connector_host::sources::{self, Source};

use super::OAuthError;

/// The OAuth of a credential, or of the one whose consent it shares.
pub(super) fn declared(descriptor: &Descriptor, credential: &str) -> Result<Oauth2, OAuthError> {
    let source = |id: &str| {
        let found = descriptor.credentials.iter().find(|found| found.id == id);
        found.map(|found| &found.source)
    };
    let none = || OAuthError::NotOffered(format!("there is no OAuth credential `{credential}`"));
    match source(credential) {
        Some(CredentialSource::Oauth2(oauth)) => Ok(oauth.clone()),
        Some(source @ CredentialSource::Other(_)) => {
            sources::oauth(descriptor, source).map(Cow::into_owned).ok_or_else(none)
        }
        Some(CredentialSource::SharedConsent(shared)) => match source(&shared.credential) {
            Some(CredentialSource::Oauth2(oauth)) => {
                Ok(Oauth2 { token_answer: shared.token_answer.clone(), ..oauth.clone() })
            }
            _ => Err(none()),
        },
        _ => Err(none()),
    }
}

/// What the credential's source says, where it is an extension.
pub(super) fn extension(
    descriptor: &Descriptor,
    credential: &str,
) -> Result<Option<Source>, OAuthError> {
    let found = descriptor.credentials.iter().find(|found| found.id == credential);
    match found.map(|found| &found.source) {
        Some(CredentialSource::Other(extension)) => {
            Source::read(extension).map_err(OAuthError::NotOffered)
        }
        _ => Ok(None),
    }
}
