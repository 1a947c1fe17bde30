//! The OAuth engine, from the descriptor alone.

use std::sync::Arc;

use connector_host::contract::CredentialSource;
use connector_host::contract::connection::{ClientAuthentication, Grant, OauthFault, OauthRule};
use connector_host::{Client, OAuth, OAuthError, Routes, Secret, Tokens};
use serde_json::json;

use crate::support::{Script, answer, fixture, lost};

fn oauth(script: &Arc<Script>) -> OAuth {
    let client = Client { id: "my app".into(), secret: Secret::new("app:secret") };
    let descriptor = fixture();
    let descriptor = descriptor.descriptor();
    OAuth::new(descriptor, "access-token", "production", client, script.clone()).unwrap()
}

fn no_script() -> Arc<Script> {
    Script::new([])
}

#[test]
fn the_authorize_url_asks_for_the_minimum_and_for_what_was_chosen() {
    let scope = |scopes: Option<&[String]>| {
        let url = oauth(&no_script()).authorize_url("https://me.test/back", scopes, "s&1").unwrap();
        assert!(url.as_str().starts_with("https://www.example.com/oauth?response_type=code&"));
        let pairs: Vec<(String, String)> = url.query_pairs().into_owned().collect();
        assert_eq!(pairs[2], ("redirect_uri".into(), "https://me.test/back".into()));
        assert_eq!(pairs[4], ("state".into(), "s&1".into()));
        pairs[3].1.clone()
    };
    assert_eq!(scope(None), "me,read");
    assert_eq!(scope(Some(&["write".into()])), "me,write");
    assert_eq!(scope(Some(&[])), "me");
    let unknown = oauth(&no_script()).authorize_url("https://me.test/", Some(&["fly".into()]), "s");
    assert_eq!(unknown.unwrap_err().to_string(), "there is no scope `fly`");
}

#[tokio::test]
async fn a_code_becomes_tokens() {
    let answered = json!({"data": {
        "access_token": "access-1", "refresh_token": "refresh-1", "expires_in": "60",
        "scope": "me,read write",
    }});
    let script = Script::new([answer(200, &[], &answered.to_string())]);
    let code = Secret::new("the code");
    let tokens = oauth(&script).exchange(&code, "https://me.test/back").await.unwrap();
    let seen = script.seen();
    assert_eq!(seen[0].method, "POST");
    assert_eq!(
        seen[0].body,
        "grant_type=authorization_code&code=the+code&redirect_uri=https%3A%2F%2Fme.test%2Fback\
         &always=yes"
    );
    // Both halves are form-encoded before base64.
    assert_eq!(seen[0].authorization.as_deref(), Some("Basic bXkrYXBwOmFwcCUzQXNlY3JldA=="));
    assert_eq!(tokens.access_token, Secret::new("access-1"));
    assert_eq!(tokens.refresh_token, Some(Secret::new("refresh-1")));
    assert_eq!(tokens.scopes, Some(vec!["me".into(), "read".into(), "write".into()]));
    let now = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap().as_secs();
    assert!((now + 50..=now + 60).contains(&tokens.expires_at.unwrap()));
}

#[tokio::test]
async fn conditional_parameters_are_sent_when_chosen() {
    let script = Script::new([lost()]);
    let oauth = oauth(&script).with_parameter("sometimes");
    let error = oauth.exchange(&Secret::new("c"), "https://me.test/").await.unwrap_err();
    assert!(matches!(error, OAuthError::Unreachable(_)), "{error}");
    assert!(script.seen()[0].body.ends_with("&always=yes&sometimes=yes"));
}

#[tokio::test]
async fn a_refresh_keeps_what_the_answer_leaves_out() {
    let script = Script::new([answer(200, &[], r#"{"data": {"access_token": "access-2"}}"#)]);
    let old = Tokens {
        refresh_token: Some(Secret::new("refresh-1")),
        refresh_expires_at: Some(5),
        scopes: Some(vec!["me".into()]),
        ..Tokens::pasted(Secret::new("access-1"))
    };
    let new = oauth(&script).refresh(&old).await.unwrap();
    assert_eq!(new.access_token, Secret::new("access-2"));
    assert_eq!(new.refresh_token, old.refresh_token);
    assert_eq!((new.refresh_expires_at, new.scopes), (Some(5), old.scopes));
    let error = oauth(&script).refresh(&Tokens::pasted(Secret::new("a"))).await.unwrap_err();
    assert!(matches!(error, OAuthError::NoRefreshToken));
}

#[tokio::test]
async fn errors_quote_the_service_but_no_secret() {
    let said = json!({
        "error": "invalid_grant",
        "message": "refresh-1 of app:secret is not known",
        "access_token": "access-9",
    });
    let script = Script::new([answer(400, &[], &said.to_string()), answer(500, &[], "<html>")]);
    let old = Tokens {
        refresh_token: Some(Secret::new("refresh-1")),
        ..Tokens::pasted(Secret::new("access-1"))
    };
    let error = oauth(&script).refresh(&old).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the token endpoint refused with status 400: \
         invalid_grant: (secret) of (secret) is not known"
    );
    let error = oauth(&script).refresh(&old).await.unwrap_err();
    assert!(error.to_string().ends_with("status 500: it gives no reason"), "{error}");
}

/// In the connector's terms, or else in those of RFC 6749.
#[tokio::test]
async fn a_refusal_tells_what_it_is_about() {
    let rule = |grant, contains: &str, fault| OauthRule {
        grant,
        status: Some(400),
        contains: contains.into(),
        fault,
        advice: "look here".into(),
    };
    let mut descriptor = fixture().descriptor().clone();
    if let CredentialSource::Oauth2(oauth) = &mut descriptor.credentials[0].source {
        oauth.rules = vec![
            rule(Some(Grant::AuthorizationCode), "gone", OauthFault::Code),
            rule(None, "GONE", OauthFault::RefreshToken),
        ];
    }
    let old = Tokens {
        refresh_token: Some(Secret::new("refresh-1")),
        ..Tokens::pasted(Secret::new("access-1"))
    };
    let gone = r#"{"code": 283, "message": "It is gone."}"#;
    for (status, body, fault, ends) in [
        (400, gone, Some(OauthFault::RefreshToken), true),
        (401, gone, None, false),
        (400, r#"{"error": "invalid_grant"}"#, Some(OauthFault::RefreshToken), true),
        (401, r#"{"error": "invalid_client"}"#, Some(OauthFault::ClientSecret), false),
        (400, r#"{"error": "invalid_scope"}"#, Some(OauthFault::Scope), false),
        (400, "", None, true),
        (500, "", None, false),
    ] {
        let client = Client { id: "app".into(), secret: Secret::new("app:secret") };
        let script = Script::new([answer(status, &[], body)]);
        let oauth = OAuth::new(&descriptor, "access-token", "production", client, script);
        let error = oauth.unwrap().refresh(&old).await.unwrap_err();
        assert_eq!(error.ends_grant(), ends, "{status} {body}");
        let OAuthError::Refused { fault: found, advice, .. } = &error else { panic!("{error}") };
        assert_eq!(*found, fault, "{status} {body}");
        assert_eq!(advice.is_some(), status == 400 && body == gone);
        assert_eq!(error.to_string().ends_with("; look here"), advice.is_some());
    }
}

#[tokio::test]
async fn an_answer_without_a_token_names_what_is_missing() {
    let script = Script::new([answer(200, &[], r#"{"access_token": "access-1"}"#)]);
    let error = oauth(&script).exchange(&Secret::new("c"), "https://me.test/").await.unwrap_err();
    assert_eq!(error.to_string(), "the token answer has no `/data/access_token`");
}

#[tokio::test]
async fn routes_lead_the_endpoints_elsewhere() {
    let mut routes = Routes::default();
    routes.add("https://*.example.com", "http://127.0.0.1:4000").unwrap();
    let script = Script::new([lost()]);
    let oauth = oauth(&script).routes(routes);
    let url = oauth.authorize_url("https://me.test/", None, "s").unwrap();
    assert!(url.as_str().starts_with("http://127.0.0.1:4000/oauth?"), "{url}");
    assert!(oauth.exchange(&Secret::new("c"), "https://me.test/").await.is_err());
    assert_eq!(script.seen()[0].url, "http://127.0.0.1:4000/oauth/token");
}

#[test]
fn what_the_descriptor_does_not_offer_is_refused() {
    let new = |credential: &str, environment: &str| {
        let client = Client { id: "app".into(), secret: Secret::new("s") };
        OAuth::new(fixture().descriptor(), credential, environment, client, no_script())
            .err()
            .map(|error| error.to_string())
    };
    assert_eq!(new("api-key", "production").unwrap(), "there is no OAuth credential `api-key`");
    assert_eq!(new("access-token", "moon").unwrap(), "no OAuth in the environment `moon`");
    assert_eq!(new("access-token", "production"), None);
}

#[tokio::test]
async fn tokens_are_revoked_where_the_service_can() {
    let mut descriptor = fixture().descriptor().clone();
    let client = || Client { id: "app".into(), secret: Secret::new("app-secret") };
    let script = Script::new([answer(200, &[], "")]);
    let tokens = Tokens::pasted(Secret::new("access-1"));
    assert!(!oauth(&script).revoke(&tokens).await.unwrap());
    if let CredentialSource::Oauth2(oauth) = &mut descriptor.credentials[0].source {
        oauth.endpoints[0].revoke_url = Some("https://api.example.com/revoke".into());
        oauth.client_authentication = ClientAuthentication::Form;
    }
    let new = OAuth::new(&descriptor, "access-token", "production", client(), script.clone());
    assert!(new.unwrap().revoke(&tokens).await.unwrap());
    let seen = script.seen();
    assert_eq!(seen[0].url, "https://api.example.com/revoke");
    assert_eq!(seen[0].body, "token=access-1&client_id=app&client_secret=app-secret");
    assert_eq!(seen[0].authorization, None);
}
