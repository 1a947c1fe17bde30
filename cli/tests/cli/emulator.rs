//! `emulator` runs until it is told to stop, and says how to use it.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::support::Home;

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
