//! The OAuth engine, from the descriptor alone.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use connector_auth::{Attempt, Client, OAuth, OAuthError, Tokens};
use connector_host::contract::CredentialSource;
use connector_host::contract::connection::{ClientAuthentication, Grant, OauthFault, OauthRule};
use connector_host::{Routes, Secret};
use serde_json::json;
use sha2::{Digest, Sha256};
use url::Url;

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

const BACK: &str = "https://me.test/back";

fn pairs(url: &Url) -> Vec<(String, String)> {
    url.query_pairs().into_owned().collect()
}

fn attempt(oauth: &OAuth) -> Attempt {
    oauth.attempt(BACK, None).unwrap()
}

#[test]
fn the_authorize_url_asks_for_the_minimum_and_for_what_was_chosen() {
    let scope = |scopes: Option<&[String]>| {
        let attempt = oauth(&no_script()).attempt(BACK, scopes).unwrap();
        let url = attempt.url();
        assert!(url.as_str().starts_with("https://www.example.com/oauth?response_type=code&"));
        let pairs = pairs(url);
        assert_eq!(pairs[2], ("redirect_uri".into(), BACK.into()));
        assert_eq!(pairs[4], ("state".into(), attempt.state().into()));
        assert_eq!(pairs.len(), 5);
        pairs[3].1.clone()
    };
    assert_eq!(scope(None), "me,read");
    assert_eq!(scope(Some(&["write".into()])), "me,write");
    assert_eq!(scope(Some(&[])), "me");
    let unknown = oauth(&no_script()).attempt(BACK, Some(&["fly".into()]));
    assert_eq!(unknown.err().unwrap().to_string(), "there is no scope `fly`");
    let states = [(); 2].map(|()| attempt(&oauth(&no_script())).state().to_owned());
    assert!(states[0] != states[1] && states[0].len() > 40, "{states:?}");
}

#[tokio::test]
async fn a_service_that_takes_a_challenge_gets_one() {
    let mut descriptor = fixture().descriptor().clone();
    if let CredentialSource::Oauth2(oauth) = &mut descriptor.credentials[0].source {
        oauth.pkce = true;
    }
    let script = Script::new([answer(200, &[], r#"{"data": {"access_token": "access-1"}}"#)]);
    let client = Client { id: "app".into(), secret: Secret::new("s") };
    let oauth = OAuth::new(&descriptor, "access-token", "production", client, script.clone());
    let oauth = oauth.unwrap();
    let attempt = attempt(&oauth);
    let asked = pairs(attempt.url());
    assert_eq!(asked[6], ("code_challenge_method".into(), "S256".into()));
    oauth.exchange(&attempt, &Secret::new("c")).await.unwrap();
    let body = script.seen().remove(0).body;
    let (_, verifier) = body.split_once("code_verifier=").unwrap();
    let verifier = verifier.split('&').next().unwrap();
    assert!((43..=128).contains(&verifier.len()), "{verifier}");
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier));
    assert_eq!(asked[5], ("code_challenge".into(), challenge));
}

#[test]
fn the_browser_brings_a_code_or_a_reason() {
    let oauth = oauth(&no_script());
    let attempt = attempt(&oauth);
    let back = |query: &str| {
        let url = format!("{BACK}?{query}&state={}", attempt.state());
        oauth.code(&attempt, &url.parse().unwrap())
    };
    assert_eq!(back("code=the%20code").unwrap(), Secret::new("the code"));
    let denied = back("error=access_denied&error_description=No,+thanks").unwrap_err();
    let said = "the service did not authorize the connection: access_denied: No, thanks; \
                OauthFault::Denied!";
    assert_eq!(denied.to_string(), said);
    let fault = denied.fault().unwrap();
    assert_eq!((fault.code(), &fault.field), ("denied", &None));
    assert_eq!(back("x=1").unwrap_err().to_string(), "the answer has no `code`");
    let foreign = oauth.code(&attempt, &format!("{BACK}?code=c&state=s").parse().unwrap());
    assert!(matches!(foreign, Err(OAuthError::AnotherAttempt)));
}

#[test]
fn a_person_may_copy_the_address_the_code_or_what_the_page_says() {
    let oauth = oauth(&no_script());
    let attempt = attempt(&oauth);
    let copied = |text: &str| oauth.copied(&attempt, text);
    assert_eq!(copied(" c0de\n").unwrap(), Secret::new("c0de"));
    let address = format!("{BACK}?code=c0de&state={}", attempt.state());
    assert_eq!(copied(&address).unwrap(), Secret::new("c0de"));
    assert!(matches!(copied(&format!("{BACK}?code=c")), Err(OAuthError::AnotherAttempt)));
    let said = copied("The redirect URI is not registered").unwrap_err();
    assert_eq!(said.fault().unwrap().field.as_deref(), Some("redirect_uri"));
    assert!(matches!(copied(""), Err(OAuthError::Answer(_))));
}

#[tokio::test]
async fn a_refusal_says_what_it_is_about_by_the_rules_of_the_descriptor() {
    let said = |status, word| answer(status, &[], &json!({"error": word}).to_string());
    let script = Script::new([
        said(400, "invalid_grant"),
        said(400, "invalid_grant"),
        said(401, "invalid_client"),
        said(400, "no_idea"),
    ]);
    let oauth = oauth(&script);
    let old = Tokens {
        refresh_token: Some(Secret::new("refresh-1")),
        ..Tokens::pasted(Secret::new("access-1"))
    };
    let fault = |error: OAuthError| {
        let fault = error.fault().cloned();
        fault.map(|fault| (fault.code(), fault.field))
    };
    let code = Secret::new("c");
    let exchange = async || oauth.exchange(&attempt(&oauth), &code).await.unwrap_err();
    assert_eq!(fault(exchange().await), Some(("code", None)));
    let refused = oauth.refresh(&old).await.unwrap_err();
    assert_eq!(fault(refused), Some(("refresh-token", None)));
    // The field is named as the descriptor's form names it.
    assert_eq!(fault(exchange().await), Some(("client-secret", Some("key".into()))));
    assert_eq!(fault(exchange().await), None);
}

#[tokio::test]
async fn a_code_becomes_tokens() {
    let answered = json!({"data": {
        "access_token": "access-1", "refresh_token": "refresh-1", "expires_in": "60",
        "scope": "me,read write",
    }});
    let script = Script::new([answer(200, &[], &answered.to_string())]);
    let oauth = oauth(&script);
    let tokens = oauth.exchange(&attempt(&oauth), &Secret::new("the code")).await.unwrap();
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
    let error = oauth.exchange(&attempt(&oauth), &Secret::new("c")).await.unwrap_err();
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
         invalid_grant: [secret] of [secret] is not known"
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
        let found = error.fault();
        assert_eq!(found.map(|it| it.about), fault, "{status} {body}");
        let advised = found.is_some_and(|it| it.advice.is_some());
        assert_eq!(advised, status == 400 && body == gone);
        assert_eq!(error.to_string().ends_with("; look here"), advised);
    }
}

#[tokio::test]
async fn an_answer_without_a_token_names_what_is_missing() {
    let script = Script::new([answer(200, &[], r#"{"access_token": "access-1"}"#)]);
    let oauth = oauth(&script);
    let error = oauth.exchange(&attempt(&oauth), &Secret::new("c")).await.unwrap_err();
    assert_eq!(error.to_string(), "the answer has no `/data/access_token`");
}

#[tokio::test]
async fn routes_lead_the_endpoints_elsewhere() {
    let mut routes = Routes::default();
    routes.add("https://*.example.com", "http://127.0.0.1:4000").unwrap();
    let script = Script::new([lost()]);
    let oauth = oauth(&script).routes(routes);
    let attempt = attempt(&oauth);
    let url = attempt.url();
    assert!(url.as_str().starts_with("http://127.0.0.1:4000/oauth?"), "{url}");
    assert!(oauth.exchange(&attempt, &Secret::new("c")).await.is_err());
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
        oauth.client_authentication = ClientAuthentication::Body;
    }
    let new = OAuth::new(&descriptor, "access-token", "production", client(), script.clone());
    assert!(new.unwrap().revoke(&tokens).await.unwrap());
    let seen = script.seen();
    assert_eq!(seen[0].url, "https://api.example.com/revoke");
    assert_eq!(seen[0].body, "token=access-1&client_id=app&client_secret=app-secret");
    assert_eq!(seen[0].authorization, None);
}
