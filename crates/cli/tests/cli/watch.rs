//! `watch` records each event once, and delivers it at least once.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{Ran, Running, Watched, ids, wait_until};

const TRIGGER: &str = "board_pins.new";

impl Watched {
    /// Stock is taken already.
    fn new() -> Self {
        let watched = Watched::open();
        watched.once(&[]).fine();
        watched
    }

    fn config(&self) -> String {
        json!({"board_id": self.board}).to_string()
    }

    fn once(&self, options: &[&str]) -> Ran {
        let config = self.config();
        self.home.run(&[&["watch", TRIGGER, "--config", &config, "--once"], options].concat())
    }

    fn spawn(&self, options: &[&str]) -> Running {
        let config = self.config();
        let args = [&["watch", TRIGGER, "--config", &config, "--every", "50ms"], options].concat();
        let mut command = self.home.command(&args);
        command.stdout(File::create(self.home.path("out")).unwrap());
        command.stderr(File::create(self.home.path("err")).unwrap());
        Running(command.spawn().unwrap())
    }

    /// How the only subscription stands.
    fn state(&self) -> Value {
        let list = self.home.run(&["watch", "--list", "--json"]).fine().json();
        assert_eq!(list.as_array().unwrap().len(), 1, "{list}");
        list[0].clone()
    }

    fn lines(&self, file: &str) -> Vec<Value> {
        let text = std::fs::read_to_string(self.home.path(file)).unwrap_or_default();
        text.lines().map(|line| serde_json::from_str(line).expect(line)).collect()
    }
}

/// The id of the event that the new pin is.
#[test]
fn events_are_printed_with_their_trigger() {
    let watched = Watched::new();
    let added = watched.add();
    let events = watched.once(&[]).fine().lines();
    assert_eq!(ids(&events), [&added]);
    assert_eq!(events[0]["trigger"], TRIGGER);
    assert_eq!(events[0]["data"]["board_id"], watched.board);
    assert_eq!(watched.once(&[]).fine().out, "");
    let state = watched.state();
    assert_eq!((&state["recorded"], &state["undelivered"]), (&json!(1), &json!(0)));
}

#[test]
fn several_triggers_have_their_own_configurations_and_cursors() {
    let watched = Watched::new();
    let mine = format!("{TRIGGER}={}", watched.config());
    let watch = ["watch", "boards.new", TRIGGER, "--config", &mine, "--once"];
    watched.home.run(&watch).fine();
    let pin = watched.add();
    let board = watched.home.run(&["run", "boards.create", "--input", r#"{"name": "New"}"#]);
    let board = board.fine().json();
    let events = watched.home.run(&watch).fine().lines();
    let of = |event: &Value| (event["trigger"].clone(), event["id"].clone());
    let expected = [(json!("boards.new"), board["id"].clone()), (json!(TRIGGER), json!(pin))];
    assert_eq!(events.iter().map(of).collect::<Vec<_>>(), expected);
    assert_eq!(watched.home.run(&watch).fine().out, "");
}

#[test]
fn killed_at_any_moment_each_event_is_in_the_file_once() {
    let watched = Watched::new();
    let mut added = Vec::new();
    for _ in 0..25 {
        let mut running = watched.spawn(&["--jsonl", "events.jsonl"]);
        for _ in 0..fastrand::u32(..4) {
            std::thread::sleep(Duration::from_millis(fastrand::u64(..120)));
            added.push(watched.add());
        }
        std::thread::sleep(Duration::from_millis(fastrand::u64(..200)));
        running.kill();
    }
    added.push(watched.add());
    watched.once(&["--jsonl", "events.jsonl"]).fine();
    let lines = watched.lines("events.jsonl");
    let found = ids(&lines);
    let once: BTreeSet<&str> = found.iter().copied().collect();
    assert_eq!(once.len(), found.len(), "some are there twice");
    assert_eq!(once, added.iter().map(String::as_str).collect());
    assert_eq!(watched.state()["recorded"], added.len());
}

#[test]
fn a_command_gets_the_event_and_may_refuse_it() {
    let watched = Watched::new();
    let added = watched.add();
    let ran = watched.once(&["--exec", "cat > refused; exit 7"]);
    assert_eq!(ran.code, 1);
    let state = watched.state();
    assert_eq!(state["undelivered"], 1);
    assert!(state["delivery_error"].as_str().unwrap().contains('7'), "{state}");
    let refused = watched.lines("refused");
    assert_eq!(ids(&refused), [&added]);

    // It comes again, and again under the same id.
    let command =
        r#"cat >> taken; echo "$CONNECTOR_EVENT_TRIGGER $CONNECTOR_EVENT_ID" > variables"#;
    wait_until("delivery", || watched.once(&["--exec", command]).code == 0);
    assert_eq!(watched.lines("taken"), refused);
    let variables = std::fs::read_to_string(watched.home.path("variables")).unwrap();
    assert_eq!(variables, format!("{TRIGGER} {added}\n"));
    watched.once(&["--exec", "exit 1"]).fine();
}

#[test]
fn a_command_that_hangs_is_ended() {
    let watched = Watched::new();
    watched.add();
    let ran = watched.once(&["--exec", "sleep 600", "--timeout", "50ms"]);
    assert!(ran.err.contains("longer than 50ms"), "{}", ran.err);
    assert_eq!(watched.state()["undelivered"], 1);
}

#[test]
fn nothing_is_polled_while_too_much_is_undelivered() {
    let watched = Watched::new();
    let refuse = ["--exec", "exit 1", "--backlog", "2"];
    (0..2).for_each(|_| drop(watched.add()));
    assert_eq!(watched.once(&refuse).code, 1);
    let requests = watched.service.requests();
    watched.add();
    assert_eq!(watched.once(&refuse).code, 1);
    assert_eq!(watched.service.requests(), requests);
    assert_eq!(watched.state()["recorded"], 2);
    // Delivered, there is room.
    wait_until("delivery", || watched.once(&["--exec", "cat >> taken"]).code == 0);
    wait_until("the third", || {
        watched.once(&["--exec", "cat >> taken"]).fine();
        watched.lines("taken").len() == 3
    });
}

/// Answers one request with this status, and gives its head and its body.
fn answer(listener: &TcpListener, status: &str) -> (String, String) {
    let (stream, _) = listener.accept().unwrap();
    let mut reader = BufReader::new(&stream);
    let (mut head, mut line) = (String::new(), String::new());
    while reader.read_line(&mut line).unwrap() > 2 {
        head += &line.to_lowercase();
        line.clear();
    }
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
    let mut body = vec![0; length.parse().unwrap()];
    reader.read_exact(&mut body).unwrap();
    let mut stream: &TcpStream = &stream;
    write!(stream, "HTTP/1.1 {status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").unwrap();
    (head, String::from_utf8(body).unwrap())
}

#[test]
fn a_webhook_gets_a_signed_event() {
    let mut watched = Watched::new();
    let secret = "whsec-0123456789abcdef";
    watched.home.set("CONNECTOR_WEBHOOK_SECRET", secret);
    let added = watched.add();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/hook?key=hush", listener.local_addr().unwrap());
    let mut running = watched.spawn(&["--webhook", &url, "-vv"]);
    let refused = answer(&listener, "503 Service Unavailable");
    let (head, body) = answer(&listener, "204 No Content");
    assert_eq!(refused.1, body);
    let event: Value = serde_json::from_str(&body).unwrap();
    assert_eq!(event["id"], added.as_str());
    assert!(head.starts_with("post /hook?key=hush "), "{head}");
    assert!(head.contains(&format!("event-id: {added}\r\n")), "{head}");
    let signature = head.lines().find_map(|line| line.strip_prefix("event-signature: t="));
    let (time, signature) = signature.and_then(|it| it.split_once(",v1=")).expect(&head);
    assert!(time.parse::<u64>().is_ok() && signature.len() == 64, "{head}");
    wait_until("the record", || watched.state()["undelivered"] == 0);
    running.signal("-TERM");
    assert_eq!(running.0.wait().unwrap().code(), Some(0));
    let said = std::fs::read_to_string(watched.home.path("err")).unwrap();
    assert!(said.contains("503"), "{said}");
    assert!(!said.contains(secret) && !said.contains("hush"), "{said}");
}

#[test]
fn a_signal_lets_the_command_end() {
    let watched = Watched::new();
    let added = watched.add();
    // It ends only when it may.
    let command = "touch begun; while [ ! -e may ]; do sleep 0.05; done; cat > taken";
    let mut running = watched.spawn(&["--exec", command]);
    wait_until("the command", || watched.home.path("begun").exists());
    running.signal("-INT");
    std::fs::write(watched.home.path("may"), "").unwrap();
    assert_eq!(running.0.wait().unwrap().code(), Some(0));
    assert_eq!(ids(&watched.lines("taken")), [&added]);
    assert_eq!(watched.state()["undelivered"], 0);
}

#[test]
fn a_service_that_fails_is_polled_again() {
    use connector_emulator::{Fault, FaultKind, Match};
    let watched = Watched::new();
    let kind = FaultKind::TrialAccess;
    watched.service.control.fault(Fault { on: Match::default(), times: 1, kind });
    let added = watched.add();
    let _running = watched.spawn(&[]);
    wait_until("the event", || ids(&watched.lines("out")) == [&added]);
    wait_until("the record", || watched.state()["failures"] == 0);
}

#[test]
fn what_cannot_get_better_ends_it() {
    let watched = Watched::new();
    let run = |args: &[&str]| watched.home.run(&[&["watch", "--name", "other"], args].concat());
    let unknown = run(&["no.such"]);
    assert_eq!(unknown.code, 2, "{}", unknown.err);
    let wrong = run(&[TRIGGER, "--config", r#"{"board": 1}"#]);
    assert_eq!(wrong.code, 2, "{}", wrong.err);
    assert!(wrong.err.contains("board_id"), "{}", wrong.err);
    let no_url = run(&[TRIGGER, "--webhook", "ftp://example.com"]);
    assert_eq!(no_url.code, 2, "{}", no_url.err);
    assert_eq!(run(&[TRIGGER, "--every", "5"]).code, 2);
    assert_eq!(run(&[TRIGGER, "--jsonl", "a", "--exec", "b"]).code, 2);
}

#[test]
fn one_process_watches_under_a_name() {
    let watched = Watched::new();
    let _running = watched.spawn(&[]);
    wait_until("a second poll", || watched.service.requests() > 2);
    let second = watched.once(&[]);
    assert_eq!(second.code, 1);
    assert!(second.err.contains("in use by another process"), "{}", second.err);
    watched.once(&["--name", "second"]).fine();
}

#[test]
fn a_command_gets_no_secret_of_this_program() {
    let mut watched = Watched::new();
    for name in ["CONNECTOR_CLIENT_SECRET", "CONNECTOR_WEBHOOK_SECRET", "CONNECTOR_MCP_TOKEN"] {
        watched.home.set(name, "a secret of seventeen");
    }
    watched.add();
    watched.once(&["--exec", "env > seen"]).fine();
    let seen = std::fs::read_to_string(watched.home.path("seen")).unwrap();
    assert!(seen.contains("CONNECTOR_EVENT_ID=") && seen.contains("CONNECTOR_STATE="), "{seen}");
    assert!(!seen.contains("a secret of seventeen"), "{seen}");
    for name in ["CONNECTOR_TOKEN=", "CONNECTOR_VAULT_KEY="] {
        assert!(!seen.contains(name), "{seen}");
    }
}
