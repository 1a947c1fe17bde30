use serde_json::json;
use tokio::time::Instant;

use super::super::double::{self, Service};
use super::*;
use crate::Client;

fn value() -> Value {
    json!({
        "device_url": "https://tokens.example.com/device",
        "token_url": "https://tokens.example.com/token",
        "scopes": ["read", "write"],
    })
}

fn codes() -> (u16, Value) {
    let codes = json!({
        "device_code": "hidden-device-code",
        "user_code": "WDJB-MJHT",
        "verification_uri": "https://example.com/device",
        "verification_uri_complete": "https://example.com/device?user_code=WDJB-MJHT",
        "expires_in": 900,
        "interval": 7,
    });
    (200, codes)
}

fn refused(status: u16, word: &str) -> (u16, Value) {
    (status, json!({"error": word, "error_description": "of hidden-device-code"}))
}

fn client() -> Client {
    Client { id: "app".into(), secret: Secret::new("") }
}

/// What came of it, and how long it took.
async fn asked(answers: Vec<(u16, Value)>) -> (Result<Tokens, OAuthError>, u64) {
    let service = Service::new([codes()].into_iter().chain(answers));
    let oauth = double::oauth("device-code", &value(), client(), &service);
    let device = oauth.device(None).await.unwrap();
    let begun = Instant::now();
    let granted = oauth.granted(device).await;
    (granted, begun.elapsed().as_secs())
}

#[tokio::test(start_paused = true)]
async fn a_code_is_shown_and_asked_for_until_it_is_entered() {
    let tokens = json!({"access_token": "t", "refresh_token": "r", "expires_in": 3600});
    let answers = [
        codes(),
        refused(400, "authorization_pending"),
        refused(400, "slow_down"),
        // As some services say it.
        refused(200, "authorization_pending"),
        (200, tokens),
    ];
    let service = Service::new(answers);
    let oauth = double::oauth("device-code", &value(), client(), &service);
    assert!(oauth.takes_device_code() && !oauth.takes_key());
    let device = oauth.device(None).await.unwrap();
    assert_eq!(device.user_code(), "WDJB-MJHT");
    assert_eq!(device.page().as_str(), "https://example.com/device");
    assert!(device.page_with_code().unwrap().as_str().ends_with("?user_code=WDJB-MJHT"));
    let asked = service.asked();
    assert_eq!(asked[0].url, "https://tokens.example.com/device");
    assert_eq!((&*asked[0].form["client_id"], &*asked[0].form["scope"]), ("app", "read write"));
    let begun = Instant::now();
    let tokens = oauth.granted(device).await.unwrap();
    // Twice seven seconds, and after `slow_down` twice twelve.
    assert_eq!(begun.elapsed().as_secs(), 38);
    assert_eq!(tokens.access_token.expose(), "t");
    assert_eq!(tokens.refresh_token.unwrap().expose(), "r");
    let asked = service.asked();
    assert_eq!(asked.len(), 4);
    for asked in asked {
        assert_eq!(asked.url, "https://tokens.example.com/token");
        assert_eq!(asked.form["device_code"], "hidden-device-code");
        assert_eq!(asked.form["grant_type"], "urn:ietf:params:oauth:grant-type:device_code");
    }
}

#[tokio::test(start_paused = true)]
async fn a_no_and_a_code_that_has_ended_are_told_apart() {
    let (denied, _) = asked(vec![refused(400, "access_denied")]).await;
    let text = denied.unwrap_err().to_string();
    assert!(text.contains("access_denied") && !text.contains("hidden-device-code"), "{text}");
    let (ended, _) = asked(vec![refused(400, "expired_token")]).await;
    assert!(matches!(ended, Err(OAuthError::CodeEnded)), "{ended:?}");
}

#[tokio::test(start_paused = true)]
async fn a_service_that_does_not_answer_is_asked_less_often() {
    let tokens = (200, json!({"access_token": "t"}));
    let (granted, took) = asked(vec![(503, json!({})), (503, json!({})), tokens]).await;
    assert_eq!(granted.unwrap().access_token.expose(), "t");
    assert_eq!(took, 7 + 14 + 28);
}

#[tokio::test]
async fn a_page_that_is_no_https_url_is_refused() {
    let mut answer = codes();
    answer.1["verification_uri"] = "javascript:alert(1)".into();
    let service = Service::new([answer]);
    let oauth = double::oauth("device-code", &value(), client(), &service);
    let refused = oauth.device(None).await.unwrap_err();
    assert_eq!(refused.to_string(), "the answer has no `/verification_uri`");
}

/// It is renewed as every OAuth is, and the app proves itself as the value says.
#[tokio::test]
async fn its_tokens_are_renewed_with_a_refresh_token() {
    let service = Service::new([(200, json!({"access_token": "new"}))]);
    let mut value = value();
    value["client_authentication"] = "body".into();
    let client = Client { id: "app".into(), secret: Secret::new("its-secret") };
    let oauth = double::oauth("device-code", &value, client, &service);
    let refresh_token = Some(Secret::new("r"));
    let old = Tokens { refresh_token, ..Tokens::pasted(Secret::new("old")) };
    let new = oauth.refresh(&old).await.unwrap();
    assert_eq!(new.access_token.expose(), "new");
    assert_eq!(new.refresh_token.unwrap().expose(), "r");
    let asked = service.asked().remove(0).form;
    assert_eq!((&*asked["grant_type"], &*asked["refresh_token"]), ("refresh_token", "r"));
    assert_eq!((&*asked["client_id"], &*asked["client_secret"]), ("app", "its-secret"));
}
