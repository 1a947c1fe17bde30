use connector_emulator::{Options, TokenSpec};
use reqwest::StatusCode;
use serde_json::Value;
use url::Url;

use crate::api::{Answer, Api, send};

const BACK: &str = "http://localhost:8085/";

async fn authorize(api: &Api, changes: &[(&str, &str)]) -> reqwest::Response {
    let (client_id, _) = api.emulator.client();
    let mut url = Url::parse(&format!("{}/oauth/", api.origin)).unwrap();
    let standard = [
        ("client_id", &*client_id),
        ("redirect_uri", BACK),
        ("response_type", "code"),
        ("scope", "boards:read,pins:read"),
        ("state", "s 1"),
    ];
    for (key, value) in standard {
        let value =
            changes.iter().find(|(changed, _)| *changed == key).map_or(value, |(_, value)| value);
        if !value.is_empty() {
            url.query_pairs_mut().append_pair(key, value);
        }
    }
    for (key, value) in
        changes.iter().filter(|(key, _)| standard.iter().all(|(known, _)| known != key))
    {
        url.query_pairs_mut().append_pair(key, value);
    }
    api.http.get(url).send().await.unwrap()
}

fn returned(response: &reqwest::Response, key: &str) -> Option<String> {
    assert_eq!(response.status(), StatusCode::FOUND);
    let location = Url::parse(response.headers()["location"].to_str().unwrap()).unwrap();
    assert!(location.as_str().starts_with(BACK));
    location.query_pairs().find(|(found, _)| found == key).map(|(_, value)| value.into_owned())
}

async fn code(api: &Api) -> String {
    returned(&authorize(api, &[]).await, "code").unwrap()
}

async fn token(api: &Api, form: &[(&str, &str)]) -> Answer {
    let (id, secret) = api.emulator.client();
    send(
        api.http
            .post(format!("{}/v5/oauth/token", api.origin))
            .basic_auth(id, Some(secret))
            .form(form),
    )
    .await
}

async fn exchange(api: &Api, code: &str) -> Answer {
    token(
        api,
        &[
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", BACK),
            ("continuous_refresh", "true"),
        ],
    )
    .await
}

async fn refresh(api: &Api, refresh_token: &str) -> Answer {
    token(api, &[("grant_type", "refresh_token"), ("refresh_token", refresh_token)]).await
}

#[tokio::test]
async fn a_code_becomes_tokens_that_rotate() {
    let api = Api::start().await;
    let answer = authorize(&api, &[]).await;
    assert_eq!(returned(&answer, "state").as_deref(), Some("s 1"));
    let code = returned(&answer, "code").unwrap();

    let first = exchange(&api, &code).await;
    assert_eq!(first.status, 200, "{}", first.body);
    assert!(first.text("access_token").starts_with("pina_"));
    assert!(first.text("refresh_token").starts_with("pinr_"));
    assert_eq!(first.text("scope"), "boards:read pins:read");
    assert_eq!(first.text("response_type"), "authorization_code");
    assert_eq!(first.body["refresh_token_expires_in"], 60 * 86_400);
    assert_eq!(api.get_as(&first.text("access_token"), "/v5/boards").await.status, 200);
    exchange(&api, &code).await.refused(400, 283, "grant is invalid");

    let second = refresh(&api, &first.text("refresh_token")).await;
    assert_eq!(second.text("response_type"), "refresh_token");
    assert_ne!(second.text("refresh_token"), first.text("refresh_token"));
    assert_eq!(api.get_as(&second.text("access_token"), "/v5/boards").await.status, 200);
    refresh(&api, &first.text("refresh_token")).await.refused(401, 283, "grant is invalid");
    assert_eq!(refresh(&api, &second.text("refresh_token")).await.status, 200);
}

/// As on Pinterest's page of connected apps.
#[tokio::test]
async fn what_a_person_takes_back_is_refused() {
    let api = Api::start().await;
    let tokens = exchange(&api, &code(&api).await).await;
    assert_eq!(api.delete("/emulator/grants").await.status, 204);
    api.get_as(&tokens.text("access_token"), "/v5/boards").await.refused(401, 2, "");
    refresh(&api, &tokens.text("refresh_token")).await.refused(401, 283, "");
}

#[tokio::test]
async fn a_refresh_may_ask_for_less_but_not_for_more() {
    let api = Api::start().await;
    let first = exchange(&api, &code(&api).await).await;
    let grant = first.text("refresh_token");
    let ask = async |scope| {
        let form = [("grant_type", "refresh_token"), ("refresh_token", &grant), ("scope", scope)];
        token(&api, &form).await
    };
    ask("boards:read,pins:write").await.refused(400, 1, "scope");
    let less = ask("boards:read").await;
    assert_eq!(less.text("scope"), "boards:read");
    api.get_as(&less.text("access_token"), "/v5/pins").await.refused(403, 3, "scopes");
    let again = refresh(&api, &less.text("refresh_token")).await;
    assert_eq!(again.text("scope"), "boards:read pins:read");
}

#[tokio::test]
async fn tokens_and_codes_run_out() {
    let api = Api::start().await;
    let old_code = code(&api).await;
    let tokens = exchange(&api, &code(&api).await).await;
    api.control().advance(std::time::Duration::from_secs(31 * 86_400));
    exchange(&api, &old_code).await.refused(400, 283, "");
    api.get_as(&tokens.text("access_token"), "/v5/boards").await.refused(
        401,
        2,
        "Authentication failed",
    );
    assert_eq!(refresh(&api, &tokens.text("refresh_token")).await.status, 200);
    let tokens = exchange(&api, &code(&api).await).await;
    api.control().advance(std::time::Duration::from_secs(61 * 86_400));
    refresh(&api, &tokens.text("refresh_token")).await.refused(401, 283, "");
}

#[tokio::test]
async fn the_browser_page_refuses_what_it_does_not_know() {
    let api = Api::start().await;
    for (change, words) in [
        (("client_id", "77"), "client_id"),
        (("redirect_uri", "http://localhost:8085/other"), "redirect_uri"),
        (("scope", "boards:read pins:read"), "scope"),
        (("scope", "boards:own"), "'boards:own'"),
        (("response_type", ""), "response_type"),
        (("response_type", "token"), "response_type"),
    ] {
        let answer = authorize(&api, &[change]).await;
        assert_eq!(answer.status(), 400, "{change:?}");
        let body: Value = answer.json().await.unwrap();
        assert!(body["message"].as_str().unwrap().contains(words), "{body}");
    }
    let added = "http://127.0.0.1:50123/callback";
    api.control().register_redirect_uri(added);
    assert_eq!(authorize(&api, &[("redirect_uri", added)]).await.status(), 302);
}

/// The value of the hidden field on the page.
async fn page_token(page: reqwest::Response) -> String {
    assert_eq!(page.status(), StatusCode::OK);
    let page = page.text().await.unwrap();
    page.split_once("name=\"token\" value=\"").unwrap().1.split('"').next().unwrap().to_owned()
}

async fn decide(api: &Api, token: &str, choice: &str) -> reqwest::Response {
    let form = [("token", token), ("choice", choice)];
    api.http.post(format!("{}/oauth/", api.origin)).form(&form).send().await.unwrap()
}

#[tokio::test]
async fn a_person_is_asked_and_can_say_no() {
    let api = Api::start_with(Options::default()).await;
    let page = authorize(&api, &[]).await;
    let policy = page.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy.starts_with("default-src 'none';"), "{policy}");
    assert!(policy.contains("form-action 'self' http://localhost:8085;"), "{policy}");
    let allowed = page_token(page).await;
    let denied = page_token(authorize(&api, &[]).await).await;
    assert_ne!(allowed, denied);

    let answer = decide(&api, &allowed, "allow").await;
    assert_eq!(returned(&answer, "state").as_deref(), Some("s 1"));
    assert_eq!(exchange(&api, &returned(&answer, "code").unwrap()).await.status, 200);

    let answer = decide(&api, &denied, "deny").await;
    assert_eq!(returned(&answer, "error").as_deref(), Some("access_denied"));
    assert_eq!(returned(&answer, "state").as_deref(), Some("s 1"));
    assert_eq!(returned(&answer, "code"), None);
}

#[tokio::test]
async fn only_the_form_of_the_page_grants_and_only_once() {
    let api = Api::start_with(Options::default()).await;
    // No address grants by itself.
    for name in ["approve", "choice"] {
        assert_eq!(authorize(&api, &[(name, "allow")]).await.status(), 400);
    }
    let token = page_token(authorize(&api, &[]).await).await;
    let url = format!("{}/oauth/?token={token}&choice=allow", api.origin);
    assert_eq!(api.http.get(url).send().await.unwrap().status(), 400);
    assert_eq!(decide(&api, "guessed", "allow").await.status(), 400);
    assert_eq!(decide(&api, &token, "perhaps").await.status(), 400);
    assert_eq!(decide(&api, &token, "allow").await.status(), 302);
    assert_eq!(decide(&api, &token, "allow").await.status(), 400);

    let old = page_token(authorize(&api, &[]).await).await;
    api.control().advance(std::time::Duration::from_secs(601));
    assert_eq!(decide(&api, &old, "allow").await.status(), 400);
}

#[tokio::test]
async fn the_page_says_what_is_asked_for() {
    let api = Api::start_with(Options::default()).await;
    let odd = "http://127.0.0.1:50123/\"><script>alert(1)</script>";
    api.control().register_redirect_uri(odd);
    let page = authorize(&api, &[("redirect_uri", odd), ("state", "\"><b>")]).await;
    let page = page.text().await.unwrap();
    for words in ["Studio Fern", "@studiofern", "See your public boards", "http://127.0.0.1:50123"]
    {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert!(
        !page.contains("<script") && !page.contains("<b>\"") && !page.contains("secret boards")
    );
}

#[tokio::test]
async fn the_token_endpoint_refuses_wrong_clients_and_forms() {
    let api = Api::start().await;
    let url = format!("{}/v5/oauth/token", api.origin);
    let (id, secret) = api.emulator.client();
    let code = code(&api).await;
    let form = [("grant_type", "authorization_code"), ("code", &code), ("redirect_uri", BACK)];
    send(api.http.post(&url).form(&form)).await.refused(401, 2, "");
    send(api.http.post(&url).basic_auth(&id, Some("wrong")).form(&form)).await.refused(401, 2, "");
    send(api.http.post(&url).basic_auth(&id, Some(&secret)).json(&form)).await.refused(
        400,
        1,
        "content-type",
    );
    token(&api, &[("grant_type", "password")]).await.refused(400, 1, "grant_type");
    token(&api, &[("grant_type", "authorization_code"), ("code", &code)]).await.refused(
        400,
        1,
        "redirect_uri",
    );
    token(&api, &[("grant_type", "refresh_token"), ("colour", "red")])
        .await
        .refused(400, 1, "colour");
    let other = [
        ("grant_type", "authorization_code"),
        ("code", &*code),
        ("redirect_uri", "http://127.0.0.1:8085/"),
    ];
    token(&api, &other).await.refused(400, 283, "");
}

#[tokio::test]
async fn an_app_by_itself_gets_no_refresh_token_and_reaches_less() {
    let api = Api::start().await;
    let answer =
        token(&api, &[("grant_type", "client_credentials"), ("scope", "boards:read,boards:write")])
            .await;
    assert_eq!(answer.text("response_type"), "client_credentials");
    assert_eq!(answer.body.get("refresh_token"), None);
    let token = answer.text("access_token");
    assert_eq!(api.get_as(&token, "/v5/boards").await.status, 200);
    let board = format!("{}/v5/boards/{}", api.origin, api.board("Moss and stone"));
    send(api.http.delete(board).bearer_auth(token)).await.refused(403, 29, "not permitted");
}

#[tokio::test]
async fn only_tokens_of_system_users_can_be_revoked() {
    let api = Api::start().await;
    let (id, secret) = api.emulator.client();
    let revoke = |token: String| {
        let url = format!("{}/v5/oauth/token/revoke", api.origin);
        send(api.http.post(url).basic_auth(&id, Some(&secret)).form(&[("token", token)]))
    };
    revoke(api.token.clone()).await.refused(400, 1, "system user");
    assert_eq!(api.get("/v5/boards").await.status, 200);
    let token = api.control().issue_token(TokenSpec { system_user: true, ..TokenSpec::default() });
    let done = revoke(token.clone()).await;
    assert_eq!((done.status, done.body), (StatusCode::OK, Value::Null));
    api.get_as(&token, "/v5/boards").await.refused(401, 2, "");
}

#[tokio::test]
async fn secrets_are_not_remembered() {
    let api = Api::start().await;
    let code = code(&api).await;
    let tokens = exchange(&api, &code).await;
    api.get("/v5/boards").await;
    refresh(&api, &tokens.text("refresh_token")).await;
    let remembered = serde_json::to_string(&api.control().requests()).unwrap();
    let (_, secret) = api.emulator.client();
    for secret in [&code, &secret, &api.token, &tokens.text("refresh_token")] {
        assert!(!remembered.contains(secret.as_str()));
    }
    assert!(remembered.contains("Bearer (hidden)") && remembered.contains("Basic (hidden)"));
}
