//! What a script can tell from the exit code: all, a part, or nothing of it was done.

use serde_json::json;

use crate::support::{Home, Service};

/// Campaigns, of which some have an objective that there is not.
fn batch(service: &Service, objectives: &[&str]) -> String {
    let items: Vec<_> = objectives
        .iter()
        .map(|objective| json!({"name": "A", "objective_type": objective, "status": "PAUSED"}))
        .collect();
    json!({"ad_account_id": service.control.ad_account_id(), "body": items}).to_string()
}

#[test]
fn a_batch_of_which_a_part_failed_gives_5_and_one_that_failed_gives_1() {
    let service = Service::start();
    let home = service.home();
    // The service takes it and refuses the one that names another campaign's id.
    let update = |ids: &[&str]| {
        let items: Vec<_> = ids.iter().map(|id| json!({"id": id, "name": "B"})).collect();
        let input = json!({"ad_account_id": service.control.ad_account_id(), "body": items});
        home.run(&["run", "campaigns.update", "--input", &input.to_string()])
    };
    let created =
        home.run(&["run", "campaigns.create", "--input", &batch(&service, &["AWARENESS"])]);
    let id = created.fine().json()["results"][0]["data"]["id"].as_str().unwrap().to_owned();
    assert_eq!(update(&[&id]).code, 0);
    let partly = update(&[&id, "12"]);
    assert_eq!((partly.code, partly.err.as_str()), (5, "error: 1 of 2 inputs were rejected\n"));
    // The output is there all the same.
    assert_eq!(partly.json()["failed"], 1);
    let none = update(&["12", "13"]);
    assert_eq!((none.code, none.err.as_str()), (1, "error: 2 of 2 inputs were rejected\n"));
}

#[test]
fn records_of_which_a_part_was_rejected_give_5() {
    let service = Service::start();
    let home = service.home();
    let write = |lines: &str| home.run_with_stdin(&["write", "boards"], lines).code;
    assert_eq!(write("{\"name\": \"A\"}\n"), 0);
    assert_eq!(write("{\"name\": \"B\"}\n{\"name\": \"D\", \"colour\": 7}\n"), 5);
    assert_eq!(write("{\"name\": \"D\", \"colour\": 7}\nnothing\n"), 1);
    let json = ["write", "boards", "--json"];
    let ran = home.run_with_stdin(&json, "{\"name\": \"C\"}\n{\"name\": \"D\", \"colour\": 7}\n");
    assert_eq!((ran.code, &ran.error()["kind"]), (5, &json!("rejected")));
}

#[test]
fn the_help_documents_every_code() {
    let help = Home::new().run(&["--help"]).fine().out;
    for code in [0, 1, 2, 3, 4, 5, 130] {
        let line = format!("  {code:<3}  ");
        assert!(help.lines().any(|it| it.starts_with(&line)), "{code}: {help}");
    }
}
