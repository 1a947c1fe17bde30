//! Each command with an emulator in its own process, and the shapes of its JSON.

use connector_auth::Tokens;
use serde_json::{Value, json};

use crate::support::{Home, Service, asker};

fn json_of(args: &[&str]) -> Value {
    Home::new().run(args).fine().json()
}

#[test]
fn inspect_prints_the_manifest() {
    let ran = Home::new().run(&["inspect", "--json"]).fine();
    assert!(ran.out.ends_with("}\n"));
    let manifest = ran.json();
    assert_eq!(manifest["connector"]["id"], "pinterest");
    assert_eq!(manifest["contract"], "automation:connector@0.2.0");
    // Lines begin where actions do, so that a file of it has small diffs.
    let lines = ran.out.lines().filter(|line| line.starts_with(r#" "action": {"#)).count();
    assert_eq!(lines, manifest["actions"].as_array().unwrap().len());
    let input = |manifest: &Value, action: &str| {
        let mut actions = manifest["actions"].as_array().unwrap().iter();
        actions.find(|it| it["action"]["id"] == action).unwrap()["input"].clone()
    };
    let shared = input(&manifest, "ads.list");
    let target = shared["properties"]["ad_account_id"]["$ref"].as_str().expect("it is shared");
    let target = manifest.pointer(target.trim_start_matches('#')).expect("it is there");
    assert_eq!(target["title"], "Ad account");
    let refused = Home::new().run(&["inspect", "--inline"]);
    assert_eq!(refused.code, 2);
    let whole = json_of(&["inspect", "--json", "--inline"]);
    assert!(whole.get("$defs").is_none() && !whole.to_string().contains("$ref"));
    assert_eq!(input(&whole, "ads.list"), json_of(&["describe", "ads.list", "--json"])["input"]);
    let actions = json_of(&["actions", "--json"]);
    let listed: Vec<&Value> =
        manifest["actions"].as_array().unwrap().iter().map(|it| &it["action"]).collect();
    assert_eq!(json!(listed), actions);
}

#[test]
fn inspect_tells_people_what_a_connection_needs() {
    let ran = Home::new().run(&["inspect"]).fine();
    for part in ["API version", "https://api.pinterest.com", "access-token", "boards:write", "1. "]
    {
        assert!(ran.out.contains(part), "{part}: {}", ran.out);
    }
}

#[test]
fn actions_are_found_by_text_and_group() {
    let found = json_of(&["actions", "--json", "--search", "or an uploaded VIDEO"]);
    assert_eq!(
        found,
        json!([{
            "id": "pins.create",
            "operation_id": "pins/create",
            "title": "Create a Pin",
            "summary": found[0]["summary"],
            "group": "Pins",
            "scopes": ["boards:read", "boards:write", "pins:read", "pins:write"],
            "effect": "write",
            "destructive": false,
            "shape": "single",
            "notes": [],
        }])
    );
    let boards = json_of(&["actions", "--json", "--group", "boards"]);
    let boards = boards.as_array().unwrap();
    assert!(boards.len() > 5 && boards.iter().all(|action| action["group"] == "Boards"));
    let table = Home::new().run(&["actions", "--group", "Boards"]).fine().out;
    let (first, rest) = table.split_once('\n').unwrap();
    assert_eq!(first, format!("Boards ({})", boards.len()));
    assert_eq!(rest.lines().count(), boards.len());
}

#[test]
fn describe_shows_an_action() {
    let description = json_of(&["describe", "pins.create", "--json"]);
    assert_eq!(description["action"]["id"], "pins.create");
    assert_eq!(description["input"]["type"], "object");
    assert!(!description["examples"].as_array().unwrap().is_empty());
    let text = Home::new().run(&["describe", "pins.create"]).fine().out;
    for part in ["media_source", "image_url", "at most 100 characters", "has choices", "Example:"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    // Required, and within one of the kinds of a source.
    assert!(text.lines().any(|line| line.starts_with("      url *  ")), "{text}");
}

#[test]
fn describe_shows_a_trigger() {
    let description = json_of(&["describe", "board_pins.new", "--json"]);
    assert_eq!(description["trigger"]["id"], "board_pins.new");
    assert_eq!(description["config"]["required"], json!(["board_id"]));
    let listed = json_of(&["triggers", "--json"]);
    assert!(listed.as_array().unwrap().contains(&description["trigger"]));
    let text = Home::new().run(&["describe", "board_pins.new"]).fine().out;
    assert!(text.contains("board_id *") && text.contains("One event"), "{text}");
}

#[test]
fn run_prints_the_output() {
    let mut home = Home::new();
    // Of another emulator, and so without meaning for this one.
    home.set("CONNECTOR_TOKEN", "pina_of_another");
    home.set("CONNECTOR_ROUTES", "https://api.pinterest.com=http://127.0.0.1:1");
    let account = home.run(&["run", "user_account.get", "--emulator"]).fine().json();
    assert_eq!(account["username"], "studiofern");
}

#[test]
fn run_prints_each_item_on_a_line() {
    let ran = Home::new().run(&["run", "boards.list", "--emulator"]).fine();
    assert_eq!(ran.lines().len(), 6);
    assert_eq!(ran.err, "");
}

#[test]
fn a_limit_ends_the_asking_for_pages() {
    let service = Service::start();
    let board = service.control.add_board(&connector_emulator::SeedBoard::new("Many", 600));
    let input = json!({"board_id": board}).to_string();
    let home = service.home();
    let pages = || service.control.count("GET", "/v5/boards/{board_id}/pins");
    let some = home.run(&["run", "board_pins.list", "--input", &input, "--limit", "300"]).fine();
    assert_eq!((some.lines().len(), pages()), (300, 2));
    let all = home.run(&["run", "board_pins.list", "--input", &input]).fine();
    assert_eq!(all.lines().len(), 600);
    assert!(pages() >= 2 + 3);
}

#[test]
fn a_reader_that_leaves_early_is_no_error() {
    let home = Home::new();
    let mut command = home.command(&["run", "pins.list", "--emulator"]);
    command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
    let mut child = command.spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

#[test]
fn input_comes_from_a_file_or_stdin() {
    let home = Home::new();
    let input = r#"{"name": "From a file"}"#;
    std::fs::write(home.path("board.json"), input).unwrap();
    let create = |from| vec!["run", "boards.create", "--emulator", "--input", from];
    assert_eq!(home.run(&create("@board.json")).fine().json()["name"], "From a file");
    let ran = home.run_with_stdin(&create("-"), &input.replace("a file", "stdin"));
    assert_eq!(ran.fine().json()["name"], "From stdin");
}

#[test]
fn choices_are_listed_and_filtered() {
    let home = Home::new();
    let choices = ["choices", "pins.create", "board_id", "--emulator"];
    assert_eq!(home.run(&choices).fine().out.lines().count(), 6);
    let filtered = home.run(&[&choices[..], &["--json", "--query", "BOTANICAL"]].concat()).fine();
    let [choice] = filtered.lines().try_into().unwrap();
    assert_eq!(choice["title"], "Botanical prints");
    let of_trigger = home.run(&["choices", "board_pins.new", "board_id", "--emulator"]).fine();
    assert!(of_trigger.out.contains("Botanical prints"));
}

#[test]
fn choices_may_need_another_field_first() {
    let home = Home::new();
    let choices = ["choices", "pins.create", "board_section_id", "--emulator"];
    let ran = home.run(&choices);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("board_id"), "{}", ran.err);
    let board =
        home.run(&["choices", "pins.create", "board_id", "--emulator", "--query", "Plants"]);
    let input = json!({"board_id": board.out.split(' ').next()}).to_string();
    let sections = home.run(&[&choices[..], &["--input", &input]].concat()).fine();
    assert!(sections.out.contains("Propagation"), "{}", sections.out);
}

#[test]
fn test_names_the_account_and_what_is_lacking() {
    let home = Home::new();
    let tested = home.run(&["test", "--emulator", "--json"]).fine().json();
    assert_eq!(tested["account"]["name"], "Studio Fern");
    assert_eq!(tested["lacking"], json!([]));
    assert!(home.run(&["test", "--emulator"]).fine().out.contains("Studio Fern"));

    // The vault says what was granted.
    let service = Service::start();
    let home = service.guest();
    home.run_with_stdin(&["connect", "--token"], &service.emulator.access_token()).fine();
    let name = home.vault().connections().unwrap().remove(0).name;
    let pasted = home.vault().tokens(&name, &asker(), "access-token").unwrap().unwrap();
    let tokens = Tokens { scopes: Some(vec!["user_accounts:read".into()]), ..pasted };
    home.vault().store(&name, "access-token", &tokens).unwrap();
    let ran = home.run(&["test"]).fine();
    let lacking = ran.out.lines().find(|line| line.starts_with("Without boards:write "));
    assert!(lacking.is_some_and(|line| line.contains("boards.create")), "{}", ran.out);
}
