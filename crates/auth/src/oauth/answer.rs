//! Reads what a token endpoint answers.

use connector_host::contract::Oauth2;
use connector_host::contract::connection::TokenAnswer;
use connector_host::{Redactor, Secret, bounds};
use serde_json::Value;
use url::Url;
use zeroize::Zeroize;

use crate::oauth::{OAuthError, QUOTE};
use crate::tokens::Tokens;

/// Takes the tokens from where the descriptor says they are. Their lives are counted from the
/// second in which they were asked for, by the clock that will be looked at again: whether it
/// agrees with the service's does not matter. Fails naming the place of the access token when it
/// is empty there.
pub(crate) fn tokens(
    oauth: &Oauth2,
    shared: &[(String, TokenAnswer)],
    body: &[u8],
    asked_at: u64,
) -> Result<Tokens, OAuthError> {
    let answer = Answer(serde_json::from_slice(body).unwrap_or_default());
    let tokens = |places| read(places, &oauth.scope_separator, &answer.0, asked_at);
    let others = shared.iter().filter_map(|(id, places)| Some((id.clone(), tokens(places).ok()?)));
    Ok(Tokens { shared: others.collect(), ..tokens(&oauth.token_answer)? })
}

fn read(
    places: &TokenAnswer,
    separator: &str,
    answer: &Value,
    asked_at: u64,
) -> Result<Tokens, OAuthError> {
    let text = |pointer: &str| answer.pointer(pointer)?.as_str().filter(|text| !text.is_empty());
    let end =
        |pointer: &str| Some(asked_at.saturating_add(bounds::life(answer.pointer(pointer)?)?));
    let access_token = text(&places.access_token)
        .ok_or_else(|| OAuthError::Answer(places.access_token.clone()))?;
    let refresh_token = places.refresh_token.as_deref().and_then(text);
    let scopes = places.granted_scopes.as_deref().and_then(text);
    Ok(Tokens {
        access_token: Secret::new(access_token),
        expires_at: places.expires_in.as_deref().and_then(end),
        refresh_token: refresh_token.map(Secret::new),
        refresh_expires_at: places.refresh_token_expires_in.as_deref().and_then(end),
        scopes: scopes.map(|joined| split(joined, separator)),
        by_app: false,
        settings: places
            .settings
            .iter()
            .filter_map(|(name, pointer)| Some((name.clone(), setting(text(pointer)?))))
            .collect(),
        shared: Vec::new(),
    })
}

/// Of an https URL without a path, the host: services give their address so.
fn setting(text: &str) -> String {
    let host = Url::parse(text).ok().filter(|url| url.scheme() == "https" && url.path() == "/");
    host.and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_else(|| text.to_owned())
}

/// Its texts are wiped when it is dropped.
struct Answer(Value);

impl Drop for Answer {
    fn drop(&mut self) {
        wipe(&mut self.0);
    }
}

pub(super) fn wipe(value: &mut Value) {
    match value {
        Value::String(text) => text.zeroize(),
        Value::Array(items) => items.iter_mut().for_each(wipe),
        Value::Object(members) => members.values_mut().for_each(wipe),
        _ => {}
    }
}

/// Services join scopes with their own separator or, as RFC 6749 says, with blanks.
fn split(joined: &str, separator: &str) -> Vec<String> {
    let joined = match separator {
        "" => joined.to_owned(),
        separator => joined.replace(separator, " "),
    };
    joined.split_whitespace().map(str::to_owned).collect()
}

/// Whether an answer names an error (RFC 6749, section 5.2), whatever its status.
pub(super) fn says_error(body: &[u8]) -> bool {
    let answer = Answer(serde_json::from_slice(body).unwrap_or_default());
    answer.0["error"].as_str().is_some_and(|error| !error.is_empty())
}

/// What the service says, from the members that services say it in, without any secret that it
/// echoes.
pub(super) fn quote(body: &[u8], redactor: &Redactor) -> String {
    let answer: Value = serde_json::from_slice(body).unwrap_or_default();
    let words = ["error", "error_description", "message"];
    let said = words.map(|word| answer.get(word)?.as_str()).into_iter().flatten();
    let said = redactor.text(said.collect::<Vec<_>>().join(": "));
    match said.is_empty() {
        true => "it gives no reason".into(),
        false => said.chars().take(QUOTE).collect(),
    }
}
