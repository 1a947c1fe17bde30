//! A service of one credential, for tests: it answers with what it was given, and keeps what it was
//! asked.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use connector_host::contract::connection::BoundOrigin;
use connector_host::contract::{
    Credential, CredentialSource, Descriptor, Extension, Placement, Response,
};
use connector_host::{Clock, Content, Outgoing, Transport, TransportError};
use serde_json::{Value, json};
use url::form_urlencoded;

use super::{Client, OAuth};

/// The second in which these tests happen.
pub const NOW: u64 = 1_700_000_000;

/// The id of the credential.
pub const ID: &str = "token";

/// A key that tokens are got with. Made with `openssl genpkey`, and used nowhere else.
pub const KEY: &str = include_str!("assertion/key.json");

/// How they are got with it.
pub fn jwt_bearer() -> Value {
    json!({
        "token_url": "https://tokens.example.com/token",
        "key": "/private_key",
        "key_id": "/private_key_id",
        "claims": {
            "iss": "{/client_email}",
            "scope": "sheets drive",
            "aud": "https://tokens.example.com/token",
        },
    })
}

/// What the service answers with a token of an hour.
pub fn answer(token: &str) -> (u16, Value) {
    (200, json!({"access_token": token, "expires_in": 3600, "scope": "sheets"}))
}

#[derive(Default)]
pub struct Service {
    answers: Mutex<VecDeque<(u16, Value)>>,
    asked: Mutex<Vec<Asked>>,
}

/// A token call: where it went, and its form.
pub struct Asked {
    pub url: String,
    pub form: BTreeMap<String, String>,
}

impl Service {
    pub fn new(answers: impl IntoIterator<Item = (u16, Value)>) -> Arc<Self> {
        Arc::new(Service {
            answers: Mutex::new(answers.into_iter().collect()),
            asked: Mutex::default(),
        })
    }

    pub fn asked(&self) -> Vec<Asked> {
        std::mem::take(&mut self.asked.lock().unwrap())
    }
}

#[async_trait]
impl Transport for Service {
    async fn exchange(&self, request: Outgoing) -> Result<Response, TransportError> {
        let Content::Bytes(body) = request.body else { panic!("a token call has a form") };
        let form = form_urlencoded::parse(&body).into_owned().collect();
        self.asked.lock().unwrap().push(Asked { url: request.url.into(), form });
        let answer = self.answers.lock().unwrap().pop_front();
        let (status, answer) = answer.ok_or_else(|| TransportError::Lost("no answer".into()))?;
        Ok(Response { status, headers: Vec::new(), body: answer.to_string().into_bytes() })
    }
}

pub fn descriptor(name: &str, value: &Value) -> Descriptor {
    let extension = Extension { name: name.into(), value: value.to_string() };
    let origin = "https://api.example.com".to_owned();
    Descriptor {
        id: "example".into(),
        title: String::new(),
        summary: String::new(),
        version: "1.0.0".into(),
        api_version: "1".into(),
        environments: Vec::new(),
        origins: vec![origin.clone()],
        credentials: vec![Credential {
            id: ID.into(),
            title: String::new(),
            required: true,
            group: None,
            source: CredentialSource::Other(extension),
            placement: Placement::Bearer,
            origins: vec![BoundOrigin { origin, environment: None }],
        }],
        requires: vec![name.into()],
        settings: "{}".into(),
        form: "{}".into(),
        setup: Vec::new(),
        quotas: Vec::new(),
        operations: Vec::new(),
        extensions: Vec::new(),
    }
}

pub fn oauth(name: &str, value: &Value, client: Client, service: &Arc<Service>) -> OAuth {
    let oauth = OAuth::new(&descriptor(name, value), ID, "", client, service.clone()).unwrap();
    oauth.clock(Clock::new(|| NOW))
}
