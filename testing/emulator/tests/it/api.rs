//! A small client for these tests.

use connector_emulator::{Consent, Control, Emulator, Environment, Options, STORAGE_PATH};
use reqwest::header::HeaderMap;
use reqwest::redirect::Policy;
use reqwest::{Client, Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};

/// An emulator, and a client with a token.
pub struct Api {
    pub emulator: Emulator,
    pub http: Client,
    pub origin: String,
    pub token: String,
}

/// An answer, read in full.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Value,
}

impl Api {
    /// A fresh emulator that limits nobody.
    pub async fn start() -> Api {
        Api::start_with(Options {
            page_cap: Some(100_000),
            remembered_requests: 100,
            consent: Consent::Allow,
            ..Options::for_bench()
        })
        .await
    }

    pub async fn start_with(options: Options) -> Api {
        let emulator = Emulator::start(options).await.unwrap();
        let http = Client::builder().redirect(Policy::none()).build().unwrap();
        let (origin, token) = (emulator.origin(), emulator.access_token());
        Api { emulator, http, origin, token }
    }

    pub fn control(&self) -> Control {
        self.emulator.control()
    }

    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.origin)).bearer_auth(&self.token)
    }

    /// Where an address of the storage leads.
    pub fn stored(&self, url: &str) -> String {
        let path = url.strip_prefix(Environment::Production.storage()).unwrap();
        format!("{}{STORAGE_PATH}{path}", self.origin)
    }

    pub async fn get(&self, path: &str) -> Answer {
        send(self.request(Method::GET, path)).await
    }

    pub async fn get_as(&self, token: &str, path: &str) -> Answer {
        send(self.http.get(format!("{}{path}", self.origin)).bearer_auth(token)).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        send(self.request(Method::POST, path).json(&body)).await
    }

    /// A POST without a body.
    pub async fn post_empty(&self, path: &str) -> Answer {
        send(self.request(Method::POST, path)).await
    }

    pub async fn patch(&self, path: &str, body: Value) -> Answer {
        send(self.request(Method::PATCH, path).json(&body)).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        send(self.request(Method::DELETE, path)).await
    }

    /// The id of a seeded board.
    pub fn board(&self, name: &str) -> String {
        self.control().board_id(name).unwrap()
    }

    /// Makes a pin and gives its id.
    pub async fn new_pin(&self, board_id: &str) -> String {
        let pin = self.post("/v5/pins", image_pin(board_id)).await;
        assert_eq!(pin.status, 201, "{}", pin.body);
        pin.text("id")
    }
}

/// The body of a pin with an image on the web.
pub fn image_pin(board_id: &str) -> Value {
    json!({
        "board_id": board_id,
        "title": "Fern",
        "media_source": { "source_type": "image_url", "url": "https://images.example/fern.jpg" }
    })
}

/// The body of a pin with three images.
pub fn carousel_pin(board_id: &str) -> Value {
    let items: Vec<Value> = (1..=3)
        .map(
            |n| json!({ "url": format!("https://images.example/{n}.jpg"), "title": n.to_string() }),
        )
        .collect();
    json!({ "board_id": board_id, "media_source": { "source_type": "multiple_image_urls", "items": items } })
}

pub async fn send(request: RequestBuilder) -> Answer {
    let response = request.send().await.unwrap();
    let (status, headers) = (response.status(), response.headers().clone());
    let bytes = response.bytes().await.unwrap();
    let body = if bytes.is_empty() { Value::Null } else { serde_json::from_slice(&bytes).unwrap() };
    Answer { status, headers, body }
}

impl Answer {
    #[track_caller]
    pub fn text(&self, key: &str) -> String {
        self.body[key].as_str().unwrap_or_else(|| panic!("no {key} in {}", self.body)).to_owned()
    }

    #[track_caller]
    pub fn header(&self, name: &str) -> &str {
        self.headers[name].to_str().unwrap()
    }

    pub fn items(&self) -> &[Value] {
        self.body["items"].as_array().map_or(&[], Vec::as_slice)
    }

    /// Expects an error with this status and code, and words of its message.
    #[track_caller]
    pub fn refused(&self, status: u16, code: i64, words: &str) {
        assert_eq!(self.status, status, "{}", self.body);
        assert_eq!(self.body["code"], code, "{}", self.body);
        assert!(self.text("message").contains(words), "{}", self.body);
        assert!(!self.header("x-pinterest-rid").is_empty());
    }
}
