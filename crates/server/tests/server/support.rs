//! An emulator, a server, and keys of two tenants.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use connector_auth::{Client, ConnectionSpec, KeySource, Tokens};
use connector_emulator::{Consent, Control, Emulator, TokenSpec};
use connector_host::{Connector, Engine, EngineOptions, Routes, Seal, Secret};
use connector_server::{Limits, Options, Right, Rights, Server};
use reqwest::{Method, Response, StatusCode, redirect};
use serde_json::Value;
use tempfile::TempDir;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

static ENGINE: LazyLock<Engine> = LazyLock::new(|| {
    let cache = Some(Path::new(env!("CARGO_TARGET_TMPDIR")).join("compiled"));
    Engine::new(EngineOptions { cache, ..EngineOptions::default() }).unwrap()
});
static CONNECTOR: LazyLock<Connector> = LazyLock::new(|| component("pinterest_connector"));

/// A component that `make component examples` has made.
pub fn component(name: &str) -> Connector {
    let target = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("..");
    let path = target.join(format!("wasm32-unknown-unknown/release/{name}.wasm"));
    let loaded = Connector::load(&ENGINE, &path);
    loaded.unwrap_or_else(|error| panic!("{error}: run `make component examples`"))
}

/// Everything runs until it is dropped.
pub struct Stack {
    pub emulator: Emulator,
    pub control: Control,
    pub url: String,
    /// All rights at the tenant `one`, and at `two`.
    pub one: String,
    pub two: String,
    pub folder: TempDir,
    stop: Option<oneshot::Sender<()>>,
    serving: JoinHandle<std::io::Result<()>>,
    pub server: Server,
}

impl Stack {
    pub async fn start() -> Stack {
        Stack::with(|_| {}).await
    }

    /// With a connection `mine` for each of two tenants.
    pub async fn with(change: impl FnOnce(&mut Options)) -> Stack {
        let folder = tempfile::tempdir().unwrap();
        let options = connector_emulator::Options { consent: Consent::Ask, ..Default::default() };
        let emulator = Emulator::start(options).await.unwrap();
        Stack::over(emulator, folder, change).await
    }

    /// On what was kept before.
    pub async fn over(
        emulator: Emulator,
        folder: TempDir,
        change: impl FnOnce(&mut Options),
    ) -> Stack {
        let control = emulator.control();
        let mut routes = Routes::default();
        for (origin, place) in emulator.places() {
            routes.add(origin, &place).unwrap();
        }
        let (id, secret) = emulator.client();
        let client = Client { id, secret: Secret::new(secret) };
        let mut options = Options {
            connectors: vec![CONNECTOR.clone()],
            folder: folder.path().join("server"),
            vault_key: KeySource::Given(Secret::new(STANDARD.encode([7; 32]))),
            seal: Seal::derived(&Secret::new("a key of the seal, for tests alone")),
            listen: ([127, 0, 0, 1], 0).into(),
            url: None,
            tls: None,
            apps: BTreeMap::from([("pinterest".to_owned(), client)]),
            return_to: Vec::new(),
            callbacks: Vec::new(),
            routes,
            links: None,
            sql: None,
            private_webhooks: false,
            poll_every: 1,
            limits: Limits { rate: 100_000, ..Limits::default() },
        };
        change(&mut options);
        // Under another address it listens at this one all the same.
        let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
        options.listen = listener.local_addr().unwrap();
        drop(listener);
        let url = format!("http://localhost:{}", options.listen.port());
        let server = Server::open(options).unwrap();
        let keys = ["one", "two"].map(|tenant| {
            connect(&server, tenant, "mine", &control);
            server.make_key(tenant, "all", &Rights::all()).unwrap()
        });
        let [one, two] = keys;
        let (stop, stopped) = oneshot::channel();
        let (started, address) = oneshot::channel();
        let serving = server.clone();
        let serving = tokio::spawn(async move {
            let started = |_: &url::Url| {
                let _ = started.send(());
            };
            serving.serve(started, async { drop(stopped.await) }).await
        });
        address.await.unwrap();
        control.register_redirect_uri(&format!("{url}/callback"));
        Stack { emulator, control, url, one, two, folder, stop: Some(stop), serving, server }
    }

    /// Ends it, and gives what another one can go on with.
    pub async fn stop(mut self) -> (Emulator, TempDir) {
        drop(self.stop.take());
        self.serving.await.unwrap().unwrap();
        (self.emulator, self.folder)
    }

    /// Gives both tenants nine connections more.
    pub fn add_connections(&self) {
        for number in 1..10 {
            for tenant in ["one", "two"] {
                connect(&self.server, tenant, &format!("c{number}"), &self.control);
            }
        }
    }

    /// Adds a connection to the tenant `one` whose token has ended.
    pub fn break_connection(&self) {
        let mut tokens =
            Tokens::pasted(Secret::new(self.control.issue_token(TokenSpec::default())));
        tokens.expires_at = Some(1);
        self.server.put("one", &spec("ended"), "access-token", &tokens).unwrap();
    }

    pub async fn send(
        &self,
        key: &str,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> Response {
        let mut request = client().request(method, format!("{}{path}", self.url)).bearer_auth(key);
        if let Some(body) = body {
            request = request.json(&body);
        }
        request.send().await.unwrap()
    }

    /// What a route answers, with its status.
    pub async fn ask(
        &self,
        key: &str,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> (StatusCode, Value) {
        let answer = self.send(key, method, path, body).await;
        let status = answer.status();
        let text = answer.text().await.unwrap();
        let json = serde_json::from_str(&text).unwrap_or(Value::String(text));
        (status, json)
    }

    pub async fn get(&self, path: &str) -> Value {
        let (status, json) = self.ask(&self.one, Method::GET, path, None).await;
        assert!(status.is_success(), "{path}: {status} {json}");
        json
    }

    pub async fn post(&self, path: &str, body: Value) -> Value {
        let (status, json) = self.ask(&self.one, Method::POST, path, Some(body)).await;
        assert!(status.is_success(), "{path}: {status} {json}");
        json
    }

    /// A key of the tenant `one` with these rights.
    pub async fn key(&self, rights: &[Right]) -> String {
        let body = serde_json::json!({"name": "some", "rights": rights});
        self.post("/v1/keys", body).await["key"].as_str().unwrap().to_owned()
    }
}

fn spec(name: &str) -> ConnectionSpec {
    ConnectionSpec {
        name: name.into(),
        binding: CONNECTOR.binding().clone(),
        environment: "production".into(),
        settings: "{}".into(),
        client: None,
        scopes: None,
    }
}

fn connect(server: &Server, tenant: &str, name: &str, control: &Control) {
    let mut tokens = Tokens::pasted(Secret::new(control.issue_token(TokenSpec::default())));
    tokens.scopes = Some(connector_emulator::SCOPES.map(str::to_owned).into());
    server.put(tenant, &spec(name), "access-token", &tokens).unwrap();
}

/// Follows no redirect, so that each is seen.
pub fn client() -> reqwest::Client {
    let client = reqwest::Client::builder().redirect(redirect::Policy::none()).no_proxy();
    client.build().unwrap()
}
