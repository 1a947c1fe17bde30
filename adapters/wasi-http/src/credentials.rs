//! The secrets of the connection: what is attached to requests, and what is taken out of answers.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use url::Url;

use crate::bindings::automation::connector::connection::{Credential, Descriptor, Placement};
use crate::failure::Failure;
use crate::values;

/// What stands for a secret in an answer.
const TAKEN_OUT: &str = "[secret]";
/// Shorter ones are too likely to be parts of other words.
const SHORTEST: usize = 6;

/// The first of these that has a value, and that value.
pub fn find<'a>(allowed: &[&'a Credential]) -> Result<(&'a Credential, String), Failure> {
    for credential in allowed {
        if let Some(value) = values::optional(&format!("credential-{}", credential.id))? {
            return Ok((credential, value));
        }
    }
    let name = format!("credential-{}", allowed[0].id);
    values::required(&name, &allowed[0].title).map(|value| (allowed[0], value))
}

/// Puts a value where the service looks for it.
pub fn place(
    credential: &Credential,
    value: &str,
    headers: &mut Vec<(String, String)>,
    url: &mut Url,
) -> Result<(), Failure> {
    let name = format!("credential-{}", credential.id);
    if value.chars().any(char::is_control) {
        return Err(Failure::set_up(format!("the value `{name}` does not fit into a request")));
    }
    match &credential.placement {
        Placement::Bearer => headers.push(("authorization".into(), format!("Bearer {value}"))),
        Placement::Header(place) => {
            headers.push((place.name.to_ascii_lowercase(), format!("{}{value}", place.prefix)));
        }
        Placement::Basic => {
            let encoded = STANDARD.encode(pair(value));
            headers.push(("authorization".into(), format!("Basic {encoded}")));
        }
        Placement::Query(name) => {
            url.query_pairs_mut().append_pair(name, value);
        }
        Placement::Other(signature) => {
            let id = &credential.id;
            let detail =
                format!("`{id}` is signed as `{}`, which is not done here", signature.name);
            return Err(Failure::new(501, "extension", detail));
        }
    }
    Ok(())
}

/// A pair is given as `user:password`; a secret alone is the user.
fn pair(value: &str) -> String {
    if value.contains(':') { value.to_owned() } else { format!("{value}:") }
}

/// All that must not come back: the values of the credentials, and the key of the callers.
pub fn secrets(descriptor: &Descriptor) -> Result<Vec<String>, Failure> {
    let mut secrets = Vec::from_iter(values::optional("key")?);
    for credential in &descriptor.credentials {
        let Some(value) = values::optional(&format!("credential-{}", credential.id))? else {
            continue;
        };
        if matches!(credential.placement, Placement::Basic) {
            let pair = pair(&value);
            secrets.extend(pair.split_once(':').map(|(_, password)| password.to_owned()));
            secrets.push(pair);
        }
        secrets.push(value);
    }
    // What holds another one goes first.
    secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
    Ok(secrets)
}

/// An answer without the secrets that it repeats.
pub fn redacted(bytes: Vec<u8>, secrets: &[String]) -> Vec<u8> {
    let mut bytes = bytes;
    for secret in secrets.iter().filter(|secret| secret.len() >= SHORTEST) {
        let encoded = url::form_urlencoded::byte_serialize(secret.as_bytes()).collect::<String>();
        for form in [secret, &encoded, &STANDARD.encode(secret)] {
            bytes = without(bytes, form.as_bytes());
        }
    }
    bytes
}

fn without(bytes: Vec<u8>, secret: &[u8]) -> Vec<u8> {
    let mut clean = Vec::new();
    let mut rest = &*bytes;
    while let Some(at) = rest.windows(secret.len()).position(|window| window == secret) {
        clean.extend(&rest[..at]);
        clean.extend(TAKEN_OUT.as_bytes());
        rest = &rest[at + secret.len()..];
    }
    if clean.is_empty() {
        return bytes;
    }
    clean.extend(rest);
    clean
}
