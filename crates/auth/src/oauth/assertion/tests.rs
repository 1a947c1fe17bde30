use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use serde_json::json;

use super::super::double::{self, KEY, NOW, Service, answer, jwt_bearer};
use super::*;
use crate::Client;

/// What `openssl dgst -sha256 -sign` gives for it: with sorted members, and in the order in which they
/// are written. Which of both it is, other crates of the same build decide.
const EXPECTED: &str = include_str!("expected.txt");
/// The public half of `ec_key`, as `openssl ec -pubout` writes it.
const POINT: &str = "046f4c959b004ab2851b51425a8121cd0add3c2351c993b47e73f362e88e6d3698\
    753048c7e2857f8668e877c572fef4886ef558d205d1eedd6b3b8e2e3d97ecac";

fn made(value: &Value, key: &str) -> Result<String, String> {
    let bearer = serde_json::from_value(value.clone()).unwrap();
    assertion(&bearer, &Secret::new(key), NOW).map_err(|error| error.to_string())
}

#[test]
fn an_assertion_is_what_openssl_makes_of_it() {
    let made = made(&jwt_bearer(), KEY).unwrap();
    assert!(EXPECTED.lines().any(|expected| expected == made), "{made}");
}

#[test]
fn an_elliptic_key_signs_too() {
    let mut value = jwt_bearer();
    (value["algorithm"], value["key"]) = ("ES256".into(), "/ec_key".into());
    let made = made(&value, KEY).unwrap();
    let (signed, signature) = made.rsplit_once('.').unwrap();
    let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
    let pairs = (0..POINT.len()).step_by(2).map(|at| &POINT[at..at + 2]);
    let point: Vec<u8> = pairs.map(|pair| u8::from_str_radix(pair, 16).unwrap()).collect();
    let public = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point);
    public.verify(signed.as_bytes(), &signature).unwrap();
    let header = URL_SAFE_NO_PAD.decode(signed.split('.').next().unwrap()).unwrap();
    let header: Value = serde_json::from_slice(&header).unwrap();
    assert_eq!(header, json!({"alg": "ES256", "typ": "JWT", "kid": "k1"}));
}

#[test]
fn what_is_no_key_is_said_without_quoting_it() {
    let is = |value: &Value, key: &str| made(value, key).unwrap_err();
    assert_eq!(is(&jwt_bearer(), "s3cret"), "the pasted key: it is not JSON (line 1)");
    assert_eq!(is(&jwt_bearer(), "{}"), "the pasted key: it has no text at `/private_key_id`");
    let mut other = jwt_bearer();
    other["key"] = "/ec_key".into();
    assert_eq!(is(&other, KEY), "the pasted key: `/ec_key` has no RSA key in PEM");
    other["key"] = "/client_email".into();
    assert_eq!(is(&other, KEY), "the pasted key: `/client_email` has no RSA key in PEM");
    other["claims"]["sub"] = "x {/user} y".into();
    assert_eq!(is(&other, KEY), "the pasted key: it has no text at `/user`");
}

#[tokio::test]
async fn a_token_comes_for_the_key_and_is_renewed_with_it() {
    let service = Service::new([answer("first"), answer("second")]);
    let oauth = double::oauth("jwt-bearer", &jwt_bearer(), Client::none(), &service);
    let tokens = oauth.for_key(&Secret::new(KEY)).await.unwrap();
    assert_eq!(tokens.access_token.expose(), "first");
    assert_eq!(tokens.expires_at, Some(NOW + 3600));
    assert_eq!(tokens.scopes, Some(vec!["sheets".into()]));
    let renewed = oauth.refresh(&tokens).await.unwrap();
    assert_eq!(renewed.access_token.expose(), "second");
    assert_eq!(renewed.refresh_token.unwrap().expose(), KEY);
    for asked in service.asked() {
        assert_eq!(asked.url, "https://tokens.example.com/token");
        let names: Vec<_> = asked.form.keys().map(String::as_str).collect();
        assert_eq!(names, ["assertion", "grant_type"]);
        assert_eq!(asked.form["grant_type"], "urn:ietf:params:oauth:grant-type:jwt-bearer");
        assert!(EXPECTED.lines().any(|expected| expected == asked.form["assertion"]));
    }
}

#[tokio::test]
async fn a_refused_key_ends_the_connection() {
    let service = Service::new([(400, json!({"error": "invalid_grant"}))]);
    let oauth = double::oauth("jwt-bearer", &jwt_bearer(), Client::none(), &service);
    let refused = oauth.for_key(&Secret::new(KEY)).await.unwrap_err();
    assert!(refused.ends_grant(), "{refused}");
}
