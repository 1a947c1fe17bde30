//! A video Pin whose process is killed at random moments: one Pin, and the file arrives once.

use std::fs::File;
use std::io::Write;
use std::time::Duration;

use connector_emulator::{Fault, FaultKind, Match, STORAGE_PATH};
use serde_json::{Value, json};

use crate::support::{Home, Running, Service, wait_until};

/// How an MP4 file begins.
const BEGINNING: &[u8] = b"\0\0\0\x20ftypisom\0\0\x02\0isomiso2avc1mp41";
const BOARD: &str = "Autumn table";
const TITLE: &str = "Lemon tart";

struct Stage {
    service: Service,
    home: Home,
    /// Bytes of memory that a process had at most, beyond what one has that only reads.
    peak: u64,
}

impl Stage {
    /// With a file of so many bytes, of which the disk holds the first ones only.
    fn new(size: u64) -> Self {
        let service = Service::start();
        let home = service.home();
        let mut file = File::create(home.path("video.mp4")).unwrap();
        file.write_all(BEGINNING).unwrap();
        file.set_len(size).unwrap();
        Stage { service, home, peak: 0 }
    }

    fn start(&self, args: &[&str]) -> Running {
        let mut command = self.home.command(args);
        let out = |name: &str| File::create(self.home.path(name)).unwrap();
        command.stdout(out("out")).stderr(out("err"));
        Running(command.spawn().unwrap())
    }

    /// Whether it ends within this time; then it has to end well. If not it is killed.
    fn ends_within(&mut self, mut running: Running, time: Duration) -> bool {
        let begun = std::time::Instant::now();
        loop {
            self.peak = self.peak.max(memory(&running).unwrap_or_default());
            if let Some(status) = running.0.try_wait().unwrap() {
                let said = std::fs::read_to_string(self.home.path("err")).unwrap();
                assert!(status.success(), "{said}");
                return true;
            }
            if begun.elapsed() >= time {
                self.kill(running);
                return false;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Kills it, and waits until the storage has read what it had sent. Whoever asks before that is
    /// told that nothing has come, and sends the file again.
    fn kill(&self, mut running: Running) {
        running.kill();
        wait_until("the end of it", || self.service.control.receiving() == 0);
    }

    /// Kills it when the next request at this path was carried out, and before that is answered.
    fn kill_at(&self, path: &str) {
        let on = Match { path: Some(path.to_owned()), ..Match::default() };
        let kind = FaultKind::Slow(600_000);
        self.service.control.fault(Fault { on, times: 1, kind });
        let running = self.go_on();
        wait_until("the request", || {
            let has_come = path != STORAGE_PATH || self.arrivals() > 0;
            has_come && self.service.control.waiting_faults().is_empty()
        });
        self.kill(running);
    }

    /// The id of the run that makes the Pin, also of one that was killed when it was done and had
    /// not yet said so.
    fn run(&self) -> Option<String> {
        let runs = self.home.run(&["runs", "--all", "--json"]).fine().json();
        let mut runs = runs.as_array().unwrap().iter();
        let run = runs.find(|run| run["action"] == "video_pins.create")?;
        run["id"].as_str().map(str::to_owned)
    }

    /// Begins the Pin, or goes on where it was.
    fn go_on(&self) -> Running {
        let input = json!({"video": "video.mp4", "board_name": BOARD, "title": TITLE}).to_string();
        match self.run() {
            Some(run) => self.start(&["run", "--resume", &run]),
            None => self.start(&["run", "video_pins.create", "--input", &input]),
        }
    }

    /// Makes the Pin, and kills the process again and again, each time within `longest`.
    fn make(&mut self, kills: u32, longest: Duration) -> Value {
        let mut left = kills;
        let mut done = false;
        while !done {
            let running = self.go_on();
            let time = match left {
                0 => Duration::from_secs(600),
                _ => longest.mul_f64(fastrand::f64()),
            };
            left = left.saturating_sub(1);
            done = self.ends_within(running, time);
        }
        self.output()
    }

    fn output(&self) -> Value {
        serde_json::from_str(&std::fs::read_to_string(self.home.path("out")).unwrap()).unwrap()
    }

    fn check(&self, output: &Value) {
        let board = self.service.control.board_id(BOARD).unwrap();
        let input = json!({ "board_id": board }).to_string();
        let pins = self.home.run(&["run", "board_pins.list", "--input", &input]).fine().lines();
        let made: Vec<_> = pins.iter().filter(|pin| pin["title"] == TITLE).collect();
        assert_eq!(made.len(), 1, "{made:?}");
        assert_eq!(made[0]["id"], output["pin"]["id"]);
    }

    /// How often a whole file has come to the storage.
    fn arrivals(&self) -> u64 {
        self.service.control.arrivals().values().sum()
    }
}

/// The most memory that a process has had, in bytes.
fn memory(running: &Running) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{}/status", running.0.id())).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix(" kB")?.parse::<u64>().ok().map(|kb| kb << 10)
}

#[test]
fn killed_at_random_moments_it_makes_one_pin() {
    let mut stage = Stage::new(64 << 20);
    let kind = FaultKind::Slow(30);
    stage.service.control.fault(Fault { on: Match::default(), times: u32::MAX, kind });
    let output = stage.make(20, Duration::from_millis(700));
    stage.check(&output);
    assert_eq!(stage.arrivals(), 1, "{:?}", stage.service.control.arrivals());
}

/// Each request is carried out, and nobody lives to hear of it.
#[test]
fn killed_before_each_answer_it_makes_one_pin() {
    let mut stage = Stage::new(1 << 20);
    for path in ["/v5/media", STORAGE_PATH, "/v5/media/{media_id}", "/v5/pins"] {
        stage.kill_at(path);
    }
    let output = stage.make(0, Duration::ZERO);
    assert_eq!(stage.make(0, Duration::ZERO), output, "once it is done nothing more happens");
    stage.check(&output);
    assert_eq!(stage.arrivals(), 1, "{:?}", stage.service.control.arrivals());
}

/// The limit of it: only Pinterest can say whether the file has come. While it has not heard of that
/// from its storage, the file is sent again, to the same place.
#[test]
fn what_pinterest_does_not_know_to_have_come_is_sent_again() {
    let mut stage = Stage::new(1 << 20);
    stage.kill_at(STORAGE_PATH);
    let control = stage.service.control.clone();
    let (media_id, _) = control.arrivals().pop_first().unwrap();
    control.settle(&media_id, "registered");
    let running = stage.go_on();
    wait_until("the second time", || stage.arrivals() > 1);
    control.settle(&media_id, "succeeded");
    assert!(stage.ends_within(running, Duration::from_secs(600)));
    stage.check(&stage.output());
    assert_eq!(control.arrivals(), [(media_id, 2)].into());
}

/// `cargo test --release --workspace --test cli -- --ignored gigabytes --nocapture`
#[test]
#[ignore = "takes minutes"]
fn two_gigabytes_in_flat_memory() {
    let mut stage = Stage::new(2 << 30);
    let idle = {
        let running = stage.start(&["run", "boards.list"]);
        assert!(stage.ends_within(running, Duration::from_secs(60)));
        std::mem::take(&mut stage.peak)
    };
    let output = stage.make(20, Duration::from_secs(8));
    stage.check(&output);
    assert_eq!(stage.arrivals(), 1, "{:?}", stage.service.control.arrivals());
    let megabytes = |bytes: u64| bytes as f64 / f64::from(1 << 20);
    println!("{:.0} MiB idle, {:.0} MiB at most", megabytes(idle), megabytes(stage.peak));
    assert!(stage.peak < idle + 100_000_000);
}
