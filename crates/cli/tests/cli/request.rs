//! `request` shows what would be sent, and sends nothing.

use serde_json::json;

use crate::support::Service;

const INPUT: &str = r#"{"board_id": "12", "title": "it's",
    "media_source": {"source_type": "image_url", "url": "https://example.com/a.jpg"}}"#;

#[test]
fn a_request_is_shown_and_not_sent() {
    let service = Service::start();
    let home = service.home();
    let shown = home.run(&["request", "pins.create", "--json", "--input", INPUT]).fine().json();
    assert_eq!(shown["method"], "POST");
    assert_eq!(shown["url"], "https://api.pinterest.com/v5/pins");
    assert_eq!(shown["credential"], "access-token");
    assert_eq!(shown["effect"], "write");
    assert_eq!(shown["costs"], json!([{"quota": "org_write", "amount": 1}]));
    assert_eq!(shown["body"]["title"], "it's");
    let text = home.run(&["request", "pins.create", "--input", INPUT]).fine().out;
    assert!(text.starts_with("POST https://api.pinterest.com/v5/pins\n"), "{text}");
    assert!(text.contains("\nauthorization: <access-token>\n"), "{text}");
    let list = home.run(&["request", "boards.list"]).fine().out;
    assert!(list.contains("more pages may follow"), "{list}");
    assert_eq!(service.requests(), 0);
}

#[test]
fn what_may_not_be_sent_is_shown_with_a_warning() {
    let service = Service::start();
    let mut home = service.guest();
    crate::connect::by_oauth(&service, &mut home, &["--scopes", "boards:read"]).fine();
    let ran = home.run(&["request", "pins.create", "--input", INPUT]).fine();
    assert!(ran.out.starts_with("POST https://api.pinterest.com/v5/pins\n"), "{}", ran.out);
    assert!(ran.err.starts_with("warning: it would not be sent: "), "{}", ran.err);
    assert!(ran.err.contains("boards:write, pins:read, pins:write"), "{}", ran.err);
    assert_eq!(home.run(&["request", "boards.list"]).fine().err, "");
}

#[test]
fn no_form_of_it_shows_a_secret() {
    let service = Service::start();
    let home = service.home();
    let token = service.emulator.access_token();
    for form in [&[][..], &["--json"], &["--curl"]] {
        let ran = home.run(&[&["request", "pins.create", "-vvv", "--input", INPUT], form].concat());
        let ran = ran.fine();
        assert!(!ran.out.contains(&token) && !ran.err.contains(&token), "{form:?}");
        // Nor what the person fills in and the schema marks as secret.
        let input = json!({
            "ad_account_id": "7",
            "webhook_url": "https://example.com/hook",
            "partner_access_token": "hush \"hush\"",
        });
        let input = input.to_string();
        let args = ["request", "lead_subscriptions.create", "-vvv", "--input", &input];
        let ran = home.run(&[&args, form].concat()).fine();
        assert!(ran.out.contains("[secret]"), "{}", ran.out);
        assert!(!ran.out.contains("hush") && !ran.err.contains("hush"), "{}{}", ran.out, ran.err);
    }
}

/// The shell that is to read the command reads it, with `printf` in curl's place.
#[test]
fn the_curl_command_survives_a_shell() {
    let service = Service::start();
    let ran = service.home().run(&["request", "pins.create", "--curl", "--input", INPUT]).fine();
    let words = ran.out.replacen("curl", "printf '%s\\n'", 1);
    let shell = std::process::Command::new("sh").arg("-c").arg(words).env("TOKEN", "t0k").output();
    let words = String::from_utf8(shell.unwrap().stdout).unwrap();
    let words: Vec<&str> = words.lines().collect();
    let first = ["--globoff", "--request", "POST", "--url", "https://api.pinterest.com/v5/pins"];
    assert_eq!(words[..5], first);
    assert!(words.contains(&"authorization: Bearer t0k"), "{words:?}");
    let body: serde_json::Value = serde_json::from_str(words.last().unwrap()).unwrap();
    assert_eq!(body["title"], "it's");
}
