//! Webhooks: subscriptions that are kept until their ends, and what was sent as events.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::time::Duration;

use connector_emulator::{Fault, FaultKind, Match};
use serde_json::{Value, json};

use crate::connect::by_oauth;
use crate::support::{Home, Ran, Running, Service, ids, wait_until};

const ADDRESS: &str = "https://hooks.example.com/nobody-guesses-this";

fn config(service: &Service) -> String {
    json!({"ad_account_id": service.control.ad_account_id()}).to_string()
}

fn subscribe(service: &Service, home: &Home, options: &[&str]) -> Ran {
    let config = config(service);
    let args = ["webhook", "subscribe", "leads.received", "--address", ADDRESS, "--input", &config];
    home.run(&[&args, options].concat())
}

/// The ids of the subscriptions to the address, at the service.
fn subscribed(service: &Service, home: &Home) -> Vec<String> {
    let config = config(service);
    let listed = home.run(&["run", "lead_subscriptions.list", "--input", &config]).fine().lines();
    let ours = listed.iter().filter(|it| it["webhook_url"] == ADDRESS);
    ours.map(|it| it["id"].as_str().unwrap().to_owned()).collect()
}

fn kept(home: &Home) -> Vec<Value> {
    let kept = home.run(&["webhook", "subscriptions", "--json"]).fine().json();
    kept.as_array().unwrap().clone()
}

#[test]
fn webhooks_are_listed_and_described() {
    let home = Home::new();
    let listed = home.run(&["webhooks", "--json"]).fine().json();
    assert_eq!(listed[0]["id"], "leads.received");
    let described = home.run(&["describe", "leads.received", "--json"]).fine().json();
    assert_eq!(described["trigger"], listed[0]);
    assert_eq!(described["config"]["required"], json!(["ad_account_id"]));
    let manifest = home.run(&["inspect", "--json", "--inline"]).fine().json();
    assert_eq!(manifest["webhooks"][0]["trigger"], described["trigger"]);
    assert_eq!(manifest["webhooks"][0]["config"], described["config"]);
    for args in [&["webhooks"][..], &["describe", "leads.received"]] {
        let text = home.run(args).fine().out;
        assert!(text.contains("leads.received") && text.contains("ads:write"), "{text}");
    }
    // What is sent is documented nowhere.
    let text = home.run(&["describe", "leads.received"]).fine().out;
    assert!(text.contains("Each event's data\n  anything\n"), "{text}");
    let scopes = home.run(&["scopes", "--for", "leads.received", "--json"]).fine().json();
    assert_eq!(scopes["joined"], "ads:write,user_accounts:read");
    let accounts = ["choices", "leads.received", "ad_account_id", "--emulator", "--json"];
    assert!(!home.run(&accounts).fine().lines().is_empty());
}

#[test]
fn a_subscription_is_kept_until_it_is_ended() {
    let service = Service::start();
    let home = service.home();
    let made = subscribe(&service, &home, &["--json"]).fine().json();
    assert_eq!(made["webhook"], "leads.received");
    assert_eq!(subscribed(&service, &home).len(), 1);
    let found = kept(&home);
    assert_eq!(ids(&found), [made["id"].as_str().unwrap()]);
    assert_eq!(found[0]["config"]["ad_account_id"], service.control.ad_account_id());
    // Other environments have others.
    let sandbox = ["webhook", "subscriptions", "--settings", r#"{"environment": "sandbox"}"#];
    assert_eq!(home.run(&sandbox).fine().out, "");

    let end = ["webhook", "unsubscribe", made["id"].as_str().unwrap()];
    home.run(&end).fine();
    assert_eq!((subscribed(&service, &home), kept(&home)), (vec![], vec![]));
    let again = home.run(&end);
    assert_eq!(again.code, 3);
    assert!(again.err.starts_with("error: there is no subscription `"), "{}", again.err);
}

#[test]
fn one_that_the_service_has_ended_is_forgotten() {
    let service = Service::start();
    let home = service.home();
    let id = subscribe(&service, &home, &["--json"]).fine().json()["id"].clone();
    let there = subscribed(&service, &home).remove(0);
    let account = service.control.ad_account_id();
    let input = json!({"ad_account_id": account, "subscription_id": there}).to_string();
    home.run(&["run", "lead_subscriptions.delete", "--input", &input]).fine();
    home.run(&["webhook", "unsubscribe", id.as_str().unwrap()]).fine();
    assert_eq!(kept(&home), Vec::<Value>::new());
}

#[test]
fn one_that_could_not_be_ended_is_still_kept() {
    let service = Service::start();
    let home = service.home();
    let id = subscribe(&service, &home, &["--json"]).fine().json()["id"].clone();
    refuse_delete(&service);
    assert_eq!(home.run(&["webhook", "unsubscribe", id.as_str().unwrap()]).code, 3);
    assert_eq!(ids(&kept(&home)), [id.as_str().unwrap()]);
}

fn refuse_delete(service: &Service) {
    let on = Match { method: Some("DELETE".into()), path: None };
    service.control.fault(Fault { on, times: 1, kind: FaultKind::TrialAccess });
}

#[test]
fn what_was_sent_becomes_the_same_event_each_time() {
    let service = Service::start();
    let home = service.home();
    let config = config(&service);
    let sent = "{\"lead\":\n \"c2VhbGVk\"}";
    fs::write(home.path("sent"), sent).unwrap();
    let receive = |body: &str, stdin: &str| {
        let args = ["webhook", "receive", "leads.received", "--input", &config, "--body", body];
        let header = ["--header", "content-type: application/json"];
        home.run_with_stdin(&[&args[..], &header].concat(), stdin)
    };
    let events = receive("sent", "").fine().lines();
    assert_eq!(events[0]["data"], json!({"lead": "c2VhbGVk"}));
    assert_eq!(receive("-", sent).fine().lines(), events);
    assert_ne!(receive("-", "{}").fine().lines()[0]["id"], events[0]["id"]);
    let wrong = receive("-", "no JSON");
    assert_eq!(wrong.code, 2);
    assert!(wrong.err.contains("delivery.body: is not JSON"), "{}", wrong.err);
    assert_eq!(receive("missing", "").code, 1);
    assert_eq!(service.requests(), 0);
}

/// Posts to a program that listens; its status line.
fn post(place: &str, path: &str, body: &str) -> String {
    let answer = answered(place, path, "connection: close\r\n", body);
    answer.lines().next().unwrap_or_default().to_owned()
}

/// All that the listener sends until it closes the socket.
fn answered(place: &str, path: &str, header: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(place).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    let length = body.len();
    let head = format!("POST {path} HTTP/1.1\r\nhost: hooks\r\ncontent-length: {length}\r\n");
    stream.write_all(format!("{head}{header}\r\n{body}").as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn what_the_service_sends_is_answered_and_printed_once() {
    let service = Service::start();
    let home = service.home();
    let config = config(&service);
    let listen = ["webhook", "listen", "leads.received", "--address", ADDRESS, "--input", &config];
    let mut command = home.command(&[&listen[..], &["--listen", "127.0.0.1:0"]].concat());
    command.stdout(File::create(home.path("out")).unwrap());
    command.stderr(File::create(home.path("err")).unwrap());
    let mut running = Running(command.spawn().unwrap());
    let read = |name: &str| fs::read_to_string(home.path(name)).unwrap_or_default();
    wait_until("listening", || read("err").contains("; stop it"));
    let place = read("err").split("http://").nth(1).unwrap().split(';').next().unwrap().to_owned();
    assert_eq!((subscribed(&service, &home).len(), kept(&home).len()), (1, 1));

    let path = "/nobody-guesses-this";
    for _ in 0..2 {
        assert_eq!(post(&place, path, r#"{"lead_id": "7"}"#), "HTTP/1.1 200 OK");
    }
    assert_eq!(post(&place, path, "no JSON"), "HTTP/1.1 400 Bad Request");
    assert_eq!(post(&place, "/", r#"{"lead_id": "8"}"#), "HTTP/1.1 404 Not Found");
    // What is refused by its path alone is not read, so the socket ends, and the answer says so.
    let unread = answered(&place, "/", "", r#"{"lead_id": "8"}"#);
    assert!(unread.contains("connection: close\r\n"), "{unread}");
    assert_eq!(post(&place, path, r#"{"lead_id": "9"}"#), "HTTP/1.1 200 OK");
    wait_until("the events", || read("out").lines().count() == 2);
    running.signal("-INT");
    assert!(running.0.wait().unwrap().success(), "{}", read("err"));
    let events: Vec<Value> =
        read("out").lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(ids(&events), ["7", "9"]);
    assert_eq!((subscribed(&service, &home), kept(&home)), (vec![], vec![]));
}

#[test]
fn what_was_sent_is_read_for_a_subscription() {
    let service = Service::start();
    let home = service.home();
    let id = subscribe(&service, &home, &["--json"]).fine().json()["id"].clone();
    let id = id.as_str().unwrap();
    let asked = service.requests();
    let receive = |webhook: &str, more: &[&str]| {
        let args = ["webhook", "receive", webhook, "--body", "-"];
        home.run_with_stdin(&[&args[..], more].concat(), r#"{"lead_id": "7"}"#)
    };
    // The configuration is that of the subscription.
    let ran = receive("leads.received", &["--subscription", id]).fine();
    assert_eq!(ran.lines()[0]["id"], "7");
    assert!(!ran.err.contains("signature"), "{}", ran.err);
    let ran = receive("leads.received", &["--subscription", id, "--unverified"]).fine();
    assert!(ran.err.contains("The signature is not checked"), "{}", ran.err);
    let ran = receive("leads.received", &["--subscription", "00000000"]);
    assert_eq!(ran.code, 3);
    // It has no end, so nobody renews it.
    let ran = home.run(&["webhook", "renew", id]);
    assert_eq!((ran.code, ran.err), (2, format!("error: the subscription {id} does not end\n")));
    assert_eq!(service.requests(), asked);
}

#[test]
fn what_is_typed_wrong_is_named() {
    let home = Home::new();
    let account = r#"{"ad_account_id": "549755885175"}"#;
    let subscribe = ["webhook", "subscribe", "leads.received", "--input", account, "--address"];
    let ran = home.run(&[&subscribe[..], &["http://example.com/"]].concat());
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("address: must be an https URL"), "{}", ran.err);
    let receive = ["webhook", "receive", "leads.received", "--body", "-"];
    for (more, says) in [
        (["--input", "-"], "--body and --input cannot both be stdin"),
        (["--header", "Bearer-key-7"], "--header: a name, `:` and a value"),
    ] {
        let ran = home.run(&[&receive[..], &more].concat());
        assert_eq!((ran.code, ran.err), (2, format!("error: {says}\n")));
    }
    assert_eq!(home.run(&["webhook", "receive", "boards.new", "--body", "-"]).code, 2);
}

/// The files below a folder.
fn files(folder: &Path) -> Vec<Vec<u8>> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let within = |path: std::path::PathBuf| match path.is_dir() {
        true => files(&path),
        false => vec![fs::read(path).unwrap()],
    };
    entries.filter(|path| !path.is_symlink()).flat_map(within).collect()
}

#[test]
fn what_ends_a_subscription_is_neither_shown_nor_written_in_the_clear() {
    let service = Service::start();
    let home = service.home();
    let mut ran = vec![subscribe(&service, &home, &["-vvv"]).fine()];
    let secret = subscribed(&service, &home).remove(0);
    for args in [&["webhook", "subscriptions"][..], &["webhook", "subscriptions", "--json"]] {
        ran.push(home.run(&[args, &["-vvv"]].concat()).fine());
    }
    for Ran { out, err, .. } in &ran {
        assert!(!out.contains(&secret) && !err.contains(&secret), "{secret} in {out}{err}");
        assert!(!out.contains(ADDRESS) && !err.contains(ADDRESS), "the address in {out}{err}");
    }
    let files = files(&home.path("state"));
    assert!(files.iter().any(|file| file.windows(14).any(|part| part == b"leads.received")));
    for text in [secret.as_str(), ADDRESS] {
        let holds = |file: &Vec<u8>| file.windows(text.len()).any(|part| part == text.as_bytes());
        assert!(!files.iter().any(holds), "{text} is in a file");
    }
}

#[test]
fn whoever_disconnects_gets_no_more_events() {
    let service = Service::start();
    let mut home = service.guest();
    by_oauth(&service, &mut home, &["--scopes", "ads:read,ads:write"]).fine();
    for _ in 0..2 {
        subscribe(&service, &home, &[]).fine();
    }
    refuse_delete(&service);
    let ran = home.run(&["disconnect", "pinterest"]).fine();
    let last = ran.out.lines().last().unwrap();
    assert!(last.starts_with("The service did not end a subscription of leads.received"), "{last}");
    assert!(last.ends_with("): end it there"), "{last}");
    assert_eq!(ran.out.lines().count(), 3);
    assert_eq!(subscribed(&service, &service.home()).len(), 1);
}

/// What is signed with a key that is not at hand is nobody's, unless somebody says otherwise.
#[test]
fn a_signature_that_cannot_be_checked_is_refused() {
    let home = Home::new();
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("wasm32-unknown-unknown");
    let component = target.join("release/webhooks_connector.wasm").display().to_string();
    let receive = |more: &[&str]| {
        let args =
            ["webhook", "receive", "files.changed", "--component", &component, "--body", "-"];
        home.run_with_stdin(&[&args[..], more].concat(), r#"{"id": "7"}"#)
    };
    for header in [&[][..], &["--header", "x-signature: AAAA"][..]] {
        let ran = receive(header);
        assert_eq!((ran.code, &*ran.out), (1, ""), "{}", ran.err);
        assert!(ran.err.contains("name that with --subscription"), "{}", ran.err);
    }
}
