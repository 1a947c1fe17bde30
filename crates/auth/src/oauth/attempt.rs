//! One try to connect: what is asked of the service, and what its answer has to match.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use connector_host::Secret;
use connector_host::contract::connection::OauthFault;
use sha2::{Digest, Sha256};
use url::Url;

use super::{OAuth, OAuthError, endpoint};

/// Each try has its own; the parts that nobody may guess are random.
pub struct Attempt {
    url: Url,
    pub(super) redirect_uri: String,
    state: String,
    /// Shows that who exchanges the code also asked for it (RFC 7636).
    pub(super) verifier: Option<Secret>,
}

impl Attempt {
    /// Where to send the person.
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// What the service gives back unchanged, so that the answer to another try is noticed.
    pub fn state(&self) -> &str {
        &self.state
    }
}

impl OAuth {
    /// Begins a try whose answer goes to `redirect_uri`. Without `scopes` the suggested ones are
    /// asked for; the minimum always is.
    pub fn attempt(
        &self,
        redirect_uri: &str,
        scopes: Option<&[String]>,
    ) -> Result<Attempt, OAuthError> {
        let scopes = self.scopes(scopes)?;
        let state = random()?;
        let verifier = self.oauth.pkce.then(random).transpose()?;
        let mut url = self.routes.apply(&endpoint(&self.endpoints.authorize_url)?);
        url.query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("client_id", &self.client.id)
            .append_pair("redirect_uri", redirect_uri)
            .append_pair("scope", &scopes)
            .append_pair("state", &state)
            .extend_pairs(&self.endpoints.authorize_parameters);
        if let Some(verifier) = &verifier {
            let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier));
            url.query_pairs_mut()
                .append_pair("code_challenge", &challenge)
                .append_pair("code_challenge_method", "S256");
        }
        let verifier = verifier.map(Secret::new);
        Ok(Attempt { url, redirect_uri: redirect_uri.to_owned(), state, verifier })
    }

    /// The code in the address to which the service sent the browser back.
    pub fn code(&self, attempt: &Attempt, answer: &Url) -> Result<Secret, OAuthError> {
        let value = |name: &str| {
            let mut pairs = answer.query_pairs();
            pairs.find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
        };
        if value("state").as_deref() != Some(attempt.state()) {
            return Err(OAuthError::AnotherAttempt);
        }
        match (value("code"), value("error")) {
            (Some(code), _) => Ok(Secret::new(code)),
            (None, Some(error)) => {
                let said = [Some(error), value("error_description")];
                Err(self.not_authorized(&said.into_iter().flatten().collect::<Vec<_>>().join(": ")))
            }
            (None, None) => Err(OAuthError::Answer("code".into())),
        }
    }

    /// The code in what a person copied: the address, the code alone, or what the service's page
    /// says instead.
    pub fn copied(&self, attempt: &Attempt, text: &str) -> Result<Secret, OAuthError> {
        let text = text.trim();
        match Url::parse(text) {
            Ok(answer) if answer.query().is_some() => self.code(attempt, &answer),
            _ if text.is_empty() => Err(OAuthError::Answer("code".into())),
            _ if text.contains(char::is_whitespace) => Err(self.not_authorized(text)),
            _ => Ok(Secret::new(text)),
        }
    }

    /// What may be wrong when the service shows an error to the person and never answers here.
    pub fn silence(&self) -> Option<&str> {
        self.rules.advice(OauthFault::RedirectUri)
    }

    fn not_authorized(&self, said: &str) -> OAuthError {
        let fault = self.rules.find(None, None, said).map(Box::new);
        let said = self.redaction.redactor().text(said.to_owned());
        OAuthError::NotAuthorized { said: said.chars().take(super::QUOTE).collect(), fault }
    }
}

/// 256 bits that nobody can guess, in the characters that RFC 7636 allows.
fn random() -> Result<String, OAuthError> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|error| OAuthError::NoRandomness(error.to_string()))?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

impl fmt::Debug for Attempt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Attempt").field("redirect_uri", &self.redirect_uri).finish_non_exhaustive()
    }
}
