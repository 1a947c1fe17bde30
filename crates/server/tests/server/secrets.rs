//! Keys, tokens and secrets are in no file in clear, and in no answer.

use std::fs;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use connector_emulator::TokenSpec;
use reqwest::Method;
use serde_json::json;

use crate::support::Stack;

fn files(folder: &Path, found: &mut Vec<(String, Vec<u8>)>) {
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        match entry.file_type().unwrap().is_dir() {
            true => files(&entry.path(), found),
            false => {
                let bytes = fs::read(entry.path()).unwrap_or_default();
                found.push((entry.path().display().to_string(), bytes));
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_file_holds_a_secret() {
    let stack = Stack::with(|options| options.private_webhooks = true).await;
    let token = stack.control.issue_token(TokenSpec::default());
    let (_, client_secret) = stack.emulator.client();
    let body = json!({"connector": "pinterest", "name": "pasted", "secret": token});
    // A token is no secret that this connector takes from people: it is refused, and not repeated.
    let (_, answer) = stack.ask(&stack.one, Method::POST, "/v1/connections", Some(body)).await;
    assert!(!answer.to_string().contains(&token), "{answer}");
    let body = json!({"trigger": "boards.new", "url": "http://127.0.0.1:9/", "every": 1});
    let hook =
        stack.post("/v1/mine/subscriptions", body).await["secret"].as_str().unwrap().to_owned();
    stack.post("/v1/mine/actions/boards.create", json!({"name": "A"})).await;
    stack.get("/v1/mine/runs").await;
    let texts = [
        stack.get("/v1/audit").await.to_string(),
        stack.get("/v1/keys").await.to_string(),
        stack.get("/v1/connections").await.to_string(),
        stack.get("/v1/mine/subscriptions").await.to_string(),
        stack.get("/metrics").await.to_string(),
    ];
    let secrets = [stack.one.clone(), stack.two.clone(), token, client_secret, hook];
    let (_emulator, folder) = stack.stop().await;
    let mut all: Vec<(String, Vec<u8>)> =
        texts.into_iter().map(|text| ("an answer".to_owned(), text.into_bytes())).collect();
    files(folder.path(), &mut all);
    assert!(all.len() > 10);
    for secret in &secrets {
        let hex: String = secret.bytes().map(|byte| format!("{byte:02x}")).collect();
        let forms = [secret.clone(), hex, STANDARD.encode(secret), URL_SAFE_NO_PAD.encode(secret)];
        for (place, bytes) in &all {
            for form in &forms {
                let form = form.trim_end_matches('=').as_bytes();
                let holds = bytes.windows(form.len()).any(|window| window == form);
                assert!(!holds, "{place} holds a secret");
            }
        }
    }
}
