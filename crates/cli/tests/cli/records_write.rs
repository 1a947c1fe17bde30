//! Records are written with an outcome for each.

use connector_emulator::{Fault, FaultKind, Match};
use serde_json::{Value, json};

use crate::support::{Ran, Service};

fn lines(records: &[Value]) -> String {
    records.iter().map(|record| format!("{record}\n")).collect()
}

fn is_ok(outcomes: &[Value]) -> Vec<bool> {
    for (position, outcome) in outcomes.iter().enumerate() {
        assert_eq!(outcome["index"], position);
    }
    outcomes.iter().map(|outcome| outcome["ok"].as_bool().unwrap()).collect()
}

#[test]
fn one_bad_record_keeps_no_good_one_back() {
    let service = Service::start();
    let home = service.home();
    let account = format!("ad_account_id={}", service.control.ad_account_id());
    let good = |name: &str| json!({"name": name, "objective_type": "AWARENESS"});
    let bad = json!({"name": "Bad", "objective_type": "FAME"});
    let records = [good("One"), bad.clone(), good("Two"), good("Three")];
    let write = ["write", "campaigns", "--parent", &account, "--rejects", "rejected.jsonl"];
    let ran = home.run_with_stdin(&write, &lines(&records));
    // A part of them.
    assert_eq!(ran.code, 5);
    assert!(ran.err.contains("1 of 4 records were rejected"), "{}", ran.err);
    let outcomes = ran.lines();
    assert_eq!(is_ok(&outcomes), [true, false, true, true]);
    assert_eq!(outcomes[1]["error"]["fields"][0]["path"], "objective_type");
    assert_eq!(outcomes[3]["data"]["name"], "Three");
    // The good ones went together.
    assert_eq!(service.requests(), 1);
    let rejected = std::fs::read_to_string(home.path("rejected.jsonl")).unwrap();
    assert_eq!(rejected, lines(&[bad]));
    let mended = rejected.replace("FAME", "AWARENESS");
    assert_eq!(is_ok(&home.run_with_stdin(&write, &mended).fine().lines()), [true]);
}

#[test]
fn batches_are_as_large_as_the_action_allows() {
    let service = Service::start();
    let home = service.home();
    let account = format!("ad_account_id={}", service.control.ad_account_id());
    let record = |n: usize| json!({"name": n.to_string(), "objective_type": "AWARENESS"});
    let records: Vec<Value> = (0..61).map(record).collect();
    let write = ["write", "campaigns", "--parent", &account];
    let outcomes = home.run_with_stdin(&write, &lines(&records)).fine().lines();
    let names: Vec<Value> = outcomes.iter().map(|it| it["data"]["name"].clone()).collect();
    let sent: Vec<Value> = records.iter().map(|it| it["name"].clone()).collect();
    assert_eq!(names, sent);
    assert_eq!(service.requests(), 3);
}

#[test]
fn upsert_updates_what_has_a_key_and_creates_the_rest() {
    let service = Service::start();
    let home = service.home();
    let board = service.control.board_id("Autumn table").unwrap();
    let records = [json!({"id": board, "name": "Winter table"}), json!({"name": "Spring table"})];
    let ran = home.run_with_stdin(&["write", "boards", "--mode", "upsert"], &lines(&records));
    assert_eq!(is_ok(&ran.fine().lines()), [true, true]);
    assert_eq!(service.control.board_id("Winter table").unwrap(), board);
    assert!(service.control.board_id("Spring table").is_some());
    assert!(service.control.board_id("Autumn table").is_none());
}

#[test]
fn what_was_read_can_be_deleted_as_it_is() {
    let service = Service::start();
    let home = service.home();
    let sections = home.run(&["read", "board_sections"]).fine().out;
    let ran = home.run_with_stdin(&["write", "board_sections", "--mode", "delete"], &sections);
    assert_eq!(is_ok(&ran.fine().lines()), [true, true, true]);
    assert_eq!(home.run(&["read", "board_sections"]).fine().out, "");
}

#[test]
fn records_that_fit_nothing_are_named_and_not_sent() {
    let service = Service::start();
    let home = service.home();
    let input =
        "{\"name\": \"A\", \"colour\": \"red\"}\nnothing\n\n{\"id\": \"1\", \"name\": \"B\"}\n";
    let ran = home.run_with_stdin(&["write", "boards"], input);
    assert_eq!(ran.code, 1);
    let outcomes = ran.lines();
    assert_eq!(is_ok(&outcomes), [false, false, false]);
    let says = |n: usize| outcomes[n]["error"]["message"].as_str().unwrap();
    assert_eq!(says(0), "`colour`: `boards` has no such field");
    assert!(says(1).starts_with("not a JSON object"), "{}", says(1));
    assert_eq!(says(2), "`id`: cannot be set by `boards.create`");
    let update = home.run_with_stdin(&["write", "boards", "--mode", "update"], "{\"name\": \"B\"}");
    assert_eq!(update.lines()[0]["error"]["message"], "`id`: is the key, and missing");
    assert_eq!(service.requests(), 0);
}

#[test]
fn cells_get_the_types_of_their_fields() {
    let service = Service::start();
    let home = service.home();
    let account = format!("ad_account_id={}", service.control.ad_account_id());
    let write = ["write", "campaigns", "--parent", &account, "--format", "csv"];
    let table = "name,objective_type,daily_spend_cap,status\n2026,AWARENESS,5000000,\nB,FAME,,\n";
    let rejects = [&write[..], &["--rejects", "rejected.csv"]].concat();
    let ran: Ran = home.run_with_stdin(&rejects, table);
    let outcomes = ran.lines();
    assert_eq!(is_ok(&outcomes), [true, false]);
    assert_eq!(outcomes[0]["data"]["name"], "2026");
    assert_eq!(outcomes[0]["data"]["daily_spend_cap"], 5_000_000);
    let rejected = std::fs::read_to_string(home.path("rejected.csv")).unwrap();
    assert_eq!(rejected, "name,objective_type,daily_spend_cap,status\nB,FAME,,\n");
}

#[test]
fn after_a_refused_credential_nothing_more_is_attempted() {
    let service = Service::start();
    let mut home = service.guest();
    home.set("CONNECTOR_TOKEN", "wrong");
    let ran = home.run_with_stdin(&["write", "boards"], "{\"name\": \"A\"}\n{\"name\": \"B\"}\n");
    assert_eq!(ran.code, 1);
    let outcomes = ran.lines();
    assert_eq!(outcomes[0]["error"]["kind"], "unauthenticated");
    assert_eq!(outcomes[1]["error"]["code"], "not-attempted");
    assert_eq!(service.requests(), 1);
}

#[test]
fn a_row_without_an_end_is_refused() {
    let service = Service::start();
    let home = service.home();
    for (format, what) in [("jsonl", "line"), ("csv", "row")] {
        let path = home.path("endless");
        std::fs::write(&path, "name\n{}\n").unwrap();
        let file = std::fs::OpenOptions::new().write(true).open(&path).unwrap();
        file.set_len(65 << 20).unwrap();
        let mut write = home.command(&["write", "boards", "--format", format]);
        let ran: Ran = write.stdin(std::fs::File::open(&path).unwrap()).output().unwrap().into();
        assert!(ran.err.contains(&format!("stdin: a {what} of more than")), "{}", ran.err);
    }
}

#[test]
fn what_was_written_is_read_until_it_is_shown() {
    let service = Service::start();
    let home = service.home();
    let create = || home.run(&["run", "boards.create", "--read-back", "--set", "name=Herbs"]);
    // The service does not know it yet.
    let on = Match { method: Some("GET".into()), path: Some("/v5/boards/{board_id}".into()) };
    service.control.fault(Fault { on, times: 2, kind: FaultKind::Status(404) });
    let made = create().fine();
    assert_eq!(made.json()["name"], "Herbs");
    assert!(made.err.contains("read back: the service shows it"), "{}", made.err);
    assert_eq!(service.control.count("GET", "/v5/boards/{board_id}"), 3);
    let lists = home.run(&["run", "boards.list", "--read-back"]);
    assert!(lists.code == 2 && lists.err.contains("nothing reads back"), "{}", lists.err);
}
