//! What the host reads that others wrote: addresses of browsers, references of blobs, routes.

use std::future::Future;
use std::pin::pin;
use std::sync::{Arc, LazyLock};
use std::task::{Context, Poll, Waker};

use connector_host::contract::Descriptor;
use connector_host::{Attempt, BlobStore, Blobs, Client, Http, OAuth, Policy, Routes, Secret};
use pinterest_connector::Connector;
use pinterest_connector::contract::connection;
use serde::{Deserialize, Serialize};

use crate::mutate;
use crate::rng::Rng;

/// One thing that the host reads.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HostInput {
    /// What a person copied from a browser; `STATE` stands for the state of the attempt.
    Redirect(String),
    /// A reference to a file.
    Blob(String),
    /// An origin, and where it leads.
    Route(String, String),
}

/// A try to connect that is answered again and again.
static ATTEMPT: LazyLock<(OAuth, Attempt)> = LazyLock::new(|| {
    // The same types on both sides of the contract, by their JSON.
    let descriptor = serde_json::to_value(<Connector as connection::Guest>::describe());
    let descriptor: Descriptor = descriptor
        .and_then(serde_json::from_value)
        .expect("both sides of the contract have the same types");
    let http = Arc::new(Http::new(&Policy::default()).expect("a client can be made"));
    let client = Client { id: "1".into(), secret: Secret::new("not a secret") };
    let oauth = OAuth::new(&descriptor, "access-token", "production", client, http)
        .expect("the descriptor has this credential");
    let attempt = oauth.attempt("http://localhost:8085/", None).expect("an attempt can be made");
    (oauth, attempt)
});
static BLOBS: LazyLock<Blobs> = LazyLock::new(Blobs::default);

/// An address to which a browser was sent, or something else that was copied.
pub fn redirect(rng: &mut Rng) -> HostInput {
    const TEXTS: [&str; 5] = [
        "http://localhost:8085/?code=4f1c9a&state=STATE",
        "http://localhost:8085/?error=access_denied&error_description=no&state=STATE",
        "4f1c9a",
        r#"{"code": 1, "message": "redirect_uri: this address is not registered for the app"}"#,
        "localhost:8085/?state=STATE#code=1",
    ];
    let text = (0..rng.below(3) + 1)
        .fold(rng.pick(&TEXTS).to_string(), |text, _| mutate::text(&text, rng));
    HostInput::Redirect(text)
}

/// A path, a `data:` URI or an address.
pub fn blob(rng: &mut Rng) -> HostInput {
    const TEXTS: [&str; 6] = [
        "data:image/png;base64,iVBORw0KGgo=",
        "data:text/plain;charset=utf-8;name=a.txt,a%20b",
        "data:,",
        "http://127.0.0.1/a?b=secret",
        "ftp://example.com/a",
        "FILE:///etc/passwd",
    ];
    let text = (0..rng.below(3) + 1)
        .fold(rng.pick(&TEXTS).to_string(), |text, _| mutate::text(&text, rng));
    HostInput::Blob(text)
}

/// Where an origin is led.
pub fn route(rng: &mut Rng) -> HostInput {
    let origin = mutate::text("https://api.pinterest.com", rng);
    HostInput::Route(origin, mutate::text("http://127.0.0.1:8931/storage", rng))
}

/// Lets the host read it. Whatever it refuses is well refused.
pub fn run(input: &HostInput) -> Result<(), String> {
    match input {
        HostInput::Redirect(text) => {
            let (oauth, attempt) = &*ATTEMPT;
            let text = text.replace("STATE", attempt.state());
            let said = match oauth.copied(attempt, &text) {
                Ok(_) => return Ok(()),
                Err(error) => error.to_string(),
            };
            match said.len() < 10_000 {
                true => Ok(()),
                false => Err(format!("an error of {} bytes", said.len())),
            }
        }
        HostInput::Blob(reference) => {
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
        HostInput::Route(origin, place) => {
            // Refused or taken: both are fine.
            let _ = Routes::default().add(origin, place);
            Ok(())
        }
    }
}
