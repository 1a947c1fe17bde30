//! Links that lead a person to connect an account, and attempts that are under way at a service.
//!
//! They are kept in memory: after a restart a person gets a new link. A link is known only to whom it was
//! given, an attempt only to the browser that began it.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use connector_auth::{Attempt, Client, OAuth, StoredConnection};
use connector_host::Secret;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};
use url::Url;

use crate::caller::Caller;
use crate::problem::Problem;
use crate::random;

/// How an attempt by a code stands.
#[derive(Clone, Debug)]
pub enum Coded {
    /// What the person enters, and where.
    Shown {
        code: String,
        at: String,
    },
    Made(Box<StoredConnection>),
    Failed(Problem),
}

/// How long a link is good.
const LINK: Duration = Duration::from_secs(3600);
/// How long a person may take at the service.
pub const ATTEMPT: Duration = Duration::from_secs(900);
/// Links of one tenant that are kept; the oldest go first.
const MOST: usize = 500;

/// What a connection is to be.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    pub connector: String,
    pub name: String,
    /// The id of the credential that it is made with, where there are several.
    pub credential: Option<String>,
    pub environment: Option<String>,
    pub scopes: Option<Vec<String>>,
    #[serde(default)]
    pub settings: Map<String, Value>,
    /// An address that the person is sent back to.
    #[serde(default, deserialize_with = "address")]
    pub return_to: Option<Url>,
    pub client: Option<App>,
    secret: Option<Pasted>,
    pair: Option<Pair>,
    /// Whether it takes the place of the connection with this name. Nobody can say so: `reconnect` does.
    #[serde(skip)]
    pub again: bool,
}

fn address<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Url>, D::Error> {
    let text = Option::<String>::deserialize(from)?;
    text.map(|text| text.parse()).transpose().map_err(D::Error::custom)
}

/// An app at the service.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct App {
    id: String,
    secret: Pasted,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Pair {
    user: String,
    password: Pasted,
}

/// A secret that was typed, which nothing shows.
#[derive(Clone, Deserialize)]
#[serde(transparent)]
struct Pasted(String);

impl std::fmt::Debug for Pasted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("…")
    }
}

impl App {
    /// As the OAuth wants it.
    pub fn client(&self) -> Client {
        Client { id: self.id.clone(), secret: Secret::new(self.secret.0.clone()) }
    }
}

impl Wanted {
    /// The value that the caller has brought along.
    pub fn value(&self) -> Option<Secret> {
        let secret = self.secret.as_ref().map(|secret| Secret::new(secret.0.clone()));
        let pair =
            || self.pair.as_ref().map(|it| Secret::pair(it.user.clone(), it.password.0.clone()));
        secret.or_else(pair)
    }

    /// The settings with the environment among them.
    pub fn all_settings(&self) -> String {
        let mut settings = self.settings.clone();
        if let Some(environment) = &self.environment {
            settings.insert("environment".into(), environment.as_str().into());
        }
        Value::Object(settings).to_string()
    }
}

/// A link for a person.
#[derive(Clone, Debug)]
pub struct Link {
    pub id: String,
    /// Who has made it, and for whom.
    pub caller: Caller,
    pub wanted: Wanted,
    /// Where the person enters a code at the service: how that stands.
    pub coded: Option<Coded>,
    expires: SystemTime,
}

/// What is going on at the service.
pub struct Trying {
    pub link: String,
    /// As the person has filled it in.
    pub wanted: Wanted,
    pub caller: Caller,
    pub oauth: OAuth,
    pub attempt: Attempt,
    pub client: Client,
    pub credential: String,
    /// Known to the browser that began it.
    pub browser: String,
    pub expires: SystemTime,
}

/// Links and attempts that are open.
#[derive(Debug, Default)]
pub struct Links {
    links: Mutex<HashMap<String, Link>>,
    attempts: Mutex<HashMap<String, Trying>>,
}

impl Link {
    /// For an hour, and for who gets it.
    pub fn new(caller: &Caller, wanted: Wanted) -> Result<Self, Problem> {
        let expires = SystemTime::now() + LINK;
        Ok(Link { id: random::text()?, caller: caller.clone(), wanted, coded: None, expires })
    }

    /// Seconds since 1970-01-01 UTC.
    pub fn expires(&self) -> u64 {
        self.expires.duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_secs())
    }
}

impl Links {
    pub fn add(&self, link: Link) {
        let mut links = lock(&self.links);
        let now = SystemTime::now();
        links.retain(|_, link| link.expires > now);
        let mut of_tenant: BTreeMap<SystemTime, String> = BTreeMap::new();
        for other in links.values().filter(|it| it.caller.tenant.id == link.caller.tenant.id) {
            of_tenant.insert(other.expires, other.id.clone());
        }
        let oldest = of_tenant.values().take((of_tenant.len() + 1).saturating_sub(MOST));
        for id in oldest {
            links.remove(id);
        }
        links.insert(link.id.clone(), link);
    }

    /// The link of this id, while it is good.
    pub fn get(&self, id: &str) -> Option<Link> {
        let link = lock(&self.links).get(id).cloned();
        link.filter(|link| link.expires > SystemTime::now())
    }

    /// A person gets a code to enter. False when there is one that counts.
    pub fn code(&self, id: &str, coded: Coded) -> bool {
        let mut links = lock(&self.links);
        let Some(link) = links.get_mut(id) else { return false };
        let is_first = matches!(link.coded, None | Some(Coded::Failed(_)));
        if is_first {
            link.coded = Some(coded);
        }
        is_first
    }

    /// What came of a code. The link goes on telling it.
    pub fn coded(&self, id: &str, coded: Coded) {
        if let Some(link) = lock(&self.links).get_mut(id) {
            link.coded = Some(coded);
        }
    }

    /// It has led to a connection.
    pub fn used(&self, id: &str) {
        lock(&self.links).remove(id);
    }

    pub fn tries(&self, trying: Trying) {
        let mut attempts = lock(&self.attempts);
        let now = SystemTime::now();
        // One link has one attempt: whoever begins again has given up the one before.
        attempts.retain(|_, other| other.expires > now && other.link != trying.link);
        attempts.insert(trying.attempt.state().to_owned(), trying);
    }

    /// The attempt with this state, which is over when it is asked for.
    pub fn take(&self, state: &str, browser: &str) -> Option<Trying> {
        let mut attempts = lock(&self.attempts);
        let fits = attempts
            .get(state)
            .is_some_and(|trying| trying.browser == browser && trying.expires > SystemTime::now());
        fits.then(|| attempts.remove(state)).flatten()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl std::fmt::Debug for Trying {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Trying").field("link", &self.link).finish_non_exhaustive()
    }
}
