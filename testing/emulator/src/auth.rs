//! Apps, their tokens, and what a token allows.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use axum::http::{HeaderMap, header};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use crate::clock::Moment;
use crate::reply::Refusal;

/// Every scope that Pinterest knows.
pub const SCOPES: [&str; 19] = [
    "ads:read",
    "ads:write",
    "billing:read",
    "billing:write",
    "biz_access:read",
    "biz_access:write",
    "boards:read",
    "boards:read_secret",
    "boards:write",
    "boards:write_secret",
    "catalogs:read",
    "catalogs:write",
    "msot:write",
    "pins:read",
    "pins:read_secret",
    "pins:write",
    "pins:write_secret",
    "user_accounts:read",
    "user_accounts:write",
];

/// How long an access token lives, in seconds: 30 days, as third parties report.
pub const ACCESS_LIFE_S: i64 = 30 * 86_400;
/// How long a refresh token lives, in seconds: 60 days.
pub const REFRESH_LIFE_S: i64 = 60 * 86_400;

/// Which app makes a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct AppId(usize);

impl AppId {
    /// The app with Standard access.
    pub const STANDARD: AppId = AppId(0);
    /// The app with Trial access.
    pub const TRIAL: AppId = AppId(1);
    /// No app: calls without a valid credential share one account.
    pub const NOBODY: AppId = AppId(usize::MAX);
}

/// A registered app. It has no Debug: it holds a secret.
#[derive(Clone)]
pub struct App {
    /// What people call the app.
    pub name: &'static str,
    /// Names the app.
    pub client_id: String,
    /// Proves that a caller is the app.
    pub client_secret: String,
    /// The exact addresses to which codes may be sent.
    pub redirect_uris: Vec<String>,
}

/// What a token allows.
#[derive(Clone, Serialize, Deserialize)]
pub struct Grant {
    /// The app to which it was given.
    pub app: AppId,
    /// Whether a user gave it, rather than the app taking it for itself.
    pub by_user: bool,
    /// Whether it belongs to a system user.
    pub system_user: bool,
    /// Whether it is for sending conversion events and nothing else.
    pub is_for_conversions: bool,
    /// What it reaches.
    pub scopes: BTreeSet<String>,
    /// From when on it is refused.
    pub expires: Moment,
}

impl Grant {
    /// What an app may do by itself, without a token.
    pub fn of_app(app: AppId) -> Grant {
        Grant {
            app,
            by_user: false,
            system_user: false,
            is_for_conversions: false,
            scopes: BTreeSet::new(),
            expires: Moment(i64::MAX),
        }
    }

    /// Whether it has all these scopes.
    pub fn has(&self, scopes: &[&str]) -> bool {
        scopes.iter().all(|scope| self.scopes.contains(*scope))
    }
}

/// A code that waits to be exchanged.
#[derive(Clone)]
pub struct Code {
    /// The address to which it was sent; the exchange must name the same.
    pub redirect_uri: String,
    /// What it can be exchanged for; `expires` is the code's own.
    pub grant: Grant,
}

/// What a page has asked a person.
#[derive(Clone)]
pub struct Asked {
    /// The app that asks.
    pub app: AppId,
    /// What it asks for.
    pub scopes: BTreeSet<String>,
    /// Where the answer goes.
    pub redirect_uri: String,
    /// What goes with it, as it came.
    pub state: Option<String>,
    /// From when on nobody can answer any more.
    pub expires: Moment,
}

/// All credentials of one environment.
#[derive(Clone)]
pub struct Auth {
    /// By `AppId`.
    pub apps: Vec<App>,
    /// Codes by value.
    pub codes: HashMap<String, Code>,
    /// Access tokens by value.
    pub access: HashMap<String, Arc<Grant>>,
    /// Refresh tokens by value.
    pub refresh: HashMap<String, Grant>,
    /// What a person has been asked and has not answered yet, by the token of the page.
    pub asked: HashMap<String, Asked>,
    /// How many secret values were made.
    pub minted: u64,
    salt: u64,
}

impl Auth {
    /// Two apps, one with Standard and one with Trial access. Environments with
    /// different salts never give out the same token.
    pub fn new(redirect_uris: &[String], salt: u64) -> Auth {
        let mut auth = Auth {
            apps: Vec::new(),
            codes: HashMap::new(),
            access: HashMap::new(),
            refresh: HashMap::new(),
            asked: HashMap::new(),
            salt,
            minted: 0,
        };
        let apps = [("1500001", "Flow builder"), ("1500002", "Flow builder (trial)")];
        for (client_id, name) in apps.map(|(id, name)| (id.to_owned(), name)) {
            let client_secret = auth.mint("");
            let redirect_uris = redirect_uris.to_vec();
            auth.apps.push(App { name, client_id, client_secret, redirect_uris });
        }
        auth
    }

    /// A new secret value with a prefix.
    pub fn mint(&mut self, prefix: &str) -> String {
        self.minted += 1;
        let (a, b) =
            (scramble(self.salt ^ self.minted), scramble(self.salt.rotate_left(32) ^ self.minted));
        format!("{prefix}{a:016x}{b:016x}")
    }

    /// Makes an access token for a grant.
    pub fn issue(&mut self, grant: Grant) -> String {
        let token = self.mint("pina_");
        self.access.insert(token.clone(), Arc::new(grant));
        token
    }

    /// About how many bytes it takes to keep everything.
    pub fn weight(&self) -> usize {
        (self.access.len() + self.refresh.len() + self.codes.len()) * 1_000
    }

    /// Forgets what has run out.
    pub fn forget_old(&mut self, now: Moment) {
        self.access.retain(|_, grant| grant.expires > now);
        self.refresh.retain(|_, grant| grant.expires > now);
        self.codes.retain(|_, code| code.grant.expires > now);
        self.asked.retain(|_, asked| asked.expires > now);
    }

    /// The app with this client id.
    pub fn app(&self, client_id: &str) -> Option<(AppId, &App)> {
        let index = self.apps.iter().position(|app| app.client_id == client_id)?;
        Some((AppId(index), &self.apps[index]))
    }

    /// The grant behind the bearer token of a request.
    pub fn bearer(&self, headers: &HeaderMap, now: Moment) -> Result<Arc<Grant>, Refusal> {
        credential(headers, "Bearer")
            .and_then(|token| self.access.get(token))
            .filter(|grant| grant.expires > now)
            .cloned()
            .ok_or_else(Refusal::unauthenticated)
    }

    /// The app that proves itself with HTTP Basic.
    pub fn client(&self, headers: &HeaderMap) -> Result<AppId, Refusal> {
        let app = || {
            let decoded = STANDARD.decode(credential(headers, "Basic")?).ok()?;
            let (client_id, secret) = std::str::from_utf8(&decoded).ok()?.split_once(':')?;
            let (id, app) = self.app(client_id)?;
            (app.client_secret == secret).then_some(id)
        };
        app().ok_or_else(Refusal::unauthenticated)
    }
}

/// Reads comma-separated scopes and refuses unknown ones.
pub fn read_scopes(text: &str) -> Result<BTreeSet<String>, Refusal> {
    let scopes: BTreeSet<String> = text.split(',').map(str::to_owned).collect();
    match scopes.iter().find(|scope| !SCOPES.contains(&scope.as_str())) {
        Some(unknown) => Err(Refusal::invalid(format!("scope: '{unknown}' is not a scope"))),
        None => Ok(scopes),
    }
}

/// Spreads the bits of a number, for values that should look random.
pub fn scramble(number: u64) -> u64 {
    let mut mixed = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

fn credential<'h>(headers: &'h HeaderMap, scheme: &str) -> Option<&'h str> {
    let (found, credential) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    found.eq_ignore_ascii_case(scheme).then_some(credential)
}
