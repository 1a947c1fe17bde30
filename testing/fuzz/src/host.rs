//! What the host and the command line read that others wrote.

mod curl;
mod made;

use std::future::Future;
use std::pin::pin;
use std::sync::{Arc, LazyLock};
use std::task::{Context, Poll, Waker};

use connector_auth::{Attempt, Client, OAuth};
use connector_host::contract::{CredentialSource, Descriptor, Header, Oauth2, Response};
use connector_host::{BlobStore, Blobs, Http, Policy, Routes, Secret, parsing};
use pinterest_connector::Connector;
use pinterest_connector::contract::connection;
use serde::{Deserialize, Serialize};
use url::Url;

pub use self::made::{blob, curl, limits, listener, redirect, route, tokens};

/// One thing that the host or the command line reads.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HostInput {
    /// What a person copied from a browser; `STATE` stands for the state of the attempt.
    Redirect(String),
    /// What came to the listener at the redirect URI `http://localhost:8085/`; the state is `7f2a`.
    Listener(Vec<u8>),
    /// The answer of a token endpoint.
    Tokens(String),
    /// Some answers of one service: statuses, and headers that tell of limits.
    Limits(Vec<(u16, Vec<(String, String)>)>),
    /// A reference to a file.
    Blob(String),
    /// An origin, and where it leads.
    Route(String, String),
    /// A request that a shell is to send.
    Curl {
        url: String,
        /// Of a header, and of a part of a form.
        name: String,
        /// Of the header; also the name of the part's file.
        value: String,
        body: String,
        /// Of the body: bytes, a form of text, a form of files, pieces.
        kind: usize,
    },
}

const STATE: &str = "7f2a";
const NOW: u64 = 1_795_338_000;
/// A hundred years of 366 days, in seconds.
const HUNDRED_YEARS: u64 = 100 * 366 * 86_400;

static URI: LazyLock<Url> =
    LazyLock::new(|| "http://localhost:8085/".parse().expect("it is a URL"));
static OAUTH2: LazyLock<Oauth2> = LazyLock::new(|| {
    let credentials = descriptor().credentials.into_iter();
    let mut found = credentials.filter_map(|credential| match credential.source {
        CredentialSource::Oauth2(oauth) => Some(oauth),
        _ => None,
    });
    found.next().expect("the descriptor has a credential by OAuth")
});
/// A try to connect that is answered again and again.
static ATTEMPT: LazyLock<(OAuth, Attempt)> = LazyLock::new(|| {
    let http = Arc::new(Http::new(&Policy::default()));
    let client = Client { id: "1".into(), secret: Secret::new("not a secret") };
    let oauth = OAuth::new(&descriptor(), "access-token", "production", client, http)
        .expect("the descriptor has this credential");
    let attempt = oauth.attempt(URI.as_str(), None).expect("an attempt can be made");
    (oauth, attempt)
});
static BLOBS: LazyLock<Blobs> = LazyLock::new(Blobs::default);

/// The same types on both sides of the contract, by their JSON.
fn descriptor() -> Descriptor {
    let descriptor = serde_json::to_value(<Connector as connection::Guest>::describe());
    descriptor
        .and_then(serde_json::from_value)
        .expect("both sides of the contract have the same types")
}

/// Lets the host or the command line read it. Whatever they refuse is well refused.
pub fn run(input: &HostInput) -> Result<(), String> {
    match input {
        HostInput::Redirect(text) => redirected(text),
        HostInput::Listener(request) => {
            match connector_auth::parsing::redirect(request, &URI, STATE) {
                Some(url) if url.origin() != URI.origin() || url.path() != URI.path() => {
                    Err("an answer to another address is taken".to_owned())
                }
                Some(url) if !url.query_pairs().any(|(_, value)| value == STATE) => {
                    Err("an answer to another attempt is taken".to_owned())
                }
                _ => Ok(()),
            }
        }
        HostInput::Tokens(body) => {
            match connector_auth::parsing::tokens(&OAUTH2, body.as_bytes(), NOW) {
                Ok(tokens) => {
                    let ends = [tokens.expires_at, tokens.refresh_expires_at];
                    let late = ends.iter().flatten().any(|end| *end > NOW + HUNDRED_YEARS);
                    fine_unless(late, "a token lives longer than a hundred years")
                }
                Err(error) => fine_unless(error.to_string().len() > 10_000, "an error is vast"),
            }
        }
        HostInput::Limits(answers) => {
            let answers: Vec<Response> = answers.iter().map(answer).collect();
            let wait = parsing::rate_limits(&answers);
            fine_unless(wait > parsing::LONGEST, "a wait is longer than the longest")
        }
        HostInput::Blob(reference) => opened(reference),
        HostInput::Route(origin, place) => {
            // Refused or taken: both are fine.
            let _ = Routes::default().add(origin, place);
            Ok(())
        }
        HostInput::Curl { url, name, value, body, kind } => {
            curl::run(url, [name, value], body, *kind)
        }
    }
}

fn fine_unless(is_wrong: bool, what: &str) -> Result<(), String> {
    match is_wrong {
        true => Err(what.to_owned()),
        false => Ok(()),
    }
}

fn answer((status, headers): &(u16, Vec<(String, String)>)) -> Response {
    let header =
        |(name, value): &(String, String)| Header { name: name.clone(), value: value.clone() };
    let headers = headers.iter().map(header).collect();
    Response { status: *status, headers, body: Vec::new() }
}

fn redirected(text: &str) -> Result<(), String> {
    let (oauth, attempt) = &*ATTEMPT;
    match oauth.copied(attempt, &text.replace("STATE", attempt.state())) {
        Ok(_) => Ok(()),
        Err(error) => fine_unless(error.to_string().len() > 10_000, "an error is vast"),
    }
}

fn opened(reference: &str) -> Result<(), String> {
    // Only what needs no waiting: paths are for other tests.
    let scheme = reference.split_once(':').map_or("", |(scheme, _)| scheme);
    let known = ["data", "http", "https", "ftp", "file"];
    if !known.iter().any(|known| known.eq_ignore_ascii_case(scheme)) {
        return Ok(());
    }
    let mut opened = pin!(BLOBS.open(reference, 0));
    let mut context = Context::from_waker(Waker::noop());
    match opened.as_mut().poll(&mut context) {
        Poll::Ready(Err(error)) if error.to_string().contains("?b=secret") => {
            Err("an error shows the query of an address".to_owned())
        }
        _ => Ok(()),
    }
}
