//! What all signatures of a webhook come to.

use std::time::Duration;

use zeroize::Zeroizing;

use crate::delivered::Delivered;
use crate::rule::Rule;
use crate::verdict::{Fault, Verdict};

/// The key of a rule, as it is written where it was looked for. With an empty text anybody could sign, so that is none.
#[derive(Clone)]
pub struct Key<T> {
    /// None when it is not there.
    pub text: Option<T>,
    /// Without it: what is missing, for people, or none where a subscription lacks it, which may get it yet.
    pub missing: Option<String>,
}

impl<T> std::fmt::Debug for Key<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Key").field("missing", &self.missing).finish_non_exhaustive()
    }
}

/// What checking a delivery has found out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    /// Whether it is the service's.
    pub verdict: Verdict,
    /// Whether what the connector wants to keep counts: a key is still to come, and this is signed in another way, or
    /// nothing can be checked at all.
    pub takes_key: bool,
}

/// Checks a delivery, `now` after 1970-01-01 UTC. Fails when a key is not written as its rule says: as what it is to be.
pub fn check<'a, T: AsRef<str>>(
    rules: impl IntoIterator<Item = (&'a Rule, Key<T>)>,
    delivery: &Delivered<'_>,
    now: Duration,
) -> Result<Checked, &'static str> {
    let mut found = Found::default();
    for (rule, key) in rules {
        found.rules += 1;
        let text = key.text.as_ref().map(AsRef::as_ref).filter(|text| !text.is_empty());
        let Some(text) = text else {
            match key.missing {
                None => found.not_yet = true,
                missing => found.missing = missing,
            }
            continue;
        };
        let key = Zeroizing::new(rule.read_key(text)?);
        match rule.is_claimed(delivery) {
            false => found.absent = true,
            true => match rule.check(delivery, &key, now) {
                Ok(()) => found.right = true,
                Err(fault) => found.wrong = found.wrong.max(Some(fault)),
            },
        }
    }
    Ok(found.judge())
}

/// What has been found of all rules.
#[derive(Default)]
struct Found {
    rules: usize,
    right: bool,
    wrong: Option<Fault>,
    absent: bool,
    not_yet: bool,
    missing: Option<String>,
}

impl Found {
    fn judge(self) -> Checked {
        let not_yet = self.not_yet;
        let verdict = match self {
            Found { rules: 0, .. } => Verdict::NotSigned,
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
