//! JWT bearer (RFC 7523): an access token for a claim that the host signs with a pasted key.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, RSA_PKCS1_SHA256, RsaKeyPair,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use connector_host::Secret;
use connector_host::contract::connection::Grant;
use connector_host::sources::{Algorithm, JwtBearer};
use rustls_pki_types::PrivateKeyDer;
use rustls_pki_types::pem::PemObject;
use serde_json::{Map, Value, json};
use zeroize::Zeroizing;

use super::{OAuth, OAuthError, answer};
use crate::tokens::Tokens;

const GRANT: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";

/// Seconds by which the host's clock may be ahead of the service's.
const AHEAD: u64 = 10;

impl OAuth {
    /// Whether its tokens come for a key that a person pastes.
    pub fn takes_key(&self) -> bool {
        self.assertion.is_some()
    }

    /// Tokens for a key that a person has pasted. They keep it, so that they can be renewed.
    pub async fn for_key(&self, key: &Secret) -> Result<Tokens, OAuthError> {
        let Some(bearer) = &self.assertion else {
            return Err(OAuthError::NotOffered("the credential is not one of a key".into()));
        };
        let asked_at = self.clock.now();
        let assertion = Secret::new(assertion(bearer, key, asked_at)?);
        let form = [("grant_type", GRANT), ("assertion", assertion.expose())];
        let url = &self.endpoints.token_url;
        let (grant, secrets) = (Some(Grant::RefreshToken), [&assertion, key]);
        let body = self.post(url, grant, &form, &secrets).await?;
        let tokens = self.tokens(grant, &body, asked_at, &secrets)?;
        Ok(Tokens { refresh_token: Some(key.clone()), refresh_expires_at: None, ..tokens })
    }
}

/// What the service takes for a proof: header, claims and signature.
fn assertion(bearer: &JwtBearer, key: &Secret, now: u64) -> Result<String, OAuthError> {
    let pasted = Pasted(serde_json::from_str(key.expose()).map_err(|error| {
        // The error says where it is wrong, and quotes nothing.
        OAuthError::Key(format!("it is not JSON (line {})", error.line()))
    })?);
    let (name, kind) = match bearer.algorithm {
        Algorithm::RS256 => ("RS256", "RSA"),
        Algorithm::ES256 => ("ES256", "P-256"),
    };
    let mut header = json!({"alg": name, "typ": "JWT"});
    if let Some(place) = &bearer.key_id {
        header["kid"] = pasted.text(place)?.into();
    }
    let mut claims: Map<String, Value> = Map::new();
    for (name, value) in &bearer.claims {
        claims.insert(name.clone(), pasted.filled(value)?);
    }
    let issued = now.saturating_sub(AHEAD);
    claims.insert("iat".into(), issued.into());
    claims.insert("exp".into(), issued.saturating_add(bearer.lifetime).into());
    let part = |value: String| URL_SAFE_NO_PAD.encode(value);
    let signed = format!("{}.{}", part(header.to_string()), part(Value::from(claims).to_string()));
    let pem = Zeroizing::new(pasted.text(&bearer.key)?);
    let no_key = |_| OAuthError::Key(format!("`{}` has no {kind} key in PEM", bearer.key));
    let der = PrivateKeyDer::from_pem_slice(pem.as_bytes()).map_err(|_| no_key(()))?;
    let signature = sign(bearer.algorithm, &der, signed.as_bytes()).ok_or_else(|| no_key(()))?;
    Ok(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature)))
}

/// None when the key is of another kind, or damaged.
fn sign(algorithm: Algorithm, key: &PrivateKeyDer<'_>, message: &[u8]) -> Option<Vec<u8>> {
    let random = SystemRandom::new();
    match algorithm {
        Algorithm::RS256 => {
            let pair = match key {
                PrivateKeyDer::Pkcs8(der) => RsaKeyPair::from_pkcs8(der.secret_pkcs8_der()),
                PrivateKeyDer::Pkcs1(der) => RsaKeyPair::from_der(der.secret_pkcs1_der()),
                _ => return None,
            };
            let pair = pair.ok()?;
            let mut signature = vec![0; pair.public_modulus_len()];
            pair.sign(&RSA_PKCS1_SHA256, &random, message, &mut signature).ok()?;
            Some(signature)
        }
        Algorithm::ES256 => {
            let curve = &ECDSA_P256_SHA256_FIXED_SIGNING;
            let pair = match key {
                PrivateKeyDer::Pkcs8(der) => {
                    EcdsaKeyPair::from_pkcs8(curve, der.secret_pkcs8_der())
                }
                PrivateKeyDer::Sec1(der) => {
                    EcdsaKeyPair::from_private_key_der(curve, der.secret_sec1_der())
                }
                _ => return None,
            };
            Some(pair.ok()?.sign(&random, message).ok()?.as_ref().to_vec())
        }
    }
}

/// The JSON text that a person has pasted. Its texts are wiped when it is dropped.
struct Pasted(Value);

impl Pasted {
    fn text(&self, pointer: &str) -> Result<String, OAuthError> {
        match self.0.pointer(pointer) {
            Some(Value::String(text)) if !text.is_empty() => Ok(text.clone()),
            Some(Value::Number(number)) => Ok(number.to_string()),
            _ => Err(OAuthError::Key(format!("it has no text at `{pointer}`"))),
        }
    }

    /// With what is there for each `{/pointer}` in its texts.
    fn filled(&self, value: &Value) -> Result<Value, OAuthError> {
        Ok(match value {
            Value::String(text) => {
                let (mut filled, mut rest) = (String::new(), text.as_str());
                while let Some((before, behind)) = rest.split_once("{/") {
                    let (name, behind) = behind.split_once('}').ok_or_else(|| {
                        OAuthError::NotOffered(format!("`{text}` has a brace that is not closed"))
                    })?;
                    filled += before;
                    filled += &self.text(&format!("/{name}"))?;
                    rest = behind;
                }
                Value::String(filled + rest)
            }
            Value::Array(items) => {
                items.iter().map(|item| self.filled(item)).collect::<Result<_, _>>()?
            }
            Value::Object(members) => {
                let fill = |(name, value): (&String, &Value)| {
                    Ok::<_, OAuthError>((name.clone(), self.filled(value)?))
                };
                Value::Object(members.iter().map(fill).collect::<Result<_, _>>()?)
            }
            other => other.clone(),
        })
    }
}

impl Drop for Pasted {
    fn drop(&mut self) {
        answer::wipe(&mut self.0);
    }
}

#[cfg(test)]
mod tests;
