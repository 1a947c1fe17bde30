//! Whether a delivery is the service's: by the rules that its webhook gives.

mod encoding;
mod part;
mod rule;
mod template;
#[cfg(test)]
mod tests;
mod verdict;

use std::time::Duration;

use serde_json::Value;

use crate::bindings::automation::connector::webhooks::{Delivery, SigningKey, Webhook};
use crate::failure::Failure;
use rule::{Rule, Unusable};
use verdict::Fault;

pub use encoding::decode;
pub use verdict::Verdict;

/// The signatures of a webhook.
pub struct Signatures(Vec<Rule>);

/// What checking a delivery has found out.
pub struct Checked {
    pub verdict: Verdict,
    /// Whether what the connector wants to keep counts: a key is still to come, and this is signed in another way, or
    /// nothing can be checked at all.
    pub takes_key: bool,
}

impl Signatures {
    /// Fails when none of them can be checked here.
    pub fn new(said: &Webhook) -> Result<Self, Failure> {
        let id = &said.trigger.id;
        let (mut rules, mut unknown) = (Vec::new(), None);
        for signature in &said.signatures {
            match Rule::new(signature) {
                Ok(rule) => rules.push(rule),
                // The service may sign in another way as well.
                Err(Unusable::Algorithm(name)) => unknown = Some(name),
                Err(Unusable::Wrong(why)) => {
                    let detail =
                        format!("the webhook `{id}` has a signature that cannot be checked: {why}");
                    return Err(Failure::refused("signature", detail));
                }
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
        let kept = self.0.iter().filter_map(|rule| within(&rule.key, subscription));
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
        let mut found = Found::default();
        for rule in &self.0 {
            let key = match &rule.key {
                SigningKey::Constant(text) => Some(text.clone()),
                place @ SigningKey::Subscription(_) => {
                    subscription.and_then(|it| within(place, it)).map(str::to_owned)
                }
                other => find(other)?,
            };
            // With an empty text anybody could sign.
            let Some(key) = key.filter(|key| !key.is_empty()) else {
                match name(&rule.key) {
                    None => found.not_yet = true,
                    name => found.missing = name,
                }
                continue;
            };
            let key = rule.read_key(&key).map_err(|wanted| {
                let detail = format!("the key that signatures are checked with is no {wanted}");
                Failure::new(503, "signing-key", detail)
            })?;
            match rule.is_claimed(delivery) {
                false => found.absent = true,
                true => match rule.check(delivery, &key, now) {
                    Ok(()) => found.right = true,
                    Err(fault) => found.wrong = found.wrong.max(Some(fault)),
                },
            }
        }
        Ok(found.judge(self.0.is_empty()))
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

/// What has been found of all rules.
#[derive(Default)]
struct Found {
    right: bool,
    wrong: Option<Fault>,
    absent: bool,
    not_yet: bool,
    missing: Option<String>,
}

impl Found {
    fn judge(self, is_unsigned: bool) -> Checked {
        let not_yet = self.not_yet;
        let verdict = match self {
            _ if is_unsigned => Verdict::NotSigned,
            Found { right: true, .. } => Verdict::Right,
            Found { wrong: Some(fault), .. } => Verdict::Wrong(fault),
            Found { absent: true, .. } => Verdict::Absent,
            Found { missing: Some(what), .. } => Verdict::NoKey(what),
            Found { .. } => Verdict::NoKeyYet,
        };
        let takes_key = not_yet && matches!(verdict, Verdict::Right | Verdict::NoKeyYet);
        Checked { verdict, takes_key }
    }
}
