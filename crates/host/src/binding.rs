//! What a connector may do with a connection: where its requests and credentials go, and where its
//! tokens come from. A stored connection is bound to that.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use url::Url;

use crate::contract::Descriptor;
use crate::origin::Origin;
use crate::sources;

/// Who a connector is, and every place that it declares: see [`Binding::of`]. Cheap to clone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binding(Arc<Declared>);

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Declared {
    connector: String,
    places: BTreeSet<DeclaredPlace>,
}

/// A place, and what goes there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct DeclaredPlace {
    #[serde(flatten)]
    purpose: Purpose,
    /// An origin or a URL.
    at: String,
}

/// What a place is for. Environments are ids of the descriptor.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "purpose")]
pub enum Purpose {
    /// Requests may go to this origin.
    Requests,
    /// The credential goes to this origin.
    Credential {
        /// The id of the credential.
        credential: String,
        /// The id of the environment; empty where there is none.
        environment: String,
    },
    /// The person authorizes the app here.
    Authorize {
        /// The id of the credential.
        credential: String,
        /// The id of the environment; empty where there is none.
        environment: String,
    },
    /// The client secret and the refresh token go here.
    Token {
        /// The id of the credential.
        credential: String,
        /// The id of the environment; empty where there is none.
        environment: String,
    },
    /// Tokens are ended here.
    Revoke {
        /// The id of the credential.
        credential: String,
        /// The id of the environment; empty where there is none.
        environment: String,
    },
}

/// A place that one connector declares and another does not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// What goes there, for people: `requests`, `access-token in production`.
    pub what: String,
    /// Where it went; absent: this is another place beside those before.
    pub before: Option<String>,
    /// Where it is to go; absent: it goes there no more.
    pub after: Option<String>,
}

impl Binding {
    /// What a connector declares, in all of its environments.
    pub fn of(descriptor: &Descriptor) -> Self {
        let mut places = BTreeSet::new();
        let mut add = |purpose, at| {
            places.insert(DeclaredPlace { purpose, at });
        };
        for text in &descriptor.origins {
            add(Purpose::Requests, origin(text));
        }
        let environments: Vec<&str> = match descriptor.environments.as_slice() {
            [] => vec![""],
            all => all.iter().map(|environment| environment.id.as_str()).collect(),
        };
        for credential in &descriptor.credentials {
            let id = &credential.id;
            for bound in &credential.origins {
                let everywhere = || environments.clone();
                for environment in
                    bound.environment.as_deref().map_or_else(everywhere, |it| vec![it])
                {
                    let (credential, environment) = (id.clone(), environment.to_owned());
                    add(Purpose::Credential { credential, environment }, origin(&bound.origin));
                }
            }
            let Some(oauth) = sources::oauth(descriptor, &credential.source) else { continue };
            for endpoints in &oauth.endpoints {
                let of = || (id.clone(), endpoints.environment.clone());
                if !endpoints.authorize_url.is_empty() {
                    let (credential, environment) = of();
                    let purpose = Purpose::Authorize { credential, environment };
                    add(purpose, url(&endpoints.authorize_url));
                }
                let (credential, environment) = of();
                add(Purpose::Token { credential, environment }, url(&endpoints.token_url));
                if let Some(revoke_url) = &endpoints.revoke_url {
                    let (credential, environment) = of();
                    add(Purpose::Revoke { credential, environment }, url(revoke_url));
                }
            }
        }
        Binding(Arc::new(Declared { connector: descriptor.id.clone(), places }))
    }

    /// A connector that declares no place.
    pub fn nothing(connector: &str) -> Self {
        Binding(Arc::new(Declared { connector: connector.to_owned(), places: BTreeSet::new() }))
    }

    /// The connector's id.
    pub fn connector(&self) -> &str {
        &self.0.connector
    }

    /// What is different in `other`. Nothing is when it declares the same.
    pub fn changes(&self, other: &Binding) -> Vec<Change> {
        let (old, new) = (&self.0.places, &other.0.places);
        let purposes: BTreeSet<&Purpose> = old.iter().chain(new).map(|it| &it.purpose).collect();
        let mut changes = Vec::new();
        for purpose in purposes {
            let of = |places: &BTreeSet<DeclaredPlace>,
                      without: &BTreeSet<DeclaredPlace>|
             -> Vec<String> {
                let found = places.iter().filter(|it| it.purpose == *purpose);
                found.filter(|it| !holds(without, it)).map(|it| it.at.clone()).collect()
            };
            let (gone, come) = (of(old, new), of(new, old));
            for index in 0..gone.len().max(come.len()) {
                let (before, after) = (gone.get(index).cloned(), come.get(index).cloned());
                changes.push(Change { what: purpose.to_string(), before, after });
            }
        }
        changes
    }

    /// What `other` asks for beyond this: nothing when it declares the same or less.
    pub fn beyond(&self, other: &Binding) -> Vec<Change> {
        let changes = self.changes(other);
        changes.into_iter().filter(|change| change.after.is_some()).collect()
    }

    /// Whether a URL is declared for this.
    pub fn declares(&self, purpose: Purpose, at: &str) -> bool {
        self.0.places.contains(&DeclaredPlace { purpose, at: url(at) })
    }

    /// As it is stored.
    pub fn to_json(&self) -> String {
        serde_json::to_string(&*self.0).expect("it is nothing but texts")
    }

    /// What [`Binding::to_json`] gave; none of anything else.
    pub fn from_json(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok().map(|declared| Binding(Arc::new(declared)))
    }
}

/// Whether it is among the places, or within the wildcard of one.
fn holds(places: &BTreeSet<DeclaredPlace>, place: &DeclaredPlace) -> bool {
    let covers = |other: &DeclaredPlace| {
        let (Ok(other), Ok(origin)) = (other.at.parse::<Origin>(), place.at.parse::<Origin>())
        else {
            return false;
        };
        other.covers(&origin)
    };
    places.contains(place)
        || (place.purpose == Purpose::Requests
            && places.iter().any(|it| it.purpose == Purpose::Requests && covers(it)))
}

/// However it is written, the same origin is the same text.
fn origin(text: &str) -> String {
    text.parse::<Origin>().map_or_else(|_| text.to_owned(), |origin| origin.to_string())
}

fn url(text: &str) -> String {
    Url::parse(text).map_or_else(|_| text.to_owned(), String::from)
}

impl fmt::Display for Purpose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (what, credential, environment) = match self {
            Purpose::Requests => return f.write_str("requests"),
            Purpose::Credential { credential, environment } => ("", credential, environment),
            Purpose::Authorize { credential, environment } => {
                ("the consent page of ", credential, environment)
            }
            Purpose::Token { credential, environment } => {
                ("the token endpoint of ", credential, environment)
            }
            Purpose::Revoke { credential, environment } => {
                ("the revocation endpoint of ", credential, environment)
            }
        };
        write!(f, "{what}{credential}")?;
        match environment.as_str() {
            "" => Ok(()),
            environment => write!(f, " in {environment}"),
        }
    }
}

/// `requests: https://a.example → https://b.example`
impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = &self.what;
        match (&self.before, &self.after) {
            (Some(before), Some(after)) => write!(f, "{what}: {before} → {after}"),
            (None, Some(after)) => write!(f, "{what}: also {after}"),
            (Some(before), None) => write!(f, "{what}: no longer {before}"),
            (None, None) => write!(f, "{what}"),
        }
    }
}

#[cfg(test)]
mod tests;
