//! The secrets of the connection: what is attached to requests, and what is taken out of answers.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use url::Url;

use crate::bindings::automation::connector::connection::{Credential, Descriptor, Placement};
use crate::bindings::automation::connector::webhooks::{self, SigningKey};
use crate::failure::Failure;
use crate::values;

/// What stands for a secret in an answer.
const TAKEN_OUT: &str = "[secret]";
/// Shorter ones are too likely to be parts of other words.
const SHORTEST: usize = 4;

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
    if value.chars().any(char::is_control) || value.trim() != value {
        let why = "has blanks around it, or characters that no header takes";
        return Err(Failure::set_up(format!("the value `{name}` {why}")));
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

/// A credential as a key of signatures: the secret, or the password of a pair.
pub fn signing(descriptor: &Descriptor, id: &str) -> Result<Option<String>, Failure> {
    let value = values::optional(&format!("credential-{id}"))?;
    let is_pair = descriptor
        .credentials
        .iter()
        .any(|one| one.id == id && matches!(one.placement, Placement::Basic));
    Ok(value.map(|value| match value.split_once(':') {
        Some((_, password)) if is_pair => password.to_owned(),
        _ => value,
    }))
}

/// The ids of all credentials that a value is asked for.
pub fn ids(descriptor: &Descriptor) -> Vec<String> {
    let declared = descriptor.credentials.iter().map(|credential| credential.id.clone());
    declared.chain(signing_ids()).collect()
}

/// Those that deliveries are signed with.
fn signing_ids() -> impl Iterator<Item = String> {
    let all = webhooks::list_webhooks().into_iter().flat_map(|webhook| webhook.signatures);
    all.filter_map(|signature| match signature.key {
        SigningKey::Credential(id) => Some(id),
        _ => None,
    })
}

/// All that must not come back: the values of the credentials, the client secret, and the key of the callers.
pub fn secrets(descriptor: &Descriptor) -> Result<Vec<String>, Failure> {
    let mut secrets = Vec::from_iter(values::optional("key")?);
    secrets.extend(values::optional("client-secret")?);
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
    for id in signing_ids() {
        if let Some(key) = signing(descriptor, &id)?
            && !secrets.contains(&key)
        {
            secrets.push(key);
        }
    }
    sort(&mut secrets);
    Ok(secrets)
}

/// What holds another one goes first.
pub fn sort(secrets: &mut [String]) {
    secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
}

/// An answer without the secrets that it repeats, however they are escaped in it.
pub fn redacted(bytes: Vec<u8>, secrets: &[String]) -> Vec<u8> {
    let mut bytes = bytes;
    for secret in secrets.iter().filter(|secret| secret.len() >= SHORTEST) {
        bytes = without(bytes, secret.as_bytes());
        for form in encoded(secret.as_bytes()) {
            bytes = without(bytes, form.as_bytes());
        }
    }
    bytes
}

/// What base64 makes of a secret wherever it stands in a longer text, in both alphabets.
fn encoded(secret: &[u8]) -> Vec<String> {
    let mut forms = Vec::new();
    for before in 0..3 {
        let text = STANDARD_NO_PAD.encode([&[0; 2][..before], secret].concat());
        // Characters that depend on what stands before or behind are left out.
        let from = (before * 4).div_ceil(3);
        let to = text.len() - usize::from(!(before + secret.len()).is_multiple_of(3));
        let inner = text.get(from..to).unwrap_or_default();
        if inner.len() >= SHORTEST {
            forms.push(inner.replace('+', "-").replace('/', "_"));
            forms.push(inner.to_owned());
        }
    }
    forms
}

fn without(bytes: Vec<u8>, secret: &[u8]) -> Vec<u8> {
    let mut clean = Vec::new();
    let mut copied = 0;
    let mut at = 0;
    while at < bytes.len() {
        match written(&bytes[at..], secret) {
            None => at += 1,
            Some(length) => {
                clean.extend(&bytes[copied..at]);
                clean.extend(TAKEN_OUT.as_bytes());
                at += length;
                copied = at;
            }
        }
    }
    if copied == 0 {
        return bytes;
    }
    clean.extend(&bytes[copied..]);
    clean
}

/// How many bytes at the beginning stand for the secret: as they are, or with the escapes of JSON, of percent-encoding
/// or of both.
fn written(bytes: &[u8], secret: &[u8]) -> Option<usize> {
    let mut at = 0;
    for wanted in secret {
        let rest = &bytes[at..];
        at += match rest {
            [first, ..] if first == wanted => 1,
            [b'%', high, low, ..] if hex(&[*high, *low]) == Some(u32::from(*wanted)) => 3,
            [b'+', ..] if *wanted == b' ' => 1,
            [b'\\', b'u', a, b, c, d, ..] if hex(&[*a, *b, *c, *d]) == Some(u32::from(*wanted)) => {
                6
            }
            [b'\\', escaped, ..] if escaped == wanted => 2,
            _ => return None,
        };
    }
    Some(at)
}

fn hex(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0, |value, digit| Some(value * 16 + char::from(*digit).to_digit(16)?))
}
