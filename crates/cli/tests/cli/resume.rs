//! `run` goes on after it was stopped or killed.

use std::fs::File;
use std::path::PathBuf;
use std::time::Duration;

use connector_emulator::{Fault, FaultKind, Match};
use serde_json::{Value, json};

use crate::support::{Home, Running, Service, ids, wait_until};

const BOARD: &str = "Plants for small rooms";
const PAGE: usize = 5;

struct Stage {
    service: Service,
    home: Home,
}

impl Stage {
    fn new() -> Self {
        let service = Service::start();
        Stage { home: service.home(), service }
    }

    /// Every request that this strikes is carried out, and its answer takes so long.
    fn slow(&self, ms: u64, times: u32) {
        let kind = FaultKind::Slow(ms);
        self.service.control.fault(Fault { on: Match::default(), times, kind });
    }

    /// Starts a program whose output goes to a file that is appended to.
    fn spawn(&self, args: &[&str], out: &str) -> Running {
        let open = |name: String| {
            File::options().create(true).append(true).open(self.home.path(&name)).unwrap()
        };
        let mut command = self.home.command(args);
        command.stdout(open(out.to_owned())).stderr(open(format!("{out}.err")));
        Running(command.spawn().unwrap())
    }

    fn lines(&self, out: &str) -> Vec<Value> {
        let text = std::fs::read_to_string(self.home.path(out)).unwrap();
        text.lines().map(|line| serde_json::from_str(line).expect(line)).collect()
    }

    fn pins(&self) -> String {
        let board_id = self.service.control.board_id(BOARD).unwrap();
        json!({"board_id": board_id, "page_size": PAGE}).to_string()
    }

    fn runs(&self) -> Vec<Value> {
        let runs = self.home.run(&["runs", "--json"]).fine().json();
        runs.as_array().unwrap().clone()
    }

    /// The id of the only run.
    fn run(&self) -> Option<String> {
        let runs = self.runs();
        assert!(runs.len() < 2, "{runs:?}");
        runs.first().map(|run| run["id"].as_str().unwrap().to_owned())
    }

    fn created(&self) -> u64 {
        self.service.control.count("POST", "/v5/boards")
    }

    /// A write that was carried out, and whose answer nobody has seen.
    fn killed_write(&self, name: &str) -> String {
        self.slow(60_000, 1);
        let input = json!({ "name": name }).to_string();
        let mut running = self.spawn(&["run", "boards.create", "--input", &input], "out");
        wait_until("the request", || self.service.control.board_id(name).is_some());
        running.kill();
        self.run().unwrap()
    }
}

#[test]
fn a_list_that_is_killed_again_and_again_comes_whole() {
    let stage = Stage::new();
    let input = stage.pins();
    let run = ["run", "board_pins.list", "--input", &input];
    let expected = stage.home.run(&run).fine().lines();
    let pages = expected.len().div_ceil(PAGE);
    stage.service.control.forget_requests();
    stage.slow(40, u32::MAX);
    let mut kills = 0;
    // Each process does some pages at least now and then, so this ends.
    loop {
        let id = stage.run();
        if id.is_none() && kills > 0 && !stage.lines("out").is_empty() {
            break;
        }
        let mut running = match &id {
            Some(id) => stage.spawn(&["run", "--resume", id], "out"),
            None => stage.spawn(&run, "out"),
        };
        std::thread::sleep(Duration::from_millis(fastrand::u64(..400)));
        running.kill();
        kills += 1;
    }
    let lines = stage.lines("out");
    let mut seen: Vec<&str> = Vec::new();
    let mut repeated = 0;
    for id in ids(&lines) {
        match seen.contains(&id) {
            true => repeated += 1,
            false => seen.push(id),
        }
    }
    assert_eq!(seen, ids(&expected));
    // Only the page that was being printed comes again.
    assert!(repeated <= kills * PAGE, "{repeated} of {kills}");
    let requests = stage.service.requests() as usize;
    assert!(requests <= pages + kills, "{requests} requests, {pages} pages, {kills} kills");
}

#[test]
fn ctrl_c_leaves_a_run_that_goes_on() {
    let stage = Stage::new();
    let input = stage.pins();
    let run = ["run", "board_pins.list", "--input", &input];
    let expected = stage.home.run(&run).fine().lines();
    stage.slow(100, u32::MAX);
    let mut running = stage.spawn(&run, "out");
    wait_until("a page", || !stage.lines("out").is_empty());
    running.signal("-INT");
    assert_eq!(running.0.wait().unwrap().code(), Some(130));
    stage.service.control.clear_faults();

    let id = stage.run().unwrap();
    let said = std::fs::read_to_string(stage.home.path("out.err")).unwrap();
    assert!(said.ends_with(&format!("go on with: connector run --resume {id}\n")), "{said}");
    let run = &stage.runs()[0];
    assert_eq!((&run["state"], &run["next"]), (&json!("interrupted"), &json!("send")));
    assert_eq!(run["action"], "board_pins.list");
    assert_eq!(run["items"], stage.lines("out").len());

    let mut all = stage.lines("out");
    all.extend(stage.home.run(&["run", "--resume", &id]).fine().lines());
    assert_eq!(all, expected);
    assert_eq!(stage.run(), None);
}

#[test]
fn a_write_that_was_refused_is_known_to_have_failed() {
    let service = Service::start();
    let home = service.home();
    let create = ["run", "boards.create", "--set", "name=Twice"];
    home.run(&create).fine();
    assert_eq!(home.run(&create).code, 1);
    let all = home.run(&["runs", "--all", "--json"]).fine().json();
    assert_eq!((&all[1]["state"], &all[1]["outcome_unknown"]), (&json!("failed"), &json!(false)));
    assert!(!home.run(&["runs", "--all"]).fine().out.contains("unknown"));
}

#[test]
fn a_write_of_which_nobody_knows_is_not_repeated() {
    let stage = Stage::new();
    let id = stage.killed_write("Once");
    let run = &stage.runs()[0];
    assert_eq!((&run["state"], &run["outcome_unknown"]), (&json!("interrupted"), &json!(true)));
    // The connector is told, and it cannot know either.
    let ran = stage.home.run(&["run", "--resume", &id, "--json"]);
    assert_eq!(ran.error()["kind"], "unavailable");
    assert_eq!(ran.error()["resume"], Value::Null);
    assert_eq!(stage.created(), 1);
    assert_eq!(stage.run(), None);
    let all = stage.home.run(&["runs", "--all", "--json"]).fine().json();
    assert_eq!(all[0]["state"], "failed");
    assert_eq!(stage.home.run(&["run", "--resume", &id]).code, 1);
    assert_eq!(stage.created(), 1);
}

#[test]
fn ctrl_c_waits_for_the_answer_of_a_write() {
    let stage = Stage::new();
    stage.slow(1000, 1);
    let mut running =
        stage.spawn(&["run", "boards.create", "--input", r#"{"name": "Kept"}"#], "out");
    wait_until("the request", || stage.service.control.board_id("Kept").is_some());
    running.signal("-INT");
    assert_eq!(running.0.wait().unwrap().code(), Some(0));
    let out = std::fs::read_to_string(stage.home.path("out")).unwrap();
    assert!(out.contains("Kept"), "{out}");
    assert_eq!((stage.created(), stage.run()), (1, None));
}

#[test]
fn a_service_that_is_down_leaves_a_run_that_goes_on() {
    let stage = Stage::new();
    stage.service.control.fault(Fault {
        on: Match::default(),
        times: 1,
        kind: FaultKind::RateLimited { reset_s: 3600 },
    });
    let ran = stage.home.run(&["run", "boards.create", "--json", "--input", r#"{"name": "Late"}"#]);
    assert_eq!(ran.code, 4);
    let id = ran.error()["resume"].as_str().unwrap().to_owned();
    // Refused unprocessed, so this write is sent again.
    let created = stage.home.run(&["run", "--resume", &id]).fine().json();
    assert_eq!(created["name"], "Late");
    // What came of it can be had again.
    assert_eq!(stage.home.run(&["run", "--resume", &id]).fine().json(), created);
    assert_eq!(stage.created(), 2);
}

#[test]
fn one_process_has_a_run() {
    let stage = Stage::new();
    stage.slow(60_000, 1);
    let mut running = stage.spawn(&["run", "boards.list"], "out");
    wait_until("the request", || stage.service.requests() == 1);
    let id = stage.run().unwrap();
    assert_eq!(stage.runs()[0]["state"], "running");
    for args in [&["run", "--resume", &id][..], &["runs", "forget", &id]] {
        let ran = stage.home.run(args);
        assert_eq!(ran.err, format!("error: the run `{id}` is in progress in another process\n"));
    }
    running.kill();
    assert_eq!(stage.runs()[0]["state"], "interrupted");
    stage.home.run(&["runs", "forget", &id]).fine();
    assert_eq!(stage.run(), None);
    let unknown = stage.home.run(&["run", "--resume", &id]);
    assert_eq!((unknown.code, unknown.err), (2, format!("error: there is no run `{id}`\n")));
}

#[test]
fn a_run_belongs_to_its_connection() {
    let stage = Stage::new();
    let id = stage.killed_write("Mine");
    // It brings its settings along; others are others.
    let ran =
        stage.home.run(&["run", "--resume", &id, "--settings", r#"{"environment":"sandbox"}"#]);
    assert!(ran.err.contains("belongs to"), "{}", ran.err);
    assert_eq!(stage.created(), 1);
}

fn files(folder: PathBuf) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => found.extend(files(path)),
            false => found.push(path),
        }
    }
    found
}

#[test]
fn what_is_marked_as_secret_is_not_kept() {
    let stage = Stage::new();
    stage.slow(60_000, 1);
    let secret = "hush-hush-0123456789";
    let feed = json!({"body": {
        "catalog_type": "HOTEL",
        "name": "Our hotels",
        "format": "CSV",
        "location": "https://example.com/hotels.csv",
        "default_locale": "en-GB",
        "credentials": {"username": "feeds", "password": secret},
    }});
    let create = ["run", "catalog_feeds.create", "--input", &feed.to_string()];
    let mut running = stage.spawn(&create, "out");
    wait_until("the request", || stage.service.requests() == 1);
    let id = stage.run().unwrap();
    let keep = |when: &str| {
        for file in files(stage.home.path("state/runs")) {
            let bytes = std::fs::read(&file).unwrap();
            let found = bytes.windows(secret.len()).any(|it| it == secret.as_bytes());
            assert!(!found, "{when}: {}", file.display());
        }
    };
    keep("running");
    running.kill();
    keep("killed");
    assert!(stage.runs()[0]["input"].to_string().contains("[secret]"));
    let ran = stage.home.run(&["run", "--resume", &id]);
    assert!(ran.err.contains("marked as secret"), "{}", ran.err);
    assert_eq!(stage.service.requests(), 1);
}
