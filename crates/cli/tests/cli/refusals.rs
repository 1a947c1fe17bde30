//! What goes wrong, how it is said, and the exit code.

use connector_emulator::{Fault, FaultKind, Match, TokenSpec};
use serde_json::{Value, json};

use std::io::{Read, Write};
use std::net::TcpListener;

use crate::support::{Home, Ran, Service};

fn with_fault(kind: FaultKind, args: &[&str]) -> Ran {
    let service = Service::start();
    service.control.fault(Fault { on: Match::default(), times: 100, kind });
    service.home().run(args)
}

#[test]
fn wrong_input_names_every_field_and_needs_no_connection() {
    let service = Service::start();
    let input = json!({"board_id": "my board", "title": "x".repeat(101)}).to_string();
    // Neither a token nor a connection.
    let home = service.guest();
    let ran = home.run(&["run", "pins.create", "--input", &input]);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
    let lines: Vec<&str> = ran.err.lines().collect();
    assert!(lines[0].starts_with("error: "), "{lines:?}");
    assert!(lines[1].starts_with("  board_id: "), "{lines:?}");
    assert!(lines[2].starts_with("  title: ") && lines[2].contains("101"), "{lines:?}");

    let error = home.run(&["run", "pins.create", "--json", "--input", &input]).error();
    assert_eq!(error["kind"], "invalid-input");
    let paths: Vec<&Value> =
        error["fields"].as_array().unwrap().iter().map(|field| &field["path"]).collect();
    assert_eq!(paths, ["board_id", "title"]);
    assert_eq!(service.requests(), 0);
}

#[test]
fn what_is_typed_wrong_gives_2() {
    let home = Home::new();
    for args in [
        &["run", "no.such.action"][..],
        &["describe", "no.such.action"],
        &["poll", "../../../no.such.trigger"],
        &["run", "boards.list", "--input", "no JSON"],
        &["run", "boards.list", "--settings", "[]"],
        &["run", "boards.list", "--settings", r#"{"environment": "mars"}"#],
        &["run", "boards.list", "--settings", r#"{"environment": 7}"#],
        &["run", "boards.list", "--limit", "0"],
        &["test", "--route", "https://api.pinterest.com=https://example.com"],
        &["test", "--route", "https://api.pinterest.com=http://127.0.0.1.example.com"],
        &["test", "--route", "https://api.pinterest.com"],
        &["no-such-command"],
    ] {
        let ran = home.run(args);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{args:?}: {}", ran.err);
        assert!(ran.err.starts_with("error: "), "{args:?}: {}", ran.err);
    }
}

#[test]
fn a_missing_connection_gives_3() {
    let home = Home::new();
    let ran = home.run(&["run", "boards.list", "--json"]);
    assert_eq!(ran.code, 3);
    assert_eq!(ran.error()["kind"], "credential");
    assert!(ran.error()["message"].as_str().unwrap().contains("access-token"));
}

#[test]
fn a_refused_token_gives_3() {
    let service = Service::start();
    let mut home = service.guest();
    home.set("CONNECTOR_TOKEN", service.control.issue_token(TokenSpec::expired()));
    let ran = home.run(&["test", "--json"]);
    assert_eq!((ran.code, &ran.error()["kind"]), (3, &json!("unauthenticated")));
}

#[test]
fn a_missing_scope_gives_3() {
    let service = Service::start();
    let mut home = service.guest();
    let spec = TokenSpec::with_scopes(&["user_accounts:read"]);
    home.set("CONNECTOR_TOKEN", service.control.issue_token(spec));
    let ran = home.run(&["run", "boards.list", "--json"]);
    assert_eq!((ran.code, &ran.error()["kind"]), (3, &json!("forbidden")));
}

#[test]
fn a_rate_limit_that_lasts_too_long_gives_4() {
    let ran = with_fault(FaultKind::RateLimited { reset_s: 3600 }, &["run", "boards.list"]);
    assert_eq!(ran.code, 4, "{}", ran.err);
    assert!(ran.err.lines().any(|line| line.starts_with("retry after: 3")), "{}", ran.err);
    assert!(ran.err.lines().any(|line| line.starts_with("request id: ")), "{}", ran.err);
}

#[test]
fn all_else_gives_1() {
    let create = ["run", "boards.create", "--json", "--input", r#"{"name": "a"}"#];
    let ran = with_fault(FaultKind::Status(503), &create);
    assert_eq!((ran.code, &ran.error()["kind"]), (1, &json!("unavailable")));
    let get = ["run", "boards.get", "--json", "--emulator", "--input", r#"{"board_id": "1"}"#];
    let ran = Home::new().run(&get);
    assert_eq!((ran.code, &ran.error()["kind"]), (1, &json!("not-found")));
    let ran = Home::new().run(&["inspect", "--json", "--component", "no/such.wasm"]);
    assert_eq!((ran.code, &ran.error()["kind"]), (1, &json!("load")));
}

#[test]
fn a_path_that_is_no_operation_is_meant_or_not_sent() {
    let service = Service::start();
    let home = service.home();
    let input = json!({"method": "GET", "path": "/things/new"}).to_string();
    let ran = home.run(&["run", "api.request", "--input", &input]);
    assert!(
        ran.err.contains("rule `operation`") && ran.err.contains("--allow-unlisted"),
        "{}",
        ran.err
    );
    assert_eq!(service.requests(), 0);
    home.run(&["run", "api.request", "--allow-unlisted", "--input", &input]);
    assert_eq!(service.requests(), 1);
}

#[test]
fn links_lead_where_they_may() {
    let service = Service::start();
    let home = service.home();
    let board = service.control.board_id("Autumn table").unwrap();
    let media = json!({"source_type": "image_url", "url": "https://img.example.com/fern.jpg"});
    let create = |links: &str, link: &str| {
        let input = json!({"board_id": board, "link": link, "media_source": media}).to_string();
        home.run(&["--links", links, "run", "pins.create", "--input", &input])
    };
    let before = service.requests();
    for (links, link, said) in [
        (
            "*.example.com",
            "https://example.com/fern",
            "link: leads to example.com; links may lead to *.example.com",
        ),
        (
            "*.example.com",
            "https://a.example.com.evil.test/",
            "link: leads to a.example.com.evil.test;",
        ),
        ("*.example.com", "HTTPS://evil.test\\@a.example.com/", "link: leads to evil.test;"),
        ("fern.example", "https://fern.example/", "media_source.url: leads to img.example.com;"),
    ] {
        let ran = create(links, link);
        assert!(ran.code != 0 && ran.err.contains(said), "{link}: {}", ran.err);
    }
    // A raw call is no way around it.
    let raw = json!({"method": "POST", "path": "/pins", "body": {"link": "https://evil.test/"}})
        .to_string();
    let ran = home.run(&["--links", "*.example.com", "run", "api.request", "--input", &raw]);
    assert!(ran.code != 0 && ran.err.contains("link: leads to evil.test"), "{}", ran.err);
    assert_eq!(service.requests(), before, "something was sent");
    create("fern.example,*.example.com", "https://fern.example/a?b=https://else.test").fine();
    let wrong = home.run(&["--links", "https://example.com", "run", "boards.list"]);
    assert!(wrong.code == 2 && wrong.err.contains("is no host"), "{}", wrong.err);
}

/// Answers `/WIDTH` with a picture of that width, and all else with 404.
fn pictures() -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let place = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut head = [0; 2048];
            let read = stream.read(&mut head).unwrap_or_default();
            let line = String::from_utf8_lossy(&head[..read]).into_owned();
            let width = line.split(['/', ' ']).nth(2).and_then(|path| path.parse::<u32>().ok());
            let (status, body) = match width {
                Some(width) => {
                    let head = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
                    (
                        "200 OK",
                        [&head[..], &width.to_be_bytes(), &100u32.to_be_bytes(), &[8, 2, 0, 0, 0]]
                            .concat(),
                    )
                }
                None => ("404 Not Found", Vec::new()),
            };
            let length = body.len();
            let head = format!(
                "HTTP/1.1 {status}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n"
            );
            let _ = stream.write_all(&[head.as_bytes(), &body].concat());
        }
    });
    place
}

#[test]
fn links_are_looked_at_before_anything_is_sent() {
    let service = Service::start();
    let mut home = service.home();
    let board = service.control.board_id("Autumn table").unwrap();
    let routes = service.emulator.places().map(|(origin, place)| format!("{origin}={place}"));
    home.set(
        "CONNECTOR_ROUTES",
        format!("{},https://img.example.com={}", routes.join(","), pictures()),
    );
    let run = |urls: [&str; 2]| {
        let items = urls.map(|url| json!({"url": format!("https://img.example.com/{url}")}));
        let media = json!({"source_type": "multiple_image_urls", "items": items});
        let input = json!({"board_id": board, "media_source": media}).to_string();
        home.run(&["run", "pins.create", "--check-links", "--input", &input])
    };
    let before = service.requests();
    let missing = run(["100", "none"]);
    assert!(
        missing.code == 2 && missing.err.contains("media_source.items[1].url: leads nowhere"),
        "{}",
        missing.err
    );
    assert!(missing.err.contains("404"), "{}", missing.err);
    let unequal = run(["100", "90"]);
    let said = "media_source.items[1].url: is 90 × 100 pixels, and the first of the list 100 × 100";
    assert!(unequal.code == 2 && unequal.err.contains(said), "{}", unequal.err);
    assert_eq!(service.requests(), before, "something was sent");
    let made = run(["100", "100"]).fine();
    assert!(
        made.err.contains("media_source.items[0].url: 29 bytes, 100 × 100 pixels"),
        "{}",
        made.err
    );
}
