//! `emulator` runs until it is told to stop, and says how to use it.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::support::{Home, Running, wait_until};

#[test]
fn another_process_can_use_it() {
    let server = Home::new();
    let mut command = server.command(&["emulator", "--json"]);
    let mut running = command.stdout(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(running.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let said: Value = serde_json::from_str(&line).unwrap();

    let mut home = Home::new();
    let routes: Vec<&str> =
        said["routes"].as_array().unwrap().iter().map(|route| route.as_str().unwrap()).collect();
    home.set("CONNECTOR_ROUTES", routes.join(","));
    home.set("CONNECTOR_TOKEN", said["access_token"].as_str().unwrap());
    let created = home.run(&["run", "boards.create", "--input", r#"{"name": "Kept"}"#]).fine();
    // It lasts longer than the process that made it.
    let boards = home.run(&["run", "boards.list"]).fine().lines();
    assert!(boards.iter().any(|board| board["id"] == created.json()["id"]));

    let stop = Command::new("kill").arg("-INT").arg(running.id().to_string()).status();
    assert!(stop.unwrap().success());
    assert_eq!(running.wait().unwrap().code(), Some(0));
}

#[test]
fn a_taken_port_is_named() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let ran = Home::new().run(&["emulator", "--port", &port]);
    assert_eq!(ran.code, 1);
    assert!(ran.err.contains(&port), "{}", ran.err);
}

/// Each command is a process of its own.
#[test]
fn what_is_done_to_it_is_there_for_the_next_command_until_it_is_reset() {
    let home = Home::new();
    let run = |args: &[&str]| home.run(&[&["--emulator"], args].concat()).fine();
    run(&["poll", "boards.new"]);
    let made = run(&["run", "boards.create", "--input", r#"{"name": "Spring"}"#]).json();
    let found = run(&["run", "boards.find", "--input", r#"{"name": "Spring"}"#]).out;
    assert!(found.contains(made["id"].as_str().unwrap()), "{found}");
    let events = run(&["poll", "boards.new"]);
    assert!(events.out.contains(made["id"].as_str().unwrap()), "{}", events.out);
    home.run(&["emulator", "reset"]).fine();
    let left = run(&["run", "boards.list"]).out;
    assert!(!left.contains("Spring"), "{left}");
}

#[test]
fn a_damaged_account_says_what_helps() {
    let home = Home::new();
    let list = ["--emulator", "run", "boards.list"];
    home.run(&["--emulator", "run", "boards.create", "--input", r#"{"name": "Spring"}"#]).fine();
    std::fs::write(home.path("state/emulator/production.json"), "{").unwrap();
    let ran = home.run(&list);
    assert_eq!(ran.code, 1);
    for words in ["production.json", "it is damaged", "`connector emulator reset`"] {
        assert!(ran.err.contains(words), "{}", ran.err);
    }
    home.run(&["emulator", "reset"]).fine();
    home.run(&list).fine();
}

/// What is made in another terminal comes to a watch that runs.
#[test]
fn a_watch_sees_what_another_process_does() {
    let home = Home::new();
    let watch = ["--emulator", "watch", "boards.new", "--every", "1s"];
    let mut command = home.command(&watch);
    let mut running = Running(command.stdout(Stdio::piped()).spawn().unwrap());
    let mut out = BufReader::new(running.0.stdout.take().unwrap());
    let cursors = || {
        let watches = std::fs::read_dir(home.path("state/watches")).into_iter().flatten();
        watches.flatten().count() > 0
    };
    wait_until("the first poll", cursors);
    let mut number = 0;
    let (said, heard) = std::sync::mpsc::channel();
    let reader = std::thread::spawn(move || {
        let mut line = String::new();
        out.read_line(&mut line).unwrap();
        said.send(line).unwrap();
    });
    // The first poll takes stock, whenever it is: what is made after it is an event.
    let line = loop {
        number += 1;
        assert!(number < 100, "nothing comes");
        let input = format!(r#"{{"name": "Board {number}"}}"#);
        home.run(&["--emulator", "run", "boards.create", "--input", &input]).fine();
        if let Ok(line) = heard.recv_timeout(std::time::Duration::from_secs(2)) {
            break line;
        }
    };
    reader.join().unwrap();
    assert!(line.contains("Board "), "{line}");
}

/// The demo neither sees nor changes what is kept.
#[test]
fn an_emulator_of_its_own_keeps_nothing() {
    let home = Home::new();
    home.run(&["demo"]).fine();
    assert!(!home.path("state/emulator").exists());
}
