//! Two tenants: nothing of one reaches the other, by whatever route.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::Stack;

/// Every route of the server with everything of the tenant `one` in its place.
#[tokio::test(flavor = "multi_thread")]
async fn no_route_gives_anything_of_another_tenant() {
    let stack = Stack::start().await;
    let connection = stack.get("/v1/connections/mine").await["id"].as_str().unwrap().to_owned();
    let made = stack.post("/v1/mine/actions/boards.create", json!({"name": "Only of one"})).await;
    let board = made["id"].as_str().unwrap().to_owned();
    let run = stack.get("/v1/mine/runs").await["runs"][0]["id"].as_str().unwrap().to_owned();
    let body = json!({"trigger": "boards.new", "every": 1000});
    let subscription = stack.post("/v1/mine/subscriptions", body).await;
    let subscription = subscription["id"].as_str().unwrap().to_owned();
    let keys = stack.get("/v1/keys").await;
    let key = keys["keys"][0]["id"].as_str().unwrap().to_owned();
    let rename = json!({"name": "of-one"});
    assert_eq!(
        stack.ask(&stack.one, Method::PATCH, "/v1/connections/mine", Some(rename)).await.0,
        StatusCode::OK
    );
    let document = stack.get("/openapi.json").await;
    let secrets = [connection.as_str(), &run, &subscription, &key, "Only of one", &stack.one];
    let mut tried = 0;
    for (path, operations) in document["paths"].as_object().unwrap() {
        for method in operations.as_object().unwrap().keys() {
            let id = match &**path {
                path if path.contains("/keys/") => &key,
                path if path.contains("/connectors/") => "pinterest",
                _ => &subscription,
            };
            for c in [connection.as_str(), "of-one"] {
                let path = path
                    .replace("{c}", c)
                    .replace("{run}", &run)
                    .replace("{id}", id)
                    .replace("{action}", "boards.get")
                    .replace("{trigger}", "boards.new")
                    .replace("{resource}", "boards");
                let body = json!({"board_id": board, "field": "board_id", "name": c,
                    "connector": "pinterest", "rights": [], "trigger": "boards.new"});
                let method: Method = method.to_uppercase().parse().unwrap();
                let body = (method != Method::GET).then_some(body);
                let (status, answer) = stack.ask(&stack.two, method.clone(), &path, body).await;
                let text = answer.to_string();
                // Its own log says what it has tried.
                if path == "/v1/audit" {
                    continue;
                }
                for secret in secrets.iter().filter(|secret| !path.contains(**secret)) {
                    assert!(!text.contains(*secret), "{method} {path}: {status} {text}");
                }
                let of_one = path.contains(c) || path.contains(&key);
                if of_one {
                    let gone = [
                        StatusCode::NOT_FOUND,
                        StatusCode::BAD_REQUEST,
                        StatusCode::UNPROCESSABLE_ENTITY,
                    ];
                    assert!(gone.contains(&status), "{method} {path}: {status} {text}");
                }
                tried += 1;
            }
        }
    }
    assert!(tried > 60, "{tried}");
    // All of it is still there.
    assert_eq!(stack.get("/v1/connections/of-one").await["id"], Value::from(connection));
    assert_eq!(
        stack.get("/v1/of-one/subscriptions").await["subscriptions"][0]["id"],
        Value::from(subscription)
    );
    stack.get("/v1/me").await;
}

/// Ten connections of each, with the same names: the ids of one are no connections of the other.
#[tokio::test(flavor = "multi_thread")]
async fn ids_are_of_their_tenant() {
    let stack = Stack::start().await;
    stack.add_connections();
    let mut of = Vec::new();
    for key in [&stack.one, &stack.two] {
        let (_, all) = stack.ask(key, Method::GET, "/v1/connections", None).await;
        let all = all["connections"].as_array().unwrap().clone();
        assert_eq!(all.len(), 10);
        of.push(
            all.into_iter().map(|it| it["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>(),
        );
    }
    for (key, foreign) in [(&stack.one, &of[1]), (&stack.two, &of[0])] {
        for id in foreign {
            for path in [format!("/v1/connections/{id}"), format!("/v1/{id}/actions/boards.list")] {
                let (status, _) = stack.ask(key, Method::GET, &path, None).await;
                assert_eq!(status, StatusCode::NOT_FOUND, "{path}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_name_is_two_connections() {
    let stack = Stack::start().await;
    let of = |key: String| {
        let stack = &stack;
        async move { stack.ask(&key, Method::GET, "/v1/connections/mine", None).await.1["id"].clone() }
    };
    assert_ne!(of(stack.one.clone()).await, of(stack.two.clone()).await);
    assert_eq!(
        stack.ask(&stack.one, Method::DELETE, "/v1/connections/mine", None).await.0,
        StatusCode::NO_CONTENT
    );
    let (status, _) = stack.ask(&stack.one, Method::GET, "/v1/connections/mine", None).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    let path = "/v1/mine/actions/boards.list";
    assert_eq!(stack.ask(&stack.one, Method::GET, path, None).await.0, StatusCode::NOT_FOUND);
    assert_eq!(stack.ask(&stack.two, Method::GET, path, None).await.0, StatusCode::OK);
}

/// A token of one tenant's list is of no use on another connection.
#[tokio::test(flavor = "multi_thread")]
async fn what_goes_on_with_a_list_is_of_its_connection() {
    let stack = Stack::start().await;
    let board = stack.control.board_id("Autumn table").unwrap();
    stack.control.seed_pins(&board, 60);
    let next = stack.get("/v1/mine/actions/pins.list").await["next"].as_str().unwrap().to_owned();
    let path = format!("/v1/mine/actions/pins.list?next={next}");
    assert_eq!(stack.ask(&stack.one, Method::GET, &path, None).await.0, StatusCode::OK);
    assert!(stack.ask(&stack.two, Method::GET, &path, None).await.0.is_client_error());
}
