//! Looks for secrets in whatever form they may have.

use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE, Engine};

/// Pieces of what was written down, by the place where it was found.
#[derive(Default)]
pub struct Haystack(Vec<(&'static str, Vec<u8>)>);

impl Haystack {
    pub fn add(&mut self, place: &'static str, bytes: impl Into<Vec<u8>>) {
        self.0.push((place, bytes.into()));
    }

    pub fn has(&self, place: &str) -> bool {
        self.0.iter().any(|(found, bytes)| *found == place && !bytes.is_empty())
    }

    pub fn holds(&self, place: &str, text: &str) -> bool {
        self.0.iter().any(|(found, bytes)| *found == place && contains(bytes, text))
    }

    /// Fails when the secret is anywhere, in clear, in hex or in base64.
    pub fn lacks(&self, secret: &str) {
        for (place, bytes) in &self.0 {
            let found = forms(secret).iter().any(|form| contains(bytes, form));
            assert!(!found, "a {place} holds a secret");
        }
    }
}

fn contains(bytes: &[u8], text: &str) -> bool {
    memchr::memmem::find(bytes, text.as_bytes()).is_some()
}

/// Where base64 begins to encode a longer text is not known, so each place in its groups of three
/// bytes is tried, without the groups that the secret shares with its neighbours.
fn forms(secret: &str) -> Vec<String> {
    let hex: String = secret.bytes().map(|byte| format!("{byte:02x}")).collect();
    let mut forms = vec![secret.to_owned(), hex.to_uppercase(), hex];
    for skipped in 0..3 {
        let inner = &secret.as_bytes()[skipped..];
        let inner = &inner[..inner.len() / 3 * 3];
        forms.extend([BASE64_STANDARD, BASE64_URL_SAFE].map(|base64| base64.encode(inner)));
    }
    forms
}

#[test]
fn a_hidden_secret_is_found() {
    let secret = "pina_1234567890abcdef";
    for around in ["", "a", "ab", "abc"] {
        let text = format!("{around}{secret}{around}");
        let hex: String = text.bytes().map(|byte| format!("{byte:02X}")).collect();
        for hidden in [text.clone(), BASE64_STANDARD.encode(&text), hex] {
            assert!(forms(secret).iter().any(|form| contains(hidden.as_bytes(), form)));
        }
    }
    assert!(!forms(secret).iter().any(|form| contains(b"pina_1234567890abcdeg", form)));
}
