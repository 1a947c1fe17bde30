//! Sources of credentials that the contract has no case for: what the values of the extensions
//! `jwt-bearer` and `device-code` say. `docs/contract.md` describes them.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value};
use url::Url;

use crate::contract::connection::{
    ClientAuthentication, Endpoints, Grant, Scope, TokenAnswer, TokenBody,
};
use crate::contract::{CredentialSource, Descriptor, Extension, Oauth2};

/// The names of the sources that this crate reads, and that `connector-auth` runs.
pub const NAMES: [&str; 2] = ["jwt-bearer", "device-code"];

/// What the value of an extension says.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Source {
    /// RFC 7523: the host signs a claim with a key that a person pastes.
    JwtBearer(JwtBearer),
    /// RFC 8628: a person enters a code in any browser.
    DeviceCode(DeviceCode),
}

/// The value of `jwt-bearer`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JwtBearer {
    /// Where the assertion goes.
    pub token_url: String,
    /// Where the private key is, in PEM, in the JSON text that a person pastes: a JSON pointer.
    pub key: String,
    /// Where the key's id is, for the header `kid`.
    #[serde(default)]
    pub key_id: Option<String>,
    /// How it is signed.
    #[serde(default)]
    pub algorithm: Algorithm,
    /// The claims besides `iat` and `exp`. A text may hold `{/pointer}`, for what is there in the pasted
    /// text.
    pub claims: Map<String, Value>,
    /// Seconds that an assertion is good for.
    #[serde(default = "an_hour")]
    pub lifetime: u64,
    /// Values of the token answer that become settings, as names and JSON pointers.
    #[serde(default)]
    pub settings: BTreeMap<String, String>,
}

/// How an assertion is signed (RFC 7518).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub enum Algorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    #[default]
    RS256,
    /// ECDSA with P-256 and SHA-256.
    ES256,
}

/// The value of `device-code`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeviceCode {
    /// Where the codes are asked for.
    pub device_url: String,
    /// Where tokens are asked for, and renewed.
    pub token_url: String,
    /// Where tokens are ended.
    #[serde(default)]
    pub revoke_url: Option<String>,
    /// What is asked for when the person does not choose.
    #[serde(default)]
    pub scopes: Vec<String>,
    /// What stands between two scopes.
    #[serde(default = "blank")]
    pub scope_separator: String,
    /// How the app proves itself.
    #[serde(default)]
    pub client_authentication: Proof,
    /// Values of the token answer that become settings, as names and JSON pointers.
    #[serde(default)]
    pub settings: BTreeMap<String, String>,
}

/// The contract's `client-authentication`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Proof {
    /// The app has no secret.
    #[default]
    None,
    /// HTTP Basic.
    Basic,
    /// In the body.
    Body,
}

/// Google takes no more.
fn an_hour() -> u64 {
    3600
}

fn blank() -> String {
    " ".into()
}

impl Source {
    /// None when this crate does not know the extension. Fails saying what is wrong with its value.
    pub fn read(extension: &Extension) -> Result<Option<Self>, String> {
        let wrong = |why: &dyn std::fmt::Display| {
            format!("the value of the extension `{}`: {why}", extension.name)
        };
        let (source, urls) = match extension.name.as_str() {
            "jwt-bearer" => {
                let value: JwtBearer =
                    serde_json::from_str(&extension.value).map_err(|error| wrong(&error))?;
                let pointers = [Some(&value.key), value.key_id.as_ref()].into_iter().flatten();
                if let Some(other) = pointers.into_iter().find(|text| !text.starts_with('/')) {
                    return Err(wrong(&format_args!("`{other}` is not a JSON pointer")));
                }
                let urls = vec![value.token_url.clone()];
                (Source::JwtBearer(value), urls)
            }
            "device-code" => {
                let value: DeviceCode =
                    serde_json::from_str(&extension.value).map_err(|error| wrong(&error))?;
                let urls = [Some(&value.device_url), Some(&value.token_url)];
                let urls = urls.into_iter().chain([value.revoke_url.as_ref()]).flatten();
                let urls = urls.cloned().collect();
                (Source::DeviceCode(value), urls)
            }
            _ => return Ok(None),
        };
        let is_https = |url: &&String| !url.starts_with("https://");
        match urls.iter().find(is_https) {
            Some(url) => Err(wrong(&format_args!("`{url}` is not an https URL"))),
            None => Ok(Some(source)),
        }
    }

    /// The source as the contract's OAuth, of which it has a part: `authorize_url` is where a device
    /// asks, and empty where nobody is asked.
    fn oauth(&self, descriptor: &Descriptor) -> Oauth2 {
        let (device_url, token_url, revoke_url) = match self {
            Source::JwtBearer(it) => ("", &it.token_url, None),
            Source::DeviceCode(it) => (&*it.device_url, &it.token_url, it.revoke_url.clone()),
        };
        let environments = match descriptor.environments.as_slice() {
            [] => vec![String::new()],
            all => all.iter().map(|environment| environment.id.clone()).collect(),
        };
        let endpoints = environments.into_iter().map(|environment| Endpoints {
            environment,
            authorize_url: device_url.to_owned(),
            authorize_parameters: Vec::new(),
            token_url: token_url.clone(),
            revoke_url: revoke_url.clone(),
        });
        let (scopes, separator, proof, settings) = match self {
            Source::JwtBearer(it) => (&[][..], blank(), Proof::None, &it.settings),
            Source::DeviceCode(it) => {
                let separator = it.scope_separator.clone();
                (&*it.scopes, separator, it.client_authentication, &it.settings)
            }
        };
        let scope = |id: &String| Scope {
            id: id.clone(),
            purpose: String::new(),
            minimum: false,
            suggested: true,
            implies: Vec::new(),
        };
        let settings = settings.iter().map(|(name, at)| (name.clone(), at.clone()));
        Oauth2 {
            endpoints: endpoints.collect(),
            scopes: scopes.iter().map(scope).collect(),
            scope_separator: separator,
            grants: vec![Grant::RefreshToken],
            client_authentication: match proof {
                Proof::None => ClientAuthentication::None,
                Proof::Basic => ClientAuthentication::Basic,
                Proof::Body => ClientAuthentication::Body,
            },
            token_body: TokenBody::Form,
            token_parameters: Vec::new(),
            token_answer: TokenAnswer {
                access_token: "/access_token".into(),
                expires_in: Some("/expires_in".into()),
                refresh_token: Some("/refresh_token".into()),
                refresh_token_expires_in: Some("/refresh_token_expires_in".into()),
                granted_scopes: Some("/scope".into()),
                settings: settings.collect(),
            },
            pkce: false,
            redirect_uris: Vec::new(),
            rules: Vec::new(),
        }
    }
}

/// The OAuth of a source that has token endpoints: its own, or that of an extension that this crate
/// knows.
pub fn oauth<'a>(descriptor: &Descriptor, source: &'a CredentialSource) -> Option<Cow<'a, Oauth2>> {
    match source {
        CredentialSource::Oauth2(oauth) => Some(Cow::Borrowed(oauth)),
        CredentialSource::Other(extension) => {
            let source = Source::read(extension).ok().flatten()?;
            Some(Cow::Owned(source.oauth(descriptor)))
        }
        _ => None,
    }
}

/// Where the tokens of a connector are given or ended.
pub(crate) fn token_urls(descriptor: &Descriptor) -> Vec<Url> {
    let sources = descriptor.credentials.iter();
    let all = sources.filter_map(|credential| oauth(descriptor, &credential.source));
    let mut urls = Vec::new();
    for endpoints in all.flat_map(|oauth| oauth.endpoints.clone()) {
        let given = [Some(endpoints.token_url), endpoints.revoke_url];
        urls.extend(given.iter().flatten().filter_map(|url| Url::parse(url).ok()));
    }
    urls
}
