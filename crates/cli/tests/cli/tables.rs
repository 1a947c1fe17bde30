//! What a person sees: a terminal of 80 columns. `script` makes one.

use std::process::{Command, Stdio};

use connector_emulator::SeedBoard;

use crate::support::{Home, Service};

/// What a terminal shows of a run; none where there is no `script` that can make one.
fn shown(home: &Home, args: &[&str]) -> Option<String> {
    on_terminal(home, args, "")
}

/// The same with stderr in the file `said`, so that no line tells of progress.
fn printed(home: &Home, args: &[&str]) -> Option<String> {
    on_terminal(home, args, "2> said")
}

fn on_terminal(home: &Home, args: &[&str], redirected: &str) -> Option<String> {
    if Command::new("script").arg("--version").output().is_err() {
        eprintln!("SKIPPED: there is no `script` to make a terminal with");
        return None;
    }
    let quoted: Vec<String> =
        args.iter().map(|arg| format!("'{}'", arg.replace('\'', r"'\''"))).collect();
    let binary = env!("CARGO_BIN_EXE_connector");
    let line = format!("stty cols 80 rows 50; '{binary}' {} {redirected}", quoted.join(" "));
    // The command is there for its variables.
    let plain = home.command(&[]);
    let mut command = Command::new("script");
    command.args(["--quiet", "--return", "--command", &line, "/dev/null"]);
    command.env_clear().current_dir(home.path(""));
    for (name, value) in plain.get_envs() {
        if let Some(value) = value {
            command.env(name, value);
        }
    }
    let out =
        command.env("TERM", "xterm").env("SHELL", "/bin/sh").stdin(Stdio::null()).output().unwrap();
    Some(String::from_utf8(out.stdout).unwrap().replace("\r\n", "\n"))
}

/// Without colours and without the line that tells of progress.
fn text(shown: &str) -> String {
    let mut text = String::new();
    let mut rest = shown;
    while let Some(start) = rest.find('\u{1b}') {
        text += &rest[..start];
        let end = rest[start..].find(|c: char| c.is_ascii_alphabetic()).unwrap_or(0);
        rest = &rest[start + end + 1..];
    }
    text + rest
}

#[test]
fn lists_are_tables_that_fit() {
    let service = Service::start();
    let home = service.home();
    let name: String = "植物 Fougères ".chars().cycle().take(50).collect();
    service.control.add_board(&SeedBoard::new(name.trim(), 0));
    let Some(printed) = printed(&home, &["run", "boards.list"]) else { return };
    let printed = text(&printed);
    let lines: Vec<&str> = printed.lines().collect();
    assert!(lines[0].starts_with("id ") && lines[0].contains(" name "), "{printed}");
    assert_eq!(lines.len(), 8, "{printed}");
    for line in &lines {
        assert!(console::measure_text_width(line) <= 80, "{line}");
    }
    // Ids are whole, what is long is cut.
    let board = service.control.board_id("Autumn table").unwrap();
    let row = lines.iter().find(|line| line.starts_with(&board)).unwrap();
    assert!(row.contains("Autumn table"), "{printed}");
    assert!(printed.contains("植物 Fougères") && printed.contains('…'), "{printed}");
    let said = std::fs::read_to_string(home.path("said")).unwrap();
    assert!(said.starts_with("7 items; ") && said.contains("--json prints all"), "{said}");
    // Programs get what they got.
    let piped = home.run(&["run", "boards.list"]).fine();
    assert_eq!(piped.lines().len(), 7);
}

#[test]
fn json_is_json_on_a_terminal_too() {
    let service = Service::start();
    let args = ["run", "boards.list", "--json", "--limit", "1"];
    let Some(printed) = printed(&service.home(), &args) else { return };
    let board: serde_json::Value = serde_json::from_str(&printed).unwrap();
    assert!(board["id"].is_string(), "{printed}");
}

#[test]
fn colours_are_for_terminals_and_can_be_turned_off() {
    let mut home = Home::new();
    let Some(coloured) = shown(&home, &["describe", "boards.create"]) else { return };
    assert!(coloured.contains("\u{1b}[1m"), "{coloured}");
    home.set("NO_COLOR", "1");
    let plain = shown(&home, &["describe", "boards.create"]).unwrap();
    assert!(!plain.contains('\u{1b}'), "{plain}");
    assert!(!home.run(&["describe", "boards.create"]).fine().out.contains('\u{1b}'));
}

/// A board's name is whatever somebody typed.
#[test]
fn what_comes_from_outside_does_not_steer_a_terminal() {
    let service = Service::start();
    let mut home = service.home();
    home.set("NO_COLOR", "1");
    service.control.add_board(&SeedBoard::new("\u{1b}]0;pwned\u{7}\u{9b}31m\u{202e}evil", 0));
    for args in [
        &["choices", "pins.create", "board_id"][..],
        &["run", "boards.list"],
        &["run", "boards.list", "--json"],
        &["read", "boards"],
        &["read", "boards", "--format", "csv"],
        &["read", "boards", "--format", "jsonl"],
        &["run", "boards.find", "--set", "name=\u{1b}]0;pwned\u{7}\u{9b}31m\u{202e}evil"],
        &["run", "\u{1b}]0;pwned\u{7}\u{9b}31m"],
        &["read", "\u{1b}]0;pwned\u{7}\u{9b}31m"],
    ] {
        let Some(shown) = shown(&home, args) else { return };
        for hostile in ["\u{1b}]", "\u{7}", "\u{9b}", "\u{202e}"] {
            assert!(!shown.contains(hostile), "{args:?}: {shown:?}");
        }
        assert!(shown.contains("pwned"), "{args:?}: {shown:?}");
    }
}

#[test]
fn secrets_in_outputs_are_hidden_from_those_who_look_on() {
    let service = Service::start();
    let home = service.home();
    let feeds = home.run(&["run", "catalog_feeds.list"]).fine().lines();
    let password = feeds[0]["credentials"]["password"].as_str().expect("a program gets it");
    let set = format!("feed_id={}", feeds[0]["id"].as_str().unwrap());
    let Some(shown) = shown(&home, &["run", "catalog_feeds.get", "--set", &set]) else { return };
    assert!(!shown.contains(password) && shown.contains("<secret>"), "{shown}");
    assert!(shown.contains("--json prints them"), "{shown}");
}

#[test]
fn help_fits_the_terminal() {
    let home = Home::new();
    for args in [&["--help"][..], &["connect", "--help"], &["watch", "--help"], &["mcp", "--help"]]
    {
        let Some(shown) = shown(&home, args) else { return };
        for line in text(&shown).lines().filter(|line| !line.trim_start().starts_with("connector "))
        {
            assert!(console::measure_text_width(line) <= 80, "{args:?}: {line}");
        }
    }
}
