//! `live-check`: a tour and a trial of an account, and a report that tells nothing of it.

use connector_emulator::{Fault, FaultKind, Match};
use serde_json::Value;

use crate::support::Service;

/// The tables of a report, by resource, and the tries.
fn outcomes(report: &Value, list: &str) -> Vec<(String, String)> {
    let of = |it: &Value| {
        let text = |name: &str| it[name].as_str().unwrap_or_default().to_owned();
        (text(if list == "tables" { "resource" } else { "action" }), text("outcome"))
    };
    report[list].as_array().unwrap().iter().map(of).collect()
}

fn boards(service: &Service) -> usize {
    service.home().run(&["run", "boards.list", "--json"]).fine().lines().len()
}

#[test]
fn a_check_reads_makes_and_takes_away_and_tells_nothing_of_the_account() {
    let service = Service::start();
    let home = service.home();
    let before = boards(&service);
    let args = ["live-check", "--write", "--rows", "2", "--out", "report.md"];
    let ran = home.run(&args).fine();
    assert!(ran.err.contains("the report is in report.md"), "{}", ran.err);
    assert_eq!(boards(&service), before);

    let report = std::fs::read_to_string(home.path("report.md")).unwrap();
    assert!(report.contains("| boards | boards.list | 2 fit |"), "{report}");
    assert!(report.contains("| A Pin on it | image_pins.create | new fields: "), "{report}");
    assert!(report.contains("| A secret board | boards.delete | fits |"), "{report}");
    let listed = home.run(&["run", "boards.list", "--json"]).fine().lines();
    let account = home.run(&["run", "user_account.get", "--json"]).fine().json();
    for board in &listed {
        for private in [&board["id"], &board["name"], &account["username"], &account["id"]] {
            let private = private.as_str().unwrap();
            assert!(!report.contains(private), "{private} is in the report: {report}");
        }
    }
}

#[test]
fn nothing_is_made_unless_somebody_agrees() {
    let service = Service::start();
    let ran = service.home().run(&["live-check", "--rows", "1", "--requests", "3", "--json"]);
    assert!(ran.err.contains("nothing is made: --write allows it"), "{}", ran.err);
    let report = ran.fine().json();
    assert!(report["trial"].as_array().unwrap().is_empty());
    let tables = outcomes(&report, "tables");
    assert!(tables.iter().any(|(_, outcome)| outcome == "fits"), "{tables:?}");
    // No more was asked for when so many requests were sent.
    assert!(tables.iter().filter(|(_, outcome)| outcome == "not-tried").count() > 50, "{tables:?}");
    let writes = service.control.counts().into_iter().filter(|((method, _), _)| method != "GET");
    assert_eq!(writes.map(|(_, count)| count).sum::<u64>(), 0);
}

#[test]
fn what_was_made_is_taken_away_after_a_failure() {
    let service = Service::start();
    let before = boards(&service);
    let on = Match { method: Some("POST".into()), path: Some("/v5/pins".into()) };
    service.control.fault(Fault { on, times: 9, kind: FaultKind::Status(403) });
    let args = ["live-check", "--write", "--requests", "1", "--json"];
    let report = service.home().run(&args).fine().json();
    let tried = outcomes(&report, "trial");
    let tried: Vec<(&str, &str)> = tried.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
    let expected = [
        ("boards.create", "fits"),
        ("boards.get", "fits"),
        ("image_pins.create", "refused"),
        ("boards.delete", "fits"),
    ];
    assert_eq!(tried, expected);
    assert_eq!(boards(&service), before);
}

#[test]
fn what_is_left_is_named_to_the_person_and_not_in_the_report() {
    let service = Service::start();
    let on = Match { method: Some("DELETE".into()), path: Some("/v5/boards/{board_id}".into()) };
    service.control.fault(Fault { on, times: 9, kind: FaultKind::Status(403) });
    let ran = service.home().run(&["live-check", "--write", "--requests", "1"]);
    assert_eq!(ran.code, 1, "{}", ran.err);
    let (_, undo) = ran.err.split_once("A secret board is there still: ").expect(&ran.err);
    let undo = undo.lines().next().unwrap();
    assert!(undo.starts_with("connector run boards.delete --input '{\"board_id\":"), "{undo}");
    let id = undo.split('"').nth(3).unwrap();
    assert!(!id.is_empty() && !ran.out.contains(id), "{}", ran.out);
}
