//! `poll` prints each event once.

use serde_json::json;

use crate::support::{Ran, Watched, ids};

impl Watched {
    fn poll(&self, options: &[&str]) -> Ran {
        let config = json!({"board_id": self.board}).to_string();
        self.home.run(&[&["poll", "board_pins.new", "--input", &config], options].concat())
    }
}

#[test]
fn no_event_comes_twice() {
    let watched = Watched::open();
    let first = watched.poll(&[]).fine();
    let says = "took stock; the next poll prints what is new since now\n";
    assert_eq!((first.out.as_str(), first.err.as_str()), ("", says));
    let added = watched.add();
    let events = watched.poll(&[]).fine();
    assert_eq!((ids(&events.lines()), events.err.as_str()), (vec![&*added], ""));
    assert_eq!(events.lines()[0]["data"]["board_id"], watched.board);
    let last = watched.poll(&[]).fine();
    assert_eq!((last.out.as_str(), last.err.as_str()), ("", "nothing new\n"));
    // A program has asked for silence.
    assert_eq!(watched.poll(&["--json"]).fine().err, "");
}

#[test]
fn a_configuration_has_one_cursor_however_it_is_written() {
    let watched = Watched::open();
    let poll = |config: String| watched.home.run(&["poll", "board_pins.new", "--input", &config]);
    let board = &watched.board;
    poll(format!(r#"{{"board_id": "{board}", "creative_types": ["REGULAR"]}}"#)).fine();
    let added = watched.add();
    let again = poll(format!(r#"{{"creative_types":["REGULAR"],"board_id":"{board}"}}"#)).fine();
    assert_eq!(ids(&again.lines()), [&added]);
    // Another one begins anew.
    assert_eq!(poll(format!(r#"{{"board_id":"{board}"}}"#)).fine().out, "");
}

#[test]
fn reset_takes_stock_again() {
    let watched = Watched::open();
    watched.poll(&[]).fine();
    watched.add();
    assert_eq!(watched.poll(&["--reset"]).fine().out, "");
    assert_eq!(watched.poll(&[]).fine().out, "");
}

#[test]
fn a_cursor_can_be_kept_in_a_file_of_ones_own() {
    let watched = Watched::open();
    watched.poll(&["--cursor", "mine"]).fine();
    let before = std::fs::read_to_string(watched.home.path("mine")).unwrap();
    watched.add();
    assert_eq!(watched.poll(&["--cursor", "mine"]).fine().lines().len(), 1);
    assert_ne!(std::fs::read_to_string(watched.home.path("mine")).unwrap(), before);
    // The default one knows nothing of it.
    assert_eq!(watched.poll(&[]).fine().out, "");
}

#[test]
fn a_cursor_that_somebody_else_wrote_is_refused() {
    let watched = Watched::open();
    watched.poll(&["--cursor", "mine"]).fine();
    let path = watched.home.path("mine");
    let kept = std::fs::read_to_string(&path).unwrap();
    let (_, plain) = kept.split_once('.').unwrap();
    for forged in [plain, "{}", &kept.replace('.', ".x")] {
        std::fs::write(&path, forged).unwrap();
        let before = watched.service.requests();
        let ran = watched.poll(&["--cursor", "mine", "--json"]);
        assert_eq!(ran.error()["rule"], "seal", "{forged}");
        assert_eq!(watched.service.requests(), before);
    }
    std::fs::write(&path, kept).unwrap();
    watched.poll(&["--cursor", "mine"]).fine();
}

/// `/dev/full` takes nothing.
#[cfg(target_os = "linux")]
#[test]
fn events_that_could_not_be_printed_come_again() {
    let watched = Watched::open();
    watched.poll(&[]).fine();
    let added = watched.add();
    let config = json!({"board_id": watched.board}).to_string();
    let mut command = watched.home.command(&["poll", "board_pins.new", "--input", &config]);
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    assert_eq!(command.stdout(full).output().unwrap().status.code(), Some(1));
    assert_eq!(ids(&watched.poll(&[]).fine().lines()), [&added]);
    assert_eq!(watched.poll(&[]).fine().out, "");
}

#[test]
fn a_poll_that_fails_leaves_the_cursor() {
    let watched = Watched::open();
    watched.poll(&[]).fine();
    let added = watched.add();
    let fault = connector_emulator::Fault {
        on: connector_emulator::Match::default(),
        times: 1,
        kind: connector_emulator::FaultKind::TrialAccess,
    };
    watched.service.control.fault(fault);
    assert_eq!(watched.poll(&[]).code, 3);
    assert_eq!(ids(&watched.poll(&[]).fine().lines()), [&added]);
}
