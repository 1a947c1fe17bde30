//! Which actions are offered: what the scopes allow, and which of that is listed as tools.

use std::collections::BTreeSet;
use std::str::FromStr;

use connector_host::Connection;
use connector_host::contract::actions::Action;
use connector_host::contract::{CredentialSource, Descriptor, Effect};

use crate::does::is_raw;
use crate::vocabulary::Vocabulary;

/// Why a server cannot start.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A word of [`Tools::Named`] that names nothing.
    #[error("there is no group and no action `{word}`; the groups are {}", groups.join(", "))]
    Unknown {
        /// The word.
        word: String,
        /// The groups that there are.
        groups: Vec<String>,
    },
    /// Connections that cannot be served together.
    #[error("{0}")]
    Connections(String),
    /// The connector cannot describe itself.
    #[error(transparent)]
    Host(#[from] connector_host::Error),
}

/// Which of the allowed actions are listed as tools. The others can be found and called by two
/// tools more.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Tools {
    /// Those that the connector says are for daily work; where it says nothing, those without notes
    /// (such as `beta`) whose scopes it suggests to everybody. Only so many as a model may read.
    #[default]
    Daily,
    /// All of them.
    All,
    /// Those of these groups, in any case, or with these ids.
    Named(Vec<String>),
}

/// `daily`, `all`, or groups and ids with commas between them.
impl FromStr for Tools {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(match text {
            "daily" => Tools::Daily,
            "all" => Tools::All,
            named => Tools::Named(named.split(',').map(|word| word.trim().to_owned()).collect()),
        })
    }
}

impl Tools {
    /// Which of the actions are listed, by their places, the most needed first.
    pub(crate) fn listed(
        &self,
        descriptor: &Descriptor,
        actions: &[Action],
        vocabulary: &Vocabulary,
    ) -> Result<Vec<usize>, Error> {
        self.ordered(&suggested(descriptor), actions, vocabulary)
    }

    fn ordered(
        &self,
        suggested: &Option<BTreeSet<&str>>,
        actions: &[Action],
        vocabulary: &Vocabulary,
    ) -> Result<Vec<usize>, Error> {
        let place = |id: &String| actions.iter().position(|action| action.id == *id);
        let words = match self {
            Tools::All => return Ok((0..actions.len()).collect()),
            Tools::Daily if !vocabulary.daily.is_empty() => {
                return Ok(vocabulary.daily.iter().filter_map(place).collect());
            }
            Tools::Daily => {
                let all = actions.iter().enumerate();
                let daily = all.filter(|(_, action)| daily(action, suggested));
                return Ok(daily.map(|(at, _)| at).collect());
            }
            Tools::Named(words) => words,
        };
        let names = |word: &String, action: &Action| {
            word.eq_ignore_ascii_case(&action.group) || *word == action.id
        };
        for word in words {
            if !actions.iter().any(|action| names(word, action)) {
                let groups: BTreeSet<_> = actions.iter().map(|it| it.group.clone()).collect();
                let groups = groups.into_iter().collect();
                return Err(Error::Unknown { word: word.clone(), groups });
            }
        }
        let all = actions.iter().enumerate();
        let named = all.filter(|(_, action)| words.iter().any(|word| names(word, action)));
        Ok(named.map(|(at, _)| at).collect())
    }
}

/// Whether an action is worth being offered on a connection. When nobody knows what was granted, the
/// service has the last word; about what the caller may do, each request has it.
pub(crate) fn allows(connection: &Connection, action: &Action) -> bool {
    let permission = connection.permission();
    let raw = is_raw(action);
    connection.lacking(&action.scopes).is_empty()
        && (!permission.read_only || raw || action.effect == Effect::Read)
        && (!permission.no_destructive || raw || !action.destructive)
}

/// Actions that need no scope where others do are the raw way around them: not for every day.
fn daily(action: &Action, suggested: &Option<BTreeSet<&str>>) -> bool {
    action.notes.is_empty()
        && suggested.as_ref().is_none_or(|suggested| {
            !action.scopes.is_empty()
                && action.scopes.iter().all(|scope| suggested.contains(scope.as_str()))
        })
}

/// What a person grants who does not choose; none when there are no scopes at all.
fn suggested(descriptor: &Descriptor) -> Option<BTreeSet<&str>> {
    let scopes = descriptor.credentials.iter().filter_map(|credential| match &credential.source {
        CredentialSource::Oauth2(oauth) => Some(&oauth.scopes),
        _ => None,
    });
    let scopes: Vec<_> = scopes.flatten().collect();
    let wanted = scopes.iter().filter(|scope| scope.suggested || scope.minimum);
    (!scopes.is_empty()).then(|| wanted.map(|scope| scope.id.as_str()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn action(scopes: &[&str], notes: &[&str]) -> Action {
        let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        Action {
            scopes: owned(scopes),
            notes: owned(notes),
            ..crate::testing::action("things.list")
        }
    }

    #[test]
    fn daily_work_needs_suggested_scopes_and_no_reserve() {
        let suggested = Some(BTreeSet::from(["read"]));
        assert!(daily(&action(&["read"], &[]), &suggested));
        assert!(!daily(&action(&["read"], &["beta"]), &suggested));
        assert!(!daily(&action(&["read", "billing"], &[]), &suggested));
        assert!(!daily(&action(&[], &[]), &suggested));
        assert!(daily(&action(&[], &[]), &None));
    }

    #[test]
    fn the_connector_says_what_daily_work_needs() {
        let all = ["a.get", "b.get", "c.get"].map(crate::testing::action);
        let vocabulary = |ids: &[&str]| Vocabulary {
            daily: ids.iter().map(|id| (*id).to_owned()).collect(),
            ..Vocabulary::default()
        };
        let listed = |tools: Tools| tools.ordered(&None, &all, &vocabulary(&["c.get", "a.get"]));
        assert_eq!(listed(Tools::Daily).unwrap(), [2, 0]);
        assert_eq!(listed(Tools::All).unwrap(), [0, 1, 2]);
        assert_eq!(listed(Tools::Named(vec!["b.get".into()])).unwrap(), [1]);
        let none = Tools::Daily.ordered(&None, &all, &Vocabulary::default());
        assert_eq!(none.unwrap(), [0, 1, 2]);
    }

    #[test]
    fn what_is_typed_is_a_set_or_names() {
        assert_eq!("daily".parse(), Ok(Tools::Daily));
        assert_eq!("all".parse(), Ok(Tools::All));
        let named = Tools::Named(vec!["Sold items".into(), "orders.get".into()]);
        assert_eq!("Sold items, orders.get".parse(), Ok(named));
    }
}
