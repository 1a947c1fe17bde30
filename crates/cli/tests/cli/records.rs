//! Records are read once each, whatever happens.

use std::collections::BTreeSet;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use connector_emulator::{Fault, FaultKind, Match, Options, SeedBoard};
use serde_json::{Value, json};

use crate::support::{Home, Service, ids};

const SINCE: &str = "2020-01-01";

/// The ids in order, none twice.
fn once(records: &[Value]) -> BTreeSet<String> {
    let all = ids(records);
    let set: BTreeSet<String> = all.iter().map(|id| (*id).to_owned()).collect();
    assert_eq!(set.len(), all.len(), "a record came twice");
    set
}

/// All pins, read in another way.
fn pins(home: &Home) -> BTreeSet<String> {
    once(&home.run(&["run", "pins.list", "--input", r#"{"page_size": 250}"#]).fine().lines())
}

#[test]
fn a_second_run_gives_what_came_since() {
    let service = Service::start();
    let home = service.home();
    let board = service.control.board_id("Autumn table").unwrap();
    let read = || home.run(&["read", "pins", "--since", SINCE]).fine();
    let first = read();
    assert!(first.err.contains("does not filter by `created_at`"), "{}", first.err);
    assert_eq!(once(&first.lines()), pins(&home));
    assert_eq!(read().out, "");
    let added = [service.add_pin(&board), service.add_pin(&board)];
    let second = once(&read().lines());
    assert_eq!(second, added.into_iter().collect());
    assert_eq!(read().out, "");
    // Another time is another read.
    let all = home.run(&["read", "pins", "--since", "2020-01-02"]).fine();
    assert_eq!(once(&all.lines()), pins(&home));
    // As is one that was told to forget.
    let all = home.run(&["read", "pins", "--since", SINCE, "--reset"]).fine();
    assert_eq!(once(&all.lines()), pins(&home));
}

#[test]
fn older_records_are_left_out() {
    let service = Service::start();
    let home = service.home();
    let now = jiff::Timestamp::now().to_string();
    assert_eq!(home.run(&["read", "pins", "--since", &now]).fine().out, "");
    let added = service.add_pin(&service.control.board_id("Autumn table").unwrap());
    let came = home.run(&["read", "pins", "--since", &now]).fine().lines();
    assert_eq!(ids(&came), [added]);
}

#[test]
#[cfg(not(feature = "sql"))]
fn a_program_without_sql_says_that_parquet_comes_with_it() {
    let home = Service::start().home();
    let out = home.path("boards.parquet");
    let words = ["read", "boards", "--format", "parquet", "--out", out.to_str().unwrap()];
    let ran = home.run(&words);
    assert_ne!(ran.code, 0);
    assert!(ran.err.contains("feature `sql`"), "{}", ran.err);
    assert!(!out.exists());
}

/// The ids of records, by the board that they are of.
fn of(records: &[Value], is: impl Fn(&str) -> bool) -> BTreeSet<String> {
    let kept = records.iter().filter(|record| is(record["board_id"].as_str().unwrap()));
    once(&kept.cloned().collect::<Vec<_>>())
}

#[test]
fn a_board_that_is_refused_keeps_no_other_from_being_read() {
    let service = Service::start();
    let home = service.home();
    let board = service.control.board_id("Autumn table").unwrap();
    let input = json!({"board_id": board, "name": "Napkins"}).to_string();
    home.run(&["run", "board_sections.create", "--input", &input]).fine();
    let all = home.run(&["read", "board_sections"]).fine().lines();
    let refused = all[0]["board_id"].as_str().unwrap().to_owned();
    let (theirs, others) = (of(&all, |board| board == refused), of(&all, |board| board != refused));
    assert!(!theirs.is_empty() && !others.is_empty());
    let refuse = |path: String, times| {
        let on = Match { method: None, path: Some(path) };
        service.control.fault(Fault { on, times, kind: FaultKind::TrialAccess });
    };
    let read = || home.run(&["read", "board_sections", "--cursor", "cursor"]);
    refuse(format!("/v5/boards/{refused}/sections"), 100);
    let ran = read();
    assert_eq!(ran.code, 5, "{}", ran.err);
    assert!(ran.err.contains(&format!("not read: board_id={refused}: ")), "{}", ran.err);
    assert_eq!(once(&ran.lines()), others);
    // They are asked for again, and nothing comes twice.
    let again = read();
    assert_eq!((again.code, again.out.as_str()), (5, ""));
    service.control.clear_faults();
    assert_eq!(once(&read().fine().lines()), theirs);
    assert_eq!(read().fine().out, "");
    // When there is nothing else, the refusal is all there is to tell.
    refuse("/v5/boards/{board_id}/sections".into(), 100);
    let none = home.run(&["read", "board_sections"]);
    assert_eq!((none.code, none.out.as_str()), (3, ""), "{}", none.err);
}

/// A service with many pins, and a read of them in many pages.
struct Long {
    service: Service,
    home: Home,
    board: String,
}

impl Long {
    fn start() -> Self {
        let service = Service::with(Options::for_bench());
        let board = service.control.add_board(&SeedBoard::new("Long", 700));
        Long { home: service.home(), service, board }
    }

    fn spawn(&self, out: &[&str]) -> Child {
        let args = ["read", "pins", "--since", SINCE, "--cursor", "far", "--input"];
        let args = [&args[..], &[r#"{"page_size": 4}"#], out].concat();
        let mut command = self.home.command(&args);
        command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap()
    }

    /// Runs until one run ends by itself, kills all before it at times that differ, and changes the
    /// pins meanwhile. Gives what stdout got of each.
    fn runs(&self, out: &[&str], mut change: impl FnMut(u64)) -> Vec<Vec<Value>> {
        let begun = Instant::now();
        let mut outputs = Vec::new();
        for round in 0.. {
            assert!(begun.elapsed() < Duration::from_secs(120), "the read does not get on");
            let child = self.spawn(out);
            let id = child.id().to_string();
            let reader = std::thread::spawn(move || child.wait_with_output().unwrap());
            // From before the first request to well into the pages.
            let life = Duration::from_millis(15 + round * 37 % 160);
            let end = Instant::now() + life;
            while Instant::now() < end && !reader.is_finished() {
                change(round);
                std::thread::sleep(Duration::from_millis(10));
            }
            if !reader.is_finished() && round < 12 {
                let _ = std::process::Command::new("kill").args(["-9", &id]).status();
            }
            let ended = reader.join().unwrap();
            let text = String::from_utf8(ended.stdout).unwrap();
            let whole = text.rfind('\n').map_or("", |end| &text[..end]);
            outputs.push(whole.lines().map(|line| serde_json::from_str(line).unwrap()).collect());
            if ended.status.success() {
                return outputs;
            }
        }
        unreachable!("rounds have no end")
    }
}

#[test]
fn killed_and_resumed_while_data_changes_a_file_is_exact() {
    let long = Long::start();
    let before = pins(&long.home);
    let mut added = BTreeSet::new();
    let outputs = long.runs(&["--out", "pins.jsonl"], |_| {
        added.insert(long.service.add_pin(&long.board));
    });
    assert!(outputs.len() > 3, "it was killed {} times", outputs.len() - 1);
    // What came while it ran is there now or comes with the next run.
    assert!(long.spawn(&["--out", "pins.jsonl"]).wait().unwrap().success());
    let text = std::fs::read_to_string(long.home.path("pins.jsonl")).unwrap();
    let records: Vec<Value> =
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let union: BTreeSet<String> = before.union(&added).cloned().collect();
    assert_eq!(once(&records), union);
    assert_eq!(union, pins(&long.home));
}

#[test]
fn killed_and_resumed_stdout_misses_nothing_and_repeats_one_page_at_most() {
    let long = Long::start();
    let before = pins(&long.home);
    let outputs = long.runs(&[], |_| {});
    assert!(outputs.len() > 3, "it was killed {} times", outputs.len() - 1);
    let runs = outputs.len();
    let all: Vec<Value> = outputs.into_iter().flatten().collect();
    let union: BTreeSet<String> = ids(&all).into_iter().map(str::to_owned).collect();
    assert_eq!(union, before);
    assert!(all.len() - union.len() <= 4 * (runs - 1), "{} came again", all.len() - union.len());
}

#[test]
fn parents_are_walked_and_in_each_record() {
    let service = Service::start();
    let home = service.home();
    let board = service.control.board_id("Plants for small rooms").unwrap();
    let sections = home.run(&["read", "board_sections"]).fine().lines();
    assert_eq!(sections.len(), 3);
    assert!(sections.iter().all(|section| section["board_id"] == *board));
    // Two levels: the sections of all boards, and their pins.
    let pins =
        home.run(&["read", "board_section_pins", "--fields", "id,section_id"]).fine().lines();
    let held: BTreeSet<&str> = pins.iter().map(|pin| pin["section_id"].as_str().unwrap()).collect();
    assert_eq!(held, ids(&sections).into_iter().collect());
    // One that is given is not walked.
    let other = format!("board_id={}", service.control.board_id("Moss and stone").unwrap());
    assert_eq!(home.run(&["read", "board_sections", "--parent", &other]).fine().out, "");
    // What nothing lists has to be given.
    let ran = home.run(&["read", "pin_search"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("`query` has to be given"), "{}", ran.err);
}

#[test]
fn rows_without_a_time_come_once_by_their_key() {
    let service = Service::start();
    let home = service.home();
    let board = service.control.board_id("Autumn table").unwrap();
    let read = || home.run(&["read", "board_sections", "--cursor", "far"]).fine().lines();
    assert_eq!(read().len(), 3);
    assert_eq!(read().len(), 0);
    let input = json!({"board_id": board, "name": "New"}).to_string();
    let made = home.run(&["run", "board_sections.create", "--input", &input]).fine().json();
    assert_eq!(ids(&read()), [made["id"].as_str().unwrap()]);
    let ran = home.run(&["read", "board_sections", "--since", SINCE]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("do not tell when"), "{}", ran.err);
}

#[test]
fn a_limit_stops_inside_a_page_and_the_next_run_goes_on_there() {
    let service = Service::start();
    let home = service.home();
    let read = |limit: &str| {
        home.run(&["read", "pins", "--cursor", "far", "--limit", limit]).fine().lines()
    };
    let mut all = Vec::new();
    for limit in ["10", "7", "30", "1000"] {
        all.extend(read(limit));
    }
    assert_eq!(once(&all), pins(&home));
}

#[test]
fn csv_has_a_head_and_cells_for_the_fields() {
    let service = Service::start();
    let home = service.home();
    let args = ["read", "boards", "--format", "csv", "--fields", "name,owner.username,pin_count"];
    let out = home.run(&args).fine().out;
    assert!(out.starts_with("name,owner.username,pin_count\n"), "{out}");
    assert!(out.contains("\nAutumn table,studiofern,9\n"), "{out}");
    let ran = home.run(&["read", "boards", "--fields", "colour"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("`boards` has no field `colour`"), "{}", ran.err);
}

/// What tells rows apart comes first, and times are times, whatever the service counts in.
#[test]
fn csv_begins_with_ids_and_its_times_can_be_written_back() {
    let service = Service::start();
    let home = service.home();
    let table = |args: &[&str]| -> Vec<Vec<String>> {
        let out = home.run(&[&["read"], args, &["--format", "csv"]].concat()).fine().out;
        let mut lines = csv::ReaderBuilder::new().has_headers(false).from_reader(out.as_bytes());
        lines.records().map(|line| line.unwrap().iter().map(str::to_owned).collect()).collect()
    };
    let sections = table(&["board_sections"]);
    assert_eq!(sections[0][..3], ["id", "board_id", "name"]);
    let campaigns = table(&["campaigns"]);
    assert_eq!(campaigns[0][..2], ["id", "ad_account_id"]);
    let column = campaigns[0].iter().position(|name| name == "created_time").unwrap();
    let times: Vec<&String> = campaigns[1..].iter().map(|row| &row[column]).collect();
    assert!(!times.is_empty());
    assert!(times.iter().all(|time| time.parse::<jiff::Timestamp>().is_ok()), "{times:?}");

    let account = format!("ad_account_id={}", service.control.ad_account_id());
    let write = ["write", "campaigns", "--parent", &account, "--format", "csv"];
    let new = "name,objective_type,start_time\nA,AWARENESS,2031-01-05T12:00:00Z\n";
    let outcomes = home.run_with_stdin(&write, new).fine().lines();
    assert_eq!(outcomes[0]["data"]["start_time"], 1_925_380_800, "{outcomes:?}");
}

#[test]
fn nothing_to_read_is_said() {
    let service = Service::start();
    let home = service.home();
    home.run(&["read", "pins", "--since", SINCE]).fine();
    let again = home.run(&["read", "pins", "--since", SINCE]).fine();
    assert_eq!((again.out.as_str(), again.err.lines().last()), ("", Some("nothing new")));
}

#[test]
fn a_cursor_is_for_one_read() {
    let service = Service::start();
    let home = service.home();
    home.run(&["read", "pins", "--cursor", "far", "--limit", "1"]).fine();
    let ran = home.run(&["read", "boards", "--cursor", "far"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("it is for `pins`, and not for `boards`"), "{}", ran.err);
}

#[test]
fn resources_and_fields_need_no_connection() {
    let home = Home::new();
    let resources = home.run(&["resources", "--json"]).fine().json();
    let pins = resources.as_array().unwrap().iter().find(|it| it["id"] == "pins").unwrap();
    assert_eq!(pins["key"], json!(["id"]));
    let fields = home.run(&["fields", "campaigns", "--json"]).fine().json();
    let field = |name: &str| {
        let mut all = fields.as_array().unwrap().iter();
        all.find(|it| it["name"] == name).cloned().unwrap()
    };
    assert_eq!(field("name")["required"], true);
    assert_eq!((&field("id")["creatable"], &field("id")["key"]), (&json!(false), &json!(true)));
    assert_eq!(field("ad_account_id")["parent"], true);
    assert_eq!(field("created_time")["kind"], "time");
    let ran = home.run(&["fields", "board"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("there is no resource `board`; did you mean boards?"), "{}", ran.err);
}

/// The day so many days before today, as the service writes it.
fn day(before: i64) -> String {
    let now = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC);
    (now.date() - jiff::Span::new().days(before)).to_string()
}

#[test]
fn figures_that_may_have_changed_are_read_again() {
    let service = Service::start();
    let home = service.home();
    let since = day(20);
    let input = r#"{"granularity": "DAY", "columns": ["SPEND_IN_DOLLAR"]}"#;
    let read =
        || home.run(&["read", "ad_account_analytics", "--input", input, "--since", &since]).fine();
    let days = |lines: Vec<Value>| -> BTreeSet<String> {
        lines.iter().map(|line| line["DATE"].as_str().unwrap().to_owned()).collect()
    };
    let first = read();
    assert!(first.err.contains("figures of 7 days may still change"), "{}", first.err);
    let first = days(first.lines());
    assert!(first.contains(&since) && first.len() >= 20, "{first:?}");
    let second = days(read().lines());
    assert!(second.len() <= 9 && second.is_subset(&first), "{second:?}");
    assert!(second.contains(&day(6)) && !second.contains(&day(9)), "{second:?}");
    // Whoever says which days gets these.
    let input = format!(
        r#"{{"granularity": "DAY", "columns": ["SPEND_IN_DOLLAR"], "start_date": "{0}", "end_date": "{0}"}}"#,
        day(3)
    );
    let told = home.run(&["read", "ad_account_analytics", "--input", &input]).fine().lines();
    assert_eq!(days(told), BTreeSet::from([day(3)]));
    // A plain read is of no days that nobody named.
    let plain = home.run(&["read", "ad_account_analytics", "--input", "{}"]);
    assert!(plain.code != 0 && plain.err.contains("start_date"), "{}", plain.err);
}

/// Rows that are texts by themselves have one field.
#[test]
fn rows_that_are_no_objects_are_records() {
    let service = Service::start();
    let home = service.home();
    let read = home.run(&["read", "suggested_terms", "--set", "term=autumn"]).fine().lines();
    assert!(!read.is_empty());
    assert!(read.iter().all(|row| row["value"].is_string()), "{read:?}");
    let fields = home.run(&["--json", "fields", "suggested_terms"]).fine().out;
    let fields: Value = serde_json::from_str(&fields).unwrap();
    assert_eq!(fields[0]["name"], "value", "{fields:?}");
}
