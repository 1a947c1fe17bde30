//! OAuth 2 as data.

use serde::{Deserialize, Serialize};

/// OAuth 2 (RFC 6749), authorization code flow with refresh.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Oauth2 {
    /// One set for each environment.
    #[cfg_attr(feature = "schema", schemars(length(min = 1)))]
    pub endpoints: Vec<Endpoints>,
    /// Permissions that a person can grant.
    pub scopes: Vec<Scope>,
    /// What the body of a token call is.
    pub token_body: TokenBody,
    /// What stands between two scopes.
    #[cfg_attr(feature = "schema", schemars(length(min = 1)))]
    pub scope_separator: String,
    /// What the service offers.
    #[cfg_attr(feature = "schema", schemars(extend("uniqueItems" = true)))]
    pub grants: Vec<Grant>,
    /// HTTP Basic, client_id and client_secret in the body, or client_id alone.
    pub client_authentication: ClientAuthentication,
    /// Parameters to add to token calls of one kind.
    pub token_parameters: Vec<TokenParameter>,
    /// Where the values are in the token endpoint's answer.
    pub token_answer: TokenAnswer,
    /// Whether the service takes a code challenge (RFC 7636, method S256).
    pub pkce: bool,
    /// Redirect URIs to register: {host} stands for the platform's own host name, {port} for any port.
    pub redirect_uris: Vec<RedirectUri>,
    /// What a refused step is about: the first rule that fits counts.
    pub rules: Vec<OauthRule>,
}

/// Where OAuth goes in one environment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Endpoints {
    /// The id of the environment; empty where there is none.
    #[cfg_attr(feature = "schema", schemars(regex(pattern = r"^[A-Za-z0-9_-]*$")))]
    pub environment: String,
    /// Where the person consents.
    #[cfg_attr(feature = "schema", schemars(regex(pattern = r"^https://[^/]+/")))]
    pub authorize_url: String,
    /// Added to the query of the authorize URL, as names and values.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub authorize_parameters: Vec<(String, String)>,
    /// Where tokens are given.
    #[cfg_attr(feature = "schema", schemars(regex(pattern = r"^https://[^/]+/")))]
    pub token_url: String,
    /// Where tokens are ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "String", regex(pattern = r"^https://[^/]+/")))]
    pub revoke_url: Option<String>,
}

/// A permission that a person can grant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Scope {
    /// As the service writes it.
    #[cfg_attr(feature = "schema", schemars(length(min = 1)))]
    pub id: String,
    /// What it is for.
    #[cfg_attr(feature = "schema", schemars(length(min = 1)))]
    pub purpose: String,
    /// Asked for always.
    pub minimum: bool,
    /// Asked for when the person does not choose.
    pub suggested: bool,
    /// The ids of scopes that this one holds.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub implies: Vec<String>,
}

/// How an app proves itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum ClientAuthentication {
    /// HTTP Basic.
    Basic,
    /// client_id and client_secret in the body.
    Body,
    /// client_id in the body: the app has no secret.
    None,
}

/// What the body of a token call is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum TokenBody {
    /// As RFC 6749 says.
    Form,
    /// An object.
    Json,
}

/// A way to tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Grant {
    /// A person consents.
    AuthorizationCode,
    /// New tokens for old ones.
    RefreshToken,
    /// The app itself, without a person.
    ClientCredentials,
}

/// A parameter to add to token calls.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TokenParameter {
    /// The kind of call.
    pub grant: Grant,
    /// Its name.
    #[cfg_attr(feature = "schema", schemars(length(min = 1)))]
    pub name: String,
    /// Its value.
    pub value: String,
    /// When to send it; absent: always.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "String", length(min = 1)))]
    pub condition: Option<String>,
}

/// Where the values are in the token endpoint's answer, as JSON pointers (RFC 6901).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TokenAnswer {
    /// A JSON pointer.
    #[cfg_attr(feature = "schema", schemars(regex(pattern = r"^(/([^~/]|~[01])*)*$")))]
    pub access_token: String,
    /// Seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "schema",
        schemars(with = "String", regex(pattern = r"^(/([^~/]|~[01])*)*$"))
    )]
    pub expires_in: Option<String>,
    /// A JSON pointer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "schema",
        schemars(with = "String", regex(pattern = r"^(/([^~/]|~[01])*)*$"))
    )]
    pub refresh_token: Option<String>,
    /// Seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "schema",
        schemars(with = "String", regex(pattern = r"^(/([^~/]|~[01])*)*$"))
    )]
    pub refresh_token_expires_in: Option<String>,
    /// A JSON pointer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "schema",
        schemars(with = "String", regex(pattern = r"^(/([^~/]|~[01])*)*$"))
    )]
    pub granted_scopes: Option<String>,
    /// Values that are no secret and become settings, as names and places.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub settings: Vec<(String, String)>,
}

/// A redirect URI to register.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RedirectUri {
    /// Whose it is.
    #[cfg_attr(feature = "schema", schemars(length(min = 1)))]
    pub platform: String,
    /// The URI.
    #[cfg_attr(feature = "schema", schemars(regex(pattern = r"^https?://")))]
    pub uri: String,
}

/// What a refused step is about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct OauthRule {
    /// Only there; absent: at each, and at the authorize URL.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Grant"))]
    pub grant: Option<Grant>,
    /// The HTTP status; absent: any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "u16", range(min = 100, max = 599)))]
    pub status: Option<u16>,
    /// A text in the answer, or in the redirect's error and error_description, in any case; empty: any.
    pub contains: String,
    /// What it is about.
    pub fault: OauthFault,
    /// What to do.
    #[cfg_attr(feature = "schema", schemars(length(min = 1)))]
    pub advice: String,
}

/// What a refused step is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum OauthFault {
    /// The id of the app.
    ClientId,
    /// The secret of the app.
    ClientSecret,
    /// The redirect URI.
    RedirectUri,
    /// The person said no.
    Denied,
    /// A scope.
    Scope,
    /// The code that came back.
    Code,
    /// The refresh token.
    RefreshToken,
}
