//! Errors name the next step.

use crate::support::{Home, Service};

#[test]
fn a_mistyped_id_is_answered_with_those_like_it() {
    let home = Home::new();
    for (args, advice) in [
        (&["run", "boards.creat"][..], "did you mean boards.create?"),
        (&["request", "boards.creat"], "did you mean boards.create?"),
        (&["run", "create_board"], "did you mean boards.create?"),
        (&["describe", "bords.new"], "did you mean boards.new?"),
        (&["choices", "pins.creates", "board_id"], "did you mean pins.create?"),
        (&["poll", "board.new"], "did you mean boards.new?"),
        (&["watch", "board.new"], "did you mean boards.new?"),
        (&["scopes", "--for", "pins.creat"], "did you mean pins.create?"),
        (&["read", "campaign"], "did you mean campaigns?"),
        (&["write", "campaign"], "did you mean campaigns?"),
        (&["fields", "campaign"], "did you mean campaigns?"),
        (&["webhook", "receive", "lead.received", "--body", "-"], "did you mean leads.received?"),
    ] {
        let ran = home.run(args);
        assert_eq!(ran.code, 2, "{args:?}: {}", ran.err);
        assert!(ran.err.contains(advice), "{args:?}: {}", ran.err);
    }
    let ran = home.run(&["run", "weather.forecast"]);
    assert!(ran.err.contains("`connector actions` lists what there is"), "{}", ran.err);
    let ran = home.run(&["actions", "--group", "Bords"]).fine();
    assert_eq!(ran.err, "there is no group `Bords`; did you mean Boards?\n");
}

#[test]
fn choices_say_which_fields_have_some() {
    let home = Home::new();
    let ran = home.run(&["choices", "pins.create", "title", "--emulator"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("fields with choices: board_id, board_section_id"), "{}", ran.err);
    let ran = home.run(&["choices", "user_account.get", "name", "--emulator"]);
    assert!(
        ran.err.contains("fields with choices: ")
            || ran.err.contains("it has no field with choices"),
        "{}",
        ran.err
    );
}

#[test]
fn without_a_connection_the_command_is_named() {
    let service = Service::start();
    let home = service.guest();
    for args in [&["run", "boards.list"][..], &["test"], &["poll", "boards.new"], &["read", "pins"]]
    {
        let ran = home.run(args);
        assert_eq!(ran.code, 3, "{args:?}: {}", ran.err);
        assert!(ran.err.contains("\nnext: connector connect, or "), "{args:?}: {}", ran.err);
    }
    let said = home.run(&["run", "boards.list", "--json"]).error();
    assert!(said["next"].as_str().unwrap().starts_with("connector connect"), "{said}");
}

#[test]
fn what_is_empty_says_so() {
    let home = Home::new();
    for (args, says) in [
        (&["connections"][..], "there is no connection yet; make one: connector connect\n"),
        (&["runs"], "no run is in progress or can go on; --all lists those that have ended\n"),
        (&["runs", "--all"], "nothing was run in the last 30 days\n"),
        (&["watch", "--list"], "nothing is watched yet\n"),
        (&["webhook", "subscriptions"], "there are no subscriptions\n"),
        (&["actions", "--search", "zzz"], "no action has that in its id, title or summary\n"),
    ] {
        let ran = home.run(args).fine();
        assert_eq!((ran.out.as_str(), ran.err.as_str()), ("", says), "{args:?}");
        let ran = home.run(&[&["--json"], args].concat()).fine();
        assert_eq!((ran.json(), ran.err.as_str()), (serde_json::json!([]), ""), "{args:?}");
    }
    let service = Service::start();
    let none = ["choices", "pins.create", "board_id", "--query", "zzz"];
    let ran = service.home().run(&none).fine();
    assert_eq!((ran.out.as_str(), ran.err.as_str()), ("", "there is nothing to choose from\n"));
}
