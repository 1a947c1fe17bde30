//! Restate from outside: calls to its ingress, and the registration of workers.

use std::time::{Duration, Instant};

use connector_host::contract;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Client, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tokio::time::sleep;
use url::Url;

use crate::failure;

/// Until a call has ended that is waited for. Longer ones are asked for again under their key.
const PATIENCE: Duration = Duration::from_secs(300);
/// Until a server has to take the registration of a worker, and between two tries.
const REGISTER: Duration = Duration::from_secs(60);
const AGAIN: Duration = Duration::from_millis(500);

/// Why Restate has not done what it was asked for.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IngressError {
    /// It did not answer. What was submitted under a key may be submitted again.
    #[error("Restate at {url}: {why}")]
    Unreachable {
        /// Where.
        url: String,
        /// Why not.
        why: String,
    },
    /// The handler failed, or there is none of this name.
    #[error("{message}")]
    Failed {
        /// The HTTP status.
        status: u16,
        /// Its words; of a call that failed, the JSON text of an object with `kind` and `message`.
        message: String,
    },
    /// The answer is not what the handler gives.
    #[error("Restate answered with something else: {0}")]
    Unexpected(String),
}

impl IngressError {
    /// What a call of a connector has failed with, if that is what happened.
    pub fn of_call(&self) -> Option<contract::Error> {
        match self {
            IngressError::Failed { message, .. } => failure::read(message),
            _ => None,
        }
    }
}

/// Calls handlers through the ingress of a Restate server. Clones share sockets.
#[derive(Clone, Debug)]
pub struct Ingress {
    client: Client,
    base: Url,
}

impl Ingress {
    /// The ingress at this address, such as `http://127.0.0.1:8080`.
    pub fn new(base: Url) -> Self {
        let client = Client::builder().no_proxy().timeout(PATIENCE);
        Ingress { client: client.build().unwrap_or_default(), base }
    }

    /// Calls a handler and waits for its result. `path` is the service, the key of an object and the handler.
    /// Under an idempotency `key` the same call is made once, however often it is asked for.
    pub async fn call<T: DeserializeOwned>(
        &self,
        path: &[&str],
        key: Option<&str>,
        body: &impl Serialize,
    ) -> Result<T, IngressError> {
        let response = self.post("call", path, key, body).await?;
        let text = self.text(response).await?;
        serde_json::from_str(if text.is_empty() { "null" } else { &text })
            .map_err(|error| IngressError::Unexpected(error.to_string()))
    }

    /// Submits a call and does not wait for it. Returns the id of its invocation.
    pub async fn send(
        &self,
        path: &[&str],
        key: Option<&str>,
        body: &impl Serialize,
    ) -> Result<String, IngressError> {
        let response = self.post("send", path, key, body).await?;
        let answer: Value = serde_json::from_str(&self.text(response).await?).unwrap_or_default();
        let id = answer["invocationId"].as_str().map(str::to_owned);
        id.ok_or_else(|| IngressError::Unexpected("there is no invocationId".into()))
    }

    /// Settles what an invocation waits for: see [`crate::Submission::approval`].
    pub async fn resolve(
        &self,
        awakeable: &str,
        value: &impl Serialize,
    ) -> Result<(), IngressError> {
        let url = self.url(&["restate", "awakeables", awakeable, "resolve"]);
        let response = self.client.post(url).json(value).send().await;
        let response = response.map_err(|error| self.unreachable(error))?;
        self.text(response).await.map(drop)
    }

    async fn post(
        &self,
        how: &str,
        path: &[&str],
        key: Option<&str>,
        body: &impl Serialize,
    ) -> Result<Response, IngressError> {
        let url = self.url(&[&["restate", how], path].concat());
        let text = serde_json::to_string(body)
            .map_err(|error| IngressError::Unexpected(error.to_string()))?;
        let mut headers = HeaderMap::new();
        // A handler without an input takes no content type.
        if text != "null" {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        if let Some(key) = key {
            let key = HeaderValue::from_str(key)
                .map_err(|_| IngressError::Unexpected("the key is no header".into()))?;
            headers.insert(HeaderName::from_static("idempotency-key"), key);
        }
        let text = if text == "null" { String::new() } else { text };
        let sent = self.client.post(url).headers(headers).body(text).send().await;
        sent.map_err(|error| self.unreachable(error))
    }

    fn url(&self, path: &[&str]) -> Url {
        let mut url = self.base.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(path);
        }
        url
    }

    async fn text(&self, response: Response) -> Result<String, IngressError> {
        let status = response.status();
        let text = response.text().await.map_err(|error| self.unreachable(error))?;
        if status.is_success() {
            return Ok(text);
        }
        let answer: Value = serde_json::from_str(&text).unwrap_or_default();
        let message = answer["message"].as_str().map_or(text, str::to_owned);
        Err(IngressError::Failed { status: status.as_u16(), message })
    }

    fn unreachable(&self, error: reqwest::Error) -> IngressError {
        let why = connector_host::causes(&error.without_url());
        IngressError::Unreachable { url: self.base.to_string(), why }
    }
}

/// Tells a Restate server, at the address of its admin API, where workers are. One that is not ready yet is asked
/// again, for a minute.
pub async fn register(admin: &Url, workers: &Url) -> Result<(), IngressError> {
    let ingress = Ingress::new(admin.clone());
    let until = Instant::now() + REGISTER;
    loop {
        match register_once(&ingress, workers).await {
            Err(IngressError::Unreachable { .. } | IngressError::Failed { status: 500.., .. })
                if Instant::now() < until =>
            {
                sleep(AGAIN).await
            }
            done => return done,
        }
    }
}

async fn register_once(ingress: &Ingress, workers: &Url) -> Result<(), IngressError> {
    let body = json!({"uri": workers.as_str(), "force": true});
    let sent = ingress.client.post(ingress.url(&["deployments"])).json(&body).send().await;
    let sent = sent.map_err(|error| ingress.unreachable(error))?;
    ingress.text(sent).await.map(drop)
}
