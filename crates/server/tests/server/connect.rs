//! An account is connected over the web, as a browser does it, and as others try to.

use connector_server::Right;
use reqwest::header::{COOKIE, LOCATION, SET_COOKIE};
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};

use crate::support::{Stack, client};

async fn link(stack: &Stack, more: Value) -> String {
    let mut body = json!({"connector": "pinterest", "name": "theirs"});
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    stack.post("/v1/connections", body).await["url"].as_str().unwrap().to_owned()
}

/// Sends the page's form; gives the address of the service and the browser's cookie.
async fn consent(link: &str) -> (String, String) {
    let form = client().get(link).send().await.unwrap();
    assert_eq!(form.status(), StatusCode::OK);
    let sent =
        client().post(link).form(&[("scope:boards:write", "on"), ("scope:boards:read", "on")]);
    let sent = sent.send().await.unwrap();
    assert_eq!(sent.status(), StatusCode::SEE_OTHER);
    let header = |name| sent.headers()[name].to_str().unwrap().to_owned();
    let cookie = header(SET_COOKIE);
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
    (header(LOCATION), cookie.split(';').next().unwrap().to_owned())
}

/// What the service's page leads to.
async fn decide(service: &str, word: &str) -> String {
    let page = client().get(service).send().await.unwrap().text().await.unwrap();
    let of = |name: &str| {
        let from = page.find(&format!("name=\"{name}\" value=\"")).map(|at| at + name.len() + 15);
        from.map(|from| page[from..].split('"').next().unwrap_or_default().to_owned())
    };
    // The page's own form, whatever is in it.
    let action =
        page.split("action=\"").nth(1).map(|rest| rest.split('"').next().unwrap().to_owned());
    let base = url::Url::parse(service).unwrap();
    let target = base.join(&action.unwrap_or_default().replace("&amp;", "&")).unwrap();
    let mut fields = vec![("choice".to_owned(), word.to_owned())];
    for name in page.split("<input").skip(1).filter_map(|it| it.split("name=\"").nth(1)) {
        let name = name.split('"').next().unwrap();
        fields.push((name.to_owned(), of(name).unwrap_or_default()));
    }
    let sent = client().post(target).form(&fields).send().await.unwrap();
    assert!(sent.status().is_redirection(), "{}", sent.text().await.unwrap());
    sent.headers()[LOCATION].to_str().unwrap().to_owned()
}

async fn come_back(to: &str, cookie: &str) -> Response {
    client().get(to).header(COOKIE, cookie).send().await.unwrap()
}

/// Connects the account of the emulator, for the holder of a key.
pub async fn connect(stack: &Stack, key: &str, name: &str) {
    let body = json!({"connector": "pinterest", "name": name});
    let (_, made) = stack.ask(key, Method::POST, "/v1/connections", Some(body)).await;
    let (service, cookie) = consent(made["url"].as_str().unwrap()).await;
    let ended = come_back(&decide(&service, "allow").await, &cookie).await;
    assert_eq!(ended.status(), StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_is_connected() {
    let stack = Stack::start().await;
    let link = link(&stack, json!({})).await;
    let (service, cookie) = consent(&link).await;
    let back = decide(&service, "allow").await;
    let ended = come_back(&back, &cookie).await;
    let (status, text) = (ended.status(), ended.text().await.unwrap());
    assert_eq!(status, StatusCode::OK, "{text}");
    assert!(text.contains("is connected as"), "{text}");
    let made = stack.get("/v1/connections/theirs").await;
    assert_eq!(made["status"], "authenticated");
    assert!(made["account"]["name"].is_string(), "{made}");
    let scopes: Vec<&str> =
        made["scopes"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    assert!(scopes.contains(&"boards:write") && !scopes.contains(&"ads:write"), "{scopes:?}");
    stack.post("/v1/theirs/actions/boards.list", json!({})).await;
    let tested = stack.post("/v1/connections/theirs/test", json!({})).await;
    assert_eq!(tested["account"]["name"], made["account"]["name"]);
    // Its place is taken; the same account may come back to it.
    let body = json!({"connector": "pinterest", "name": "theirs"});
    let (status, _) = stack.ask(&stack.one, Method::POST, "/v1/connections", Some(body)).await;
    assert_eq!(status, StatusCode::CONFLICT);
    let again = stack.post("/v1/connections/theirs/reconnect", json!({})).await;
    let (service, other) = consent(again["url"].as_str().unwrap()).await;
    assert_eq!(come_back(&decide(&service, "allow").await, &other).await.status(), StatusCode::OK);
    assert_eq!(stack.get("/v1/connections/theirs").await["id"], made["id"]);
    // The link has done its work.
    assert_eq!(client().get(&link).send().await.unwrap().status(), StatusCode::NOT_FOUND);
    assert_eq!(come_back(&back, &cookie).await.status(), StatusCode::BAD_REQUEST);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_who_says_no_reads_why() {
    let stack = Stack::start().await;
    let link = link(&stack, json!({})).await;
    let (service, cookie) = consent(&link).await;
    let ended = come_back(&decide(&service, "deny").await, &cookie).await;
    let (status, text) = (ended.status(), ended.text().await.unwrap());
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert!(text.contains("Nothing was granted") && text.contains("Try again"), "{text}");
    let (status, _) = stack.ask(&stack.one, Method::GET, "/v1/connections/theirs", None).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    // The same link leads there once more.
    let (service, cookie) = consent(&link).await;
    assert_eq!(come_back(&decide(&service, "allow").await, &cookie).await.status(), StatusCode::OK);
}

/// Who makes somebody else's browser bring back an answer connects nothing (RFC 6749, section 10.12).
#[tokio::test(flavor = "multi_thread")]
async fn only_the_browser_that_began_it_ends_it() {
    let stack = Stack::start().await;
    let link = link(&stack, json!({})).await;
    let (service, cookie) = consent(&link).await;
    let back = decide(&service, "allow").await;
    for other in ["", "connector-attempt=AAAA", "other=1"] {
        assert_eq!(come_back(&back, other).await.status(), StatusCode::BAD_REQUEST);
    }
    assert_eq!(come_back(&back, &cookie).await.status(), StatusCode::OK);
    // A form of another site does not lead to the service.
    let link = self::link(&stack, json!({"name": "another"})).await;
    let foreign = client().post(&link).header("origin", "https://evil.example").form(&[("a", "b")]);
    assert_eq!(foreign.send().await.unwrap().status(), StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn people_are_sent_back_to_known_places_only() {
    let known = "https://app.example.com/";
    let stack = Stack::with(|options| options.return_to = vec![known.parse().unwrap()]).await;
    let back = format!("{known}connected?user=7");
    let link = link(&stack, json!({"return_to": back})).await;
    let (service, cookie) = consent(&link).await;
    let ended = come_back(&decide(&service, "allow").await, &cookie).await;
    assert_eq!(ended.status(), StatusCode::SEE_OTHER);
    let to = ended.headers()[LOCATION].to_str().unwrap();
    assert_eq!(to, format!("{back}&connection=theirs&status=connected"));
    for elsewhere in [
        "https://evil.example/",
        "https://app.example.com.evil.example/",
        "https://app.example.com:444/",
        "http://app.example.com/",
        "javascript:alert(1)",
        "//evil.example",
        "https://app.example.com@evil.example/",
    ] {
        let body = json!({"connector": "pinterest", "name": "x", "return_to": elsewhere});
        let answer = stack.ask(&stack.one, Method::POST, "/v1/connections", Some(body)).await;
        assert_eq!(answer.0, StatusCode::UNPROCESSABLE_ENTITY, "{elsewhere}: {}", answer.1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_told_to_who_asks_for_the_link() {
    let stack = Stack::start().await;
    for (wrong, field) in [
        (json!({"scopes": ["nothing:read"]}), "scopes"),
        (json!({"environment": "moon"}), "environment"),
        (json!({"name": "keys"}), "name"),
        (json!({"name": "a/b"}), "name"),
    ] {
        let mut body = json!({"connector": "pinterest", "name": "x"});
        body.as_object_mut().unwrap().extend(wrong.as_object().unwrap().clone());
        let (status, problem) =
            stack.ask(&stack.one, Method::POST, "/v1/connections", Some(body)).await;
        assert!(status.is_client_error(), "{problem}");
        assert!(problem.to_string().contains(field), "{problem}");
    }
    let reader = stack.key(&[Right::Read]).await;
    let body = json!({"connector": "pinterest", "name": "x"});
    let (status, _) = stack.ask(&reader, Method::POST, "/v1/connections", Some(body)).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
}
