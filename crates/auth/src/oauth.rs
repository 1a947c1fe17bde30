//! OAuth 2 (RFC 6749), run from a connector's descriptor alone.

pub(crate) mod answer;
mod assertion;
mod attempt;
mod declared;
mod device;
#[cfg(test)]
pub(crate) mod double;
mod error;
mod fault;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use connector_host::contract::connection::{
    ClientAuthentication, Endpoints, Grant, TokenAnswer, TokenBody,
};
use connector_host::contract::{CredentialSource, Descriptor, Oauth2};
use connector_host::sources::{JwtBearer, Source};
use connector_host::{
    Binding, Clock, Content, KnownSecrets, Outgoing, Purpose, Redactor, Routes, Secret, Streams,
    Transport,
};
use http::Method;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue};
use url::Url;
use url::form_urlencoded::{Serializer, byte_serialize};
use zeroize::Zeroizing;

use self::declared::{declared, extension};
use self::fault::Rules;
use crate::tokens::Tokens;

pub use attempt::Attempt;
pub use device::Device;
pub use error::OAuthError;
pub use fault::Fault;

/// Characters of the service's own words that an error quotes.
const QUOTE: usize = 300;

/// A token answer is small.
const ANSWER_BYTES: u64 = 1 << 20;
const FORM: &str = "application/x-www-form-urlencoded";
const JSON: &str = "application/json";
const TIMEOUT: Duration = Duration::from_secs(30);

/// The app that a person registered at the service.
#[derive(Clone, Debug)]
pub struct Client {
    /// Public.
    pub id: String,
    /// Known to the platform and the service alone.
    pub secret: Secret,
}

impl Client {
    /// Where the service wants none.
    pub fn none() -> Self {
        Client { id: String::new(), secret: Secret::new("") }
    }
}

/// The OAuth of one credential in one environment, for one app.
pub struct OAuth {
    oauth: Oauth2,
    /// Other credentials that the same consent gives, and where in the answer.
    shared: Vec<(String, TokenAnswer)>,
    endpoints: Endpoints,
    client: Client,
    transport: Arc<dyn Transport>,
    routes: Routes,
    rules: Rules,
    clock: Clock,
    chosen: Vec<String>,
    /// What its tokens are asked for with, where that is a key and not a person.
    assertion: Option<JwtBearer>,
    is_device: bool,
    redaction: KnownSecrets,
}

impl OAuth {
    /// Fails when the credential is not of OAuth, nor of the consent of one that is, or has no https
    /// endpoints in the environment. The settings are filled into the descriptor's addresses:
    /// [`Connector::before_consent`](connector_host::Connector::before_consent).
    pub fn new(
        descriptor: &Descriptor,
        credential: &str,
        environment: &str,
        client: Client,
        transport: Arc<dyn Transport>,
    ) -> Result<Self, OAuthError> {
        let oauth = declared(descriptor, credential)?;
        let shared = descriptor.credentials.iter().filter_map(|other| match &other.source {
            CredentialSource::SharedConsent(shared) if shared.credential == credential => {
                Some((other.id.clone(), shared.token_answer.clone()))
            }
            _ => None,
        });
        let mut all = oauth.endpoints.iter();
        let endpoints =
            all.find(|endpoints| endpoints.environment == environment).ok_or_else(|| {
                OAuthError::NotOffered(format!("no OAuth in the environment `{environment}`"))
            })?;
        let (assertion, is_device) = match extension(descriptor, credential)? {
            Some(Source::JwtBearer(bearer)) => (Some(bearer), false),
            other => (None, other.is_some()),
        };
        if assertion.is_none() {
            endpoint(&endpoints.authorize_url)?;
        }
        endpoint(&endpoints.token_url)?;
        let redaction = KnownSecrets::default();
        redaction.learn(&secrets_of(&client));
        Ok(OAuth {
            rules: Rules::new(descriptor, &oauth),
            endpoints: endpoints.clone(),
            shared: shared.collect(),
            oauth,
            client,
            transport,
            routes: Routes::default(),
            clock: Clock::default(),
            chosen: Vec::new(),
            assertion,
            is_device,
            redaction,
        })
    }

    /// What nobody else may see: the secret of the app.
    pub fn secrets(&self) -> Vec<Secret> {
        secrets_of(&self.client).into()
    }

    /// Leads the endpoints elsewhere, for tests.
    pub fn routes(mut self, routes: Routes) -> Self {
        self.routes = routes;
        self
    }

    /// Goes by another clock, for tests.
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// Also sends the token parameters of this name that the descriptor ties to a condition.
    pub fn with_parameter(mut self, name: impl Into<String>) -> Self {
        self.chosen.push(name.into());
        self
    }

    /// Whether a connector declares the token endpoint for this credential.
    pub(crate) fn is_declared_by(&self, binding: &Binding, credential: &str) -> bool {
        let (credential, environment) = (credential.into(), self.endpoints.environment.clone());
        binding.declares(Purpose::Token { credential, environment }, &self.endpoints.token_url)
    }

    /// RefreshQueues the code that came back into tokens.
    pub async fn exchange(&self, attempt: &Attempt, code: &Secret) -> Result<Tokens, OAuthError> {
        let mut form = vec![("code", code.expose()), ("redirect_uri", &attempt.redirect_uri)];
        let mut secrets = vec![code];
        if let Some(verifier) = &attempt.verifier {
            form.push(("code_verifier", verifier.expose()));
            secrets.push(verifier);
        }
        self.token_call(Grant::AuthorizationCode, &form, &secrets).await
    }

    /// New tokens for old ones. What the answer leaves out stays as it was.
    pub async fn refresh(&self, old: &Tokens) -> Result<Tokens, OAuthError> {
        if old.by_app {
            let declared = |id: &String| self.oauth.scopes.iter().any(|scope| scope.id == *id);
            let granted = old.scopes.iter().flatten().filter(|id| declared(id)).cloned();
            let scopes = old.scopes.as_ref().map(|_| granted.collect::<Vec<_>>());
            return self.client_credentials(scopes.as_deref()).await;
        }
        if let (Some(_), Some(key)) = (&self.assertion, &old.refresh_token) {
            let new = self.for_key(key).await?;
            return Ok(Tokens { scopes: new.scopes.or_else(|| old.scopes.clone()), ..new });
        }
        let refresh_token = old.refresh_token.as_ref().ok_or(OAuthError::NoRefreshToken)?;
        let form = [("refresh_token", refresh_token.expose())];
        let secrets = [refresh_token, &old.access_token];
        let new = self.token_call(Grant::RefreshToken, &form, &secrets).await?;
        Ok(Tokens {
            refresh_expires_at: match new.refresh_token {
                Some(_) => new.refresh_expires_at,
                None => new.refresh_expires_at.or(old.refresh_expires_at),
            },
            refresh_token: new.refresh_token.or_else(|| old.refresh_token.clone()),
            scopes: new.scopes.or_else(|| old.scopes.clone()),
            ..new
        })
    }

    /// Tokens for the app itself, without a person.
    pub async fn client_credentials(
        &self,
        scopes: Option<&[String]>,
    ) -> Result<Tokens, OAuthError> {
        let scopes = self.scopes(scopes)?;
        let new = self.token_call(Grant::ClientCredentials, &[("scope", &scopes)], &[]).await?;
        Ok(Tokens { by_app: true, ..new })
    }

    /// In the descriptor's order, joined as the service wants it.
    fn scopes(&self, asked: Option<&[String]>) -> Result<String, OAuthError> {
        let declared = &self.oauth.scopes;
        for id in asked.unwrap_or_default() {
            if !declared.iter().any(|scope| scope.id == *id) {
                return Err(OAuthError::NotOffered(format!("there is no scope `{id}`")));
            }
        }
        let wanted = declared.iter().filter(|scope| {
            scope.minimum || asked.map_or(scope.suggested, |asked| asked.contains(&scope.id))
        });
        let ids: Vec<&str> = wanted.map(|scope| scope.id.as_str()).collect();
        Ok(ids.join(&self.oauth.scope_separator))
    }

    /// Ends the tokens at the service, if it has an endpoint for that; says whether it has.
    pub async fn revoke(&self, tokens: &Tokens) -> Result<bool, OAuthError> {
        let Some(url) = &self.endpoints.revoke_url else {
            return Ok(false);
        };
        // RFC 7009: a service that is told the refresh token ends its access tokens as well.
        let token = tokens.refresh_token.as_ref().unwrap_or(&tokens.access_token);
        self.post(url, None, &[("token", token.expose())], &[token]).await?;
        Ok(true)
    }

    async fn token_call(
        &self,
        grant: Grant,
        form: &[(&str, &str)],
        secrets: &[&Secret],
    ) -> Result<Tokens, OAuthError> {
        if !self.oauth.grants.contains(&grant) {
            let message = format!("the service does not offer the grant `{}`", word(grant));
            return Err(OAuthError::NotOffered(message));
        }
        let declared = self.oauth.token_parameters.iter().filter(|parameter| {
            let wanted = parameter.condition.is_none() || self.chosen.contains(&parameter.name);
            parameter.grant == grant && wanted
        });
        let mut pairs = vec![("grant_type", word(grant))];
        pairs.extend_from_slice(form);
        pairs.extend(declared.map(|parameter| (&*parameter.name, &*parameter.value)));
        let asked_at = self.clock.now();
        let body = self.post(&self.endpoints.token_url, Some(grant), &pairs, secrets).await?;
        self.tokens(Some(grant), &body, asked_at, secrets)
    }

    /// The tokens in an answer with a status of success. Some services refuse with one as well.
    fn tokens(
        &self,
        grant: Option<Grant>,
        body: &[u8],
        asked_at: u64,
        secrets: &[&Secret],
    ) -> Result<Tokens, OAuthError> {
        match answer::tokens(&self.oauth, &self.shared, body, asked_at) {
            Err(OAuthError::Answer(_)) if answer::says_error(body) => {
                let redactor = self.redaction.learn(secrets.iter().copied());
                Err(self.refused(grant, body, 200, &redactor))
            }
            tokens => tokens,
        }
    }

    /// `secrets`: what the service must not be quoted with, besides the client secret.
    async fn post(
        &self,
        url: &str,
        grant: Option<Grant>,
        form: &[(&str, &str)],
        secrets: &[&Secret],
    ) -> Result<Zeroizing<Vec<u8>>, OAuthError> {
        let response = self.transport.exchange(self.outgoing(url, form)?).await;
        let redactor = self.redaction.learn(secrets.iter().copied());
        let response = response
            .map_err(|error| OAuthError::Unreachable(redactor.transport(error).to_string()))?;
        let (status, body) = (response.status, Zeroizing::new(response.body));
        tracing::debug!(url, status, "token call answered");
        if !(200..300).contains(&status) {
            return Err(self.refused(grant, &body, status, &redactor));
        }
        Ok(body)
    }

    fn refused(
        &self,
        grant: Option<Grant>,
        body: &[u8],
        status: u16,
        redactor: &Redactor,
    ) -> OAuthError {
        let said = answer::quote(body, redactor);
        let whole = String::from_utf8_lossy(body);
        let fault = self.rules.find(grant, Some(status), &whole).map(Box::new);
        OAuthError::Refused { status, said, fault }
    }

    /// A form, or its fields as JSON, sent as the client.
    fn outgoing(&self, url: &str, form: &[(&str, &str)]) -> Result<Outgoing, OAuthError> {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        let (id, secret) = (("client_id", &*self.client.id), self.client.secret.expose());
        let mut pairs = form.to_vec();
        match self.oauth.client_authentication {
            ClientAuthentication::Basic => {
                headers.insert(AUTHORIZATION, self.basic()?);
            }
            ClientAuthentication::Body => pairs.extend([id, ("client_secret", secret)]),
            ClientAuthentication::None if self.client.id.is_empty() => {}
            ClientAuthentication::None => pairs.push(id),
        }
        let (kind, body) = match self.oauth.token_body {
            TokenBody::Form => (FORM, Serializer::new(String::new()).extend_pairs(pairs).finish()),
            TokenBody::Json => {
                let members: BTreeMap<_, _> = pairs.into_iter().collect();
                (JSON, serde_json::to_string(&members).expect("it is nothing but texts"))
            }
        };
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
        Ok(Outgoing {
            method: Method::POST,
            url: self.routes.apply(&endpoint(url)?),
            headers,
            body: Content::Bytes(body.into_bytes()),
            timeout: TIMEOUT,
            response_bytes: ANSWER_BYTES,
            streams: Streams::default(),
        })
    }

    /// Both halves are form-encoded first (RFC 6749, section 2.3.1).
    fn basic(&self) -> Result<HeaderValue, OAuthError> {
        let encode =
            |text: &str| Zeroizing::new(byte_serialize(text.as_bytes()).collect::<String>());
        let (id, secret) = (encode(&self.client.id), encode(self.client.secret.expose()));
        let pair = Zeroizing::new(format!("{}:{}", *id, *secret));
        let pair = Zeroizing::new(STANDARD.encode(pair.as_bytes()));
        let value = Zeroizing::new(format!("Basic {}", *pair));
        let mut value = HeaderValue::from_str(&value)
            .map_err(|_| OAuthError::NotOffered("the client cannot be named in a header".into()))?;
        value.set_sensitive(true);
        Ok(value)
    }
}

/// The secret of an app, alone and in the pair that HTTP Basic encodes.
fn secrets_of(client: &Client) -> [Secret; 2] {
    let Client { id, secret } = client;
    [secret.clone(), Secret::new(format!("{id}:{}", secret.expose()))]
}

fn endpoint(text: &str) -> Result<Url, OAuthError> {
    let url = Url::parse(text).ok().filter(|url| url.scheme() == "https");
    url.ok_or_else(|| OAuthError::NotOffered(format!("the endpoint `{text}` is not an https URL")))
}

fn word(grant: Grant) -> &'static str {
    match grant {
        Grant::AuthorizationCode => "authorization_code",
        Grant::RefreshToken => "refresh_token",
        Grant::ClientCredentials => "client_credentials",
    }
}

impl fmt::Debug for OAuth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OAuth")
            .field("client", &self.client.id)
            .field("environment", &self.endpoints.environment)
            .finish_non_exhaustive()
    }
}
