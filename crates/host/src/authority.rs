//! The one place that decides whether a request may be sent: by what it does, not by what asked for
//! it.

use url::Url;

use crate::call::Call;
use crate::connection::Connection;
use crate::contract::{
    CredentialSource, Descriptor, Effect, Error as ConnectorError, ErrorKind, Header,
    MISSING_SCOPE, Method, Request,
};
use crate::error::Error;
use crate::operations::{Meaning, Unlisted, at_least, folded_path, stricter};
use crate::permission::Permission;
use crate::request::{check_credential, check_url, named};
use crate::rule;
use crate::{scopes, sources};

/// Headers by which some servers take a request for one of another method or path.
const REROUTING: [&str; 6] = [
    "x-http-method",
    "x-http-method-override",
    "x-method-override",
    "x-original-url",
    "x-override-url",
    "x-rewrite-url",
];

/// Decides about all requests of one call.
pub(crate) struct Authority<'a> {
    connection: &'a Connection,
    /// None for a request that belongs to no call that is known.
    call: Option<&'a Call>,
    /// What the call says that it needs; looked up once.
    declared: Option<Declared>,
    /// The operation of the last request, and what it needs.
    last: Option<(String, Vec<String>)>,
}

/// What is known of a request.
enum Known {
    Listed(Meaning),
    /// The connector does not list it, and that is allowed.
    Unlisted,
    /// The connector lists no operations at all.
    NoList,
}

struct Declared {
    scopes: Vec<String>,
    destructive: bool,
}

impl<'a> Authority<'a> {
    pub fn new(connection: &'a Connection, call: Option<&'a Call>) -> Self {
        Authority { connection, call, declared: None, last: None }
    }

    /// Says what sending the request twice does: never less than the connector's list of operations
    /// says. Fails when the request may not be sent.
    pub fn admit(&mut self, request: &Request) -> Result<Effect, Error> {
        self.last = None;
        let permission = &self.connection.permission;
        let floor = at_least(&request.method, request.effect);
        let Some(credential) = &request.credential else {
            // Nobody's rights go with it; what it says about itself is not to be relied on.
            return match permission.read_only && !reads(&request.method) {
                true => Err(not_allowed(&format!("{} may change something", shown(request)))),
                false => Ok(floor),
            };
        };
        let Connection { connector, environment, .. } = self.connection;
        let url = check_url(connector, &request.url)?;
        check_credential(connector, environment, credential, &url)?;
        if let Some(Header { name, .. }) = request
            .headers
            .iter()
            .find(|header| REROUTING.contains(&&*header.name.to_ascii_lowercase()))
        {
            let message = format!("header `{name}`: it makes another request of this one");
            return Err(Error::refused(rule::REQUEST_HEADER, message));
        }
        let known = self.known(request, &url)?;
        let declared = self.declared()?;
        let reads = reads(&request.method);
        let (effect, is_read, destructive) = match &known {
            Known::Listed(it) => (it.effect, it.effect == Effect::Read, it.destructive),
            // Nobody knows what it does, so it may do anything.
            Known::Unlisted if reads => (Effect::Read, true, false),
            Known::Unlisted => (Effect::Write, false, true),
            // What the connector says about a call is all there is.
            Known::NoList => {
                let takes_away = declared.destructive || request.method == Method::Delete;
                (Effect::Read, reads, takes_away)
            }
        };
        let mut needed = declared.scopes.clone();
        let name = match known {
            Known::Listed(Meaning { id, scopes, .. }) => {
                let more = scopes.iter().filter(|scope| !declared.scopes.contains(scope));
                needed.extend(more.cloned());
                let name = format!("`{id}`");
                self.last = Some((id, scopes));
                name
            }
            _ => shown(request),
        };
        if permission.read_only && !is_read {
            return Err(not_allowed(&format!("{name} changes something")));
        }
        if permission.no_destructive && destructive {
            return Err(not_allowed(&format!("{name} takes something away, or may do so")));
        }
        if let Some(links) = self.connection.policy.links.as_ref().filter(|_| !is_read) {
            links.check(request)?;
        }
        self.check_scopes(request, &needed)?;
        Ok(stricter(floor, effect))
    }

    /// Names the operation and its scopes in the service's own refusal, which may name neither.
    pub fn explain(&self, failure: Error) -> Error {
        let Error::Connector(mut error) = failure else { return failure };
        if error.code == MISSING_SCOPE && error.status.is_some() {
            let declared = || self.declared.as_ref().map(|declared| &declared.scopes);
            let scopes = self.last.as_ref().map(|(_, scopes)| scopes).or_else(declared);
            if let Some(scopes) = scopes.filter(|scopes| !scopes.is_empty()) {
                let (subject, scopes) = (self.subject(), scopes.join(", "));
                error.message = format!("{subject} needs {scopes}: {}", error.message);
            }
        }
        Error::Connector(error)
    }

    fn known(&self, request: &Request, url: &Url) -> Result<Known, Error> {
        let connector = &self.connection.connector;
        let Some(operations) = connector.operations() else { return Ok(Known::NoList) };
        let shown = shown(request);
        let refuse = |why: String| Err(Error::refused(rule::OPERATION, why));
        match operations.find(&self.connection.environment, &request.method, url) {
            Ok(meaning) => Ok(Known::Listed(meaning)),
            Err(_) if is_endpoint(connector.descriptor(), url) => {
                refuse(format!("{shown}: only the connection itself asks for tokens"))
            }
            Err(Unlisted::Unknown) if self.connection.permission.unlisted => Ok(Known::Unlisted),
            Err(why @ Unlisted::Unknown) => {
                refuse(format!("{shown}: {why}, and others are not allowed here"))
            }
            // It may be one that is listed, with other scopes than this one would need.
            Err(why) => refuse(format!("{shown}: {why}")),
        }
    }

    fn declared(&mut self) -> Result<&Declared, Error> {
        if self.declared.is_none() {
            let limited = self.connection.granted.is_some()
                || self.connection.permission.scopes.is_some()
                || self.connection.permission.no_destructive;
            let (scopes, destructive) = match self.call {
                Some(call) if limited => scopes::declared(&self.connection.connector, call)?,
                _ => (Vec::new(), false),
            };
            self.declared = Some(Declared { scopes, destructive });
        }
        Ok(self.declared.as_ref().expect("it has just been set"))
    }

    /// What was granted belongs to a credential of OAuth; what the caller may use, to the caller.
    fn check_scopes(&self, request: &Request, needed: &[String]) -> Result<(), Error> {
        let Connection { granted, permission, connector, .. } = self.connection;
        let forbidden = permission.lacking(needed);
        let granted = granted.as_ref().filter(|_| by_oauth(connector.descriptor(), request));
        let lacking: Vec<&str> = match granted {
            Some(granted) => {
                needed.iter().filter(|it| !granted.contains(it)).map(String::as_str).collect()
            }
            None => Vec::new(),
        };
        // What the call says about itself needs no operation for an explanation.
        let declared = self.declared.as_ref().map_or(&[][..], |declared| &declared.scopes);
        let mut unexpected = lacking.iter().chain(&forbidden);
        let unexpected = unexpected.any(|scope| !declared.iter().any(|known| known == scope));
        let subject = || match &self.last {
            Some((id, _)) if unexpected => format!("{} sends `{id}`, which", self.subject()),
            _ => self.subject(),
        };
        let (scopes, message, advice) = if !lacking.is_empty() {
            let scopes = lacking.join(", ");
            let message = format!("{} needs scopes that were not granted: {scopes}", subject());
            (lacking.clone(), message, format!("Connect again and grant {scopes}."))
        } else if !forbidden.is_empty() {
            let scopes = forbidden.join(", ");
            let message = format!("{} needs scopes that are not allowed here: {scopes}", subject());
            (
                forbidden.clone(),
                message,
                format!("Whoever started this program can allow {scopes}."),
            )
        } else {
            return Ok(());
        };
        let operation = self.last.as_ref().map(|(id, _)| id);
        let details = serde_json::json!({"operation": operation, "scopes": scopes}).to_string();
        let error = ConnectorError::new(ErrorKind::Forbidden, MISSING_SCOPE, message);
        Err(ConnectorError { advice: Some(advice), details: Some(details), ..error }.into())
    }

    fn subject(&self) -> String {
        self.call.map_or_else(|| "the request".into(), scopes::subject)
    }
}

impl Connection {
    /// The service's own name of the operation that a request is, if the connector lists it.
    pub fn operation(&self, request: &Request) -> Option<String> {
        let url = Url::parse(&request.url).ok()?;
        let found = self.connector.operations()?.find(&self.environment, &request.method, &url);
        Some(found.ok()?.id)
    }

    /// What the caller may do, besides what was granted.
    pub fn permission(&self) -> &Permission {
        &self.permission
    }

    /// Which of these scopes were not granted, or are not allowed to the caller. None are known to
    /// lack when nobody knows what was granted.
    pub fn lacking(&self, scopes: &[String]) -> Vec<String> {
        let granted = |scope: &String| self.granted.as_ref().is_none_or(|it| it.contains(scope));
        let forbidden = self.permission.lacking(scopes);
        let lacks = |scope: &&String| !granted(scope) || forbidden.contains(&scope.as_str());
        scopes.iter().filter(lacks).cloned().collect()
    }
}

fn reads(method: &Method) -> bool {
    matches!(method, Method::Get | Method::Head)
}

fn not_allowed(what: &str) -> Error {
    let message = format!("{what}, and the caller may not");
    Error::refused(rule::PERMISSION, message)
}

/// Without the query, which may hold what people search for.
fn shown(request: &Request) -> String {
    let url = request.url.split(['?', '#']).next().unwrap_or_default();
    format!("`{} {url}`", request.method.word())
}

fn by_oauth(descriptor: &Descriptor, request: &Request) -> bool {
    let name = request.credential.as_deref().unwrap_or_default();
    let found = named(descriptor.credentials.iter(), name);
    let is_consent = |source: &CredentialSource| {
        matches!(source, CredentialSource::SharedConsent(_))
            || sources::oauth(descriptor, source).is_some()
    };
    found.iter().any(|found| is_consent(&found.source))
}

/// Whether it is where tokens are given or ended, however it is written.
fn is_endpoint(descriptor: &Descriptor, url: &Url) -> bool {
    sources::token_urls(descriptor).iter().any(|endpoint| {
        endpoint.origin() == url.origin() && folded_path(endpoint) == folded_path(url)
    })
}
