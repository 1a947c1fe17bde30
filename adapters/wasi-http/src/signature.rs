//! Whether a delivery is the service's: by the rules that its webhook gives.

#[cfg(test)]
mod tests;

use std::time::Duration;

use connector_deliveries as deliveries;
use connector_deliveries::{Checked, Delivered, Key, Rule, Scheme};
use serde_json::Value;

use crate::bindings::automation::connector::types::Method;
use crate::bindings::automation::connector::webhooks::{
    Algorithm, Delivery, Encoding, Signature, SigningKey, Webhook,
};
use crate::failure::Failure;

/// The signatures of a webhook, with the places of their keys.
pub struct Signatures(Vec<(Rule, SigningKey)>);

impl Signatures {
    /// Fails when none of them can be checked here.
    pub fn new(said: &Webhook) -> Result<Self, Failure> {
        let id = &said.trigger.id;
        let (mut rules, mut unknown) = (Vec::new(), None);
        for signature in &said.signatures {
            match scheme(&signature.algorithm) {
                Ok(scheme) => match rule(signature, scheme) {
                    Ok(rule) => rules.push((rule, signature.key.clone())),
                    Err(why) => {
                        let detail = format!(
                            "the webhook `{id}` has a signature that cannot be checked: {why}"
                        );
                        return Err(Failure::refused("signature", detail));
                    }
                },
                // The service may sign in another way as well.
                Err(name) => unknown = Some(name),
            }
        }
        match unknown {
            Some(name) if rules.is_empty() => {
                let detail =
                    format!("the webhook `{id}` is signed with `{name}`, which is not known here");
                Err(Failure::new(501, "extension", detail))
            }
            _ => Ok(Signatures(rules)),
        }
    }

    /// The keys that are in a subscription, which are secrets.
    pub fn kept(&self, subscription: &Value) -> Vec<String> {
        let kept = self.0.iter().filter_map(|(_, key)| within(key, subscription));
        kept.filter(|key| !key.is_empty()).map(str::to_owned).collect()
    }

    /// Checks a delivery, `now` after 1970-01-01 UTC. `find` knows the client secret and the credentials.
    pub fn check(
        &self,
        delivery: &Delivery,
        subscription: Option<&Value>,
        now: Duration,
        find: impl Fn(&SigningKey) -> Result<Option<String>, Failure>,
    ) -> Result<Checked, Failure> {
        let mut rules = Vec::new();
        for (rule, place) in &self.0 {
            let text = match place {
                SigningKey::Constant(text) => Some(text.clone()),
                SigningKey::Subscription(_) => {
                    subscription.and_then(|it| within(place, it)).map(str::to_owned)
                }
                other => find(other)?,
            };
            rules.push((rule, Key { text, missing: name(place) }));
        }
        let headers = delivery.headers.iter().map(|it| (&*it.name, &*it.value));
        let delivered = Delivered {
            method: word(&delivery.method),
            url: &delivery.url,
            headers: headers.collect(),
            body: &delivery.body,
        };
        deliveries::check(rules, &delivered, now).map_err(|wanted| {
            let detail = format!("the key that signatures are checked with is no {wanted}");
            Failure::new(503, "signing-key", detail)
        })
    }
}

fn rule(said: &Signature, scheme: Scheme) -> Result<Rule, String> {
    let time = said.time.as_ref();
    Rule::new(&deliveries::Signature {
        header: &said.header,
        element: said.element.as_deref(),
        prefix: &said.prefix,
        encoding: encoding(said.encoding),
        scheme,
        key_encoding: encoding(said.key_encoding),
        signed: &said.signed,
        time: time.map(|it| (&*it.time, Duration::from_millis(it.tolerance_ms.into()))),
    })
}

fn encoding(said: Encoding) -> deliveries::Encoding {
    match said {
        Encoding::Plain => deliveries::Encoding::Plain,
        Encoding::Hex => deliveries::Encoding::Hex,
        Encoding::Base64 => deliveries::Encoding::Base64,
    }
}

/// Fails with the name of an algorithm that is not known here.
fn scheme(said: &Algorithm) -> Result<Scheme, String> {
    Ok(match said {
        Algorithm::HmacSha256 => Scheme::HmacSha256,
        Algorithm::HmacSha1 => Scheme::HmacSha1,
        Algorithm::HmacSha512 => Scheme::HmacSha512,
        Algorithm::Ed25519 => Scheme::Ed25519,
        Algorithm::Token => Scheme::Token,
        Algorithm::Other(extension) => return Err(extension.name.clone()),
    })
}

/// A method as it is written.
fn word(method: &Method) -> &str {
    match method {
        Method::Get => "GET",
        Method::Head => "HEAD",
        Method::Post => "POST",
        Method::Put => "PUT",
        Method::Patch => "PATCH",
        Method::Delete => "DELETE",
        Method::Other(word) => word,
    }
}

/// The text at a place within a subscription.
fn within<'a>(place: &SigningKey, subscription: &'a Value) -> Option<&'a str> {
    match place {
        SigningKey::Subscription(pointer) => subscription.pointer(pointer)?.as_str(),
        _ => None,
    }
}

/// What is missing without such a key, for people; none where a subscription lacks it.
fn name(place: &SigningKey) -> Option<String> {
    match place {
        SigningKey::Subscription(_) => None,
        SigningKey::Constant(_) => Some("the constant key".to_owned()),
        SigningKey::ClientSecret => Some("the value `client-secret`".to_owned()),
        SigningKey::Credential(id) => Some(format!("the value `credential-{id}`")),
    }
}
