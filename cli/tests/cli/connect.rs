//! `connect` stores a credential where only its owner can read it.

use std::io::{BufRead, BufReader, Read};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Stdio;

use crate::support::{Home, Ran, Service};

const VAULT: &str = "state/vault/vault.db";

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

/// Goes through OAuth; the test is the person with the browser.
pub fn by_oauth(service: &Service, home: &mut Home, options: &[&str]) -> Ran {
    let (id, secret) = service.emulator.client();
    home.set("CONNECTOR_CLIENT_ID", id);
    home.set("CONNECTOR_CLIENT_SECRET", secret);
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let redirect_uri = format!("http://127.0.0.1:{port}/");
    service.control.register_redirect_uri(&redirect_uri);
    let mut command = home.command(&["connect", "--redirect-uri", &redirect_uri]);
    command.args(options).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    let mut err = String::new();
    let address = loop {
        let before = err.len();
        assert_ne!(stderr.read_line(&mut err).unwrap(), 0, "no address: {err}");
        if err[before..].starts_with("http") {
            break err[before..].trim().to_owned();
        }
    };
    let page = service.runtime.block_on(async { reqwest::get(address).await?.text().await });
    assert!(page.unwrap().starts_with("Connected"));
    stderr.read_to_string(&mut err).unwrap();
    let ran: Ran = child.wait_with_output().unwrap().into();
    Ran { err, ..ran }
}

#[test]
fn oauth_stores_tokens_and_their_scopes() {
    let service = Service::start();
    let mut home = service.guest();
    let ran = by_oauth(&service, &mut home, &["--scope", "boards:read"]).fine();
    assert!(ran.out.contains("boards:read user_accounts:read"), "{}", ran.out);
    assert_eq!(mode(&home.path(VAULT)), 0o600);
    assert_eq!(home.run(&["run", "boards.list"]).fine().lines().len(), 5);
    let lacking = home.run(&["test", "--json"]).fine().json()["lacking"].clone();
    assert!(lacking.to_string().contains("pins.create"));
}

#[test]
fn a_token_is_pasted_through_stdin() {
    let service = Service::start();
    let home = service.guest();
    let token = service.emulator.access_token();
    let ran = home.run_with_stdin(&["connect", "--paste"], &format!("{token}\n")).fine();
    assert!(!ran.out.contains(&token) && !ran.err.contains(&token));
    assert_eq!(mode(&home.path(VAULT)), 0o600);
    assert!(home.run(&["test"]).fine().out.contains("Studio Fern"));
    home.run_with_stdin(&["connect", "--paste", "--state", "fresh"], &token).fine();
    assert_eq!(mode(&home.path("fresh")), 0o700);
    assert_eq!(home.run_with_stdin(&["connect", "--paste"], "\n").code, 2);
}

/// Production and Pinterest's sandbox have tokens of their own.
#[test]
fn each_environment_has_its_own_tokens() {
    let service = Service::start();
    let home = service.guest();
    let sandbox = ["--settings", r#"{"environment": "sandbox"}"#];
    let paste = [&["connect", "--paste"][..], &sandbox].concat();
    home.run_with_stdin(&paste, &service.emulator.sandbox_access_token()).fine();
    assert_eq!(home.run(&["test"]).code, 3);
    home.run(&[&["test"][..], &sandbox].concat()).fine();
}
