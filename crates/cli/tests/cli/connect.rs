//! `connect` gets a credential, tests it and stores it where only its owner can read it.

use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, ChildStderr, Stdio};

use connector_emulator::{Fault, FaultKind, Match};
use serde_json::json;
use url::Url;

use crate::support::{Home, Ran, Service};

const VAULT: &str = "state/vault/vault.db";

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

/// A `connect` that waits for its person, who was given an address.
pub struct Waiting {
    pub address: Url,
    child: Child,
    stderr: BufReader<ChildStderr>,
    err: String,
}

impl Waiting {
    pub fn start(service: &Service, home: &mut Home, options: &[&str]) -> Self {
        let (id, secret) = service.emulator.client();
        home.set("CONNECTOR_CLIENT_ID", id);
        home.set("CONNECTOR_CLIENT_SECRET", secret);
        Self::as_it_is(service, home, options)
    }

    /// With what the home has of the app.
    pub fn as_it_is(service: &Service, home: &Home, options: &[&str]) -> Self {
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let redirect_uri = format!("http://127.0.0.1:{port}/");
        service.control.register_redirect_uri(&redirect_uri);
        let mut command = home.command(&[&["connect"], options].concat());
        command.args(["--redirect-uri", &redirect_uri]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut stderr = BufReader::new(child.stderr.take().unwrap());
        let mut err = String::new();
        let address = loop {
            let before = err.len();
            assert_ne!(stderr.read_line(&mut err).unwrap(), 0, "no address: {err}");
            if let Ok(address) = err[before..].trim().parse() {
                break address;
            }
        };
        Waiting { address, child, stderr, err }
    }

    /// The person goes to the address, and the browser wherever it is sent.
    pub fn visited(self, service: &Service) -> Ran {
        let address = self.address.clone();
        let page = service.runtime.block_on(async { reqwest::get(address).await?.text().await });
        let page = page.unwrap();
        let ran = self.ended();
        let done = page.contains("<h1>Connected</h1>") && page.contains("Studio Fern");
        assert_eq!(done, ran.code == 0, "{page}");
        ran
    }

    /// The service sends the browser back with this answer. Gives the page that it shows then.
    pub fn answered(self, service: &Service, answer: &[(&str, &str)]) -> (String, Ran) {
        let asked = |name| self.address.query_pairs().find(|(key, _)| key == name).unwrap().1;
        let mut back: Url = asked("redirect_uri").parse().unwrap();
        back.query_pairs_mut().append_pair("state", &asked("state")).extend_pairs(answer);
        let page = service.runtime.block_on(async { reqwest::get(back).await?.text().await });
        (page.unwrap(), self.ended())
    }

    /// The person copies something back.
    pub fn copied(mut self, text: &str) -> Ran {
        let mut stdin = self.child.stdin.take().unwrap();
        writeln!(stdin, "{text}").unwrap();
        drop(stdin);
        self.ended()
    }

    fn ended(mut self) -> Ran {
        self.stderr.read_to_string(&mut self.err).unwrap();
        let ran: Ran = self.child.wait_with_output().unwrap().into();
        Ran { err: self.err, ..ran }
    }
}

/// Goes through OAuth; the test is the person with the browser.
pub fn by_oauth(service: &Service, home: &mut Home, options: &[&str]) -> Ran {
    Waiting::start(service, home, options).visited(service)
}

/// What the service answers at an address, without going on to where it leads: the place to go on
/// to, or the page.
pub fn answer(service: &Service, address: Url) -> String {
    let browser = reqwest::redirect::Policy::none();
    let browser = reqwest::Client::builder().redirect(browser).build().unwrap();
    service.runtime.block_on(async {
        let answer = browser.get(address).send().await.unwrap();
        match answer.headers().get("location") {
            Some(location) => location.to_str().unwrap().to_owned(),
            None => answer.text().await.unwrap(),
        }
    })
}

#[test]
fn oauth_stores_tokens_and_says_how_the_connection_stands() {
    let service = Service::start();
    let mut home = service.guest();
    let ran = by_oauth(&service, &mut home, &["--scopes", "boards:read"]).fine();
    let lines: Vec<&str> = ran.out.lines().collect();
    assert_eq!(lines[0], "The connection pinterest is stored");
    assert!(lines[1].starts_with("Connected as Studio Fern (id "), "{}", ran.out);
    assert_eq!(lines[2], "Granted: boards:read user_accounts:read");
    let without =
        |scope: &str| lines.iter().any(|line| line.starts_with(&format!("Without {scope} no ")));
    assert!(without("pins:write") && !without("boards:read"), "{}", ran.out);
    assert!(lines.last().unwrap().starts_with("The refresh token ends on 20"), "{}", ran.out);
    assert_eq!(mode(&home.path(VAULT)), 0o600);
    assert_eq!(home.run(&["run", "boards.list"]).fine().lines().len(), 5);
    let lacking = home.run(&["test", "--json"]).fine().json()["lacking"].clone();
    assert!(lacking.to_string().contains("pins.create"));

    // What lacks a scope is shown all the same.
    let shown = home.run(&["request", "boards.create", "--input", r#"{"name": "Mine"}"#]).fine();
    assert!(shown.out.starts_with("POST https://api.pinterest.com/v5/boards\n"), "{}", shown.out);
    assert!(shown.err.starts_with("warning: it would not be sent: "), "{}", shown.err);
    assert!(shown.err.contains("`boards.create`") && shown.err.contains("boards:write"));
}

#[test]
fn a_refusal_is_shown_in_the_browser_and_leaves_nothing() {
    let service = Service::start();
    let mut home = service.guest();
    by_oauth(&service, &mut home, &["first"]).fine();
    let answer = [("error", "access_denied"), ("error_description", "<b>No</b>, thanks")];
    let waiting = Waiting::start(&service, &mut home, &["second"]);
    let (page, ran) = waiting.answered(&service, &answer);
    assert_eq!(ran.code, 3, "{}", ran.err);
    assert!(page.contains("<h1>Nothing was granted</h1>"), "{page}");
    assert!(page.contains("&lt;b&gt;No&lt;/b&gt;, thanks"), "{page}");
    // A code that the service does not take.
    let waiting = Waiting::start(&service, &mut home, &["second"]);
    let (page, ran) = waiting.answered(&service, &[("code", "made up")]);
    assert_eq!(ran.code, 3, "{}", ran.err);
    assert!(
        page.contains("<h1>Not connected</h1>") && page.contains("Nothing is stored"),
        "{page}"
    );
    // Tokens that do not work.
    let waiting = Waiting::start(&service, &mut home, &["second"]);
    let on = Match { path: Some("/v5/user_account".into()), ..Match::default() };
    service.control.fault(Fault { on, times: 100, kind: FaultKind::Status(403) });
    assert_ne!(waiting.visited(&service).code, 0);
    service.control.clear_faults();
    // The first one is the only one there is, and so the default.
    let listed = home.run(&["connections", "--json"]).fine().json();
    assert_eq!((listed.as_array().unwrap().len(), &listed[0]["name"]), (1, &json!("first")));
    assert!(home.run(&["run", "boards.list"]).fine().lines().len() > 1);
}

#[test]
fn a_connection_is_made_again_with_what_is_stored() {
    let service = Service::start();
    let mut home = service.guest();
    by_oauth(&service, &mut home, &["studio", "--scopes", "boards:read"]).fine();
    // Another shell, which knows nothing of the app.
    home.unset("CONNECTOR_CLIENT_ID");
    home.unset("CONNECTOR_CLIENT_SECRET");
    let again = Waiting::as_it_is(&service, &home, &["studio"]).visited(&service).fine();
    assert!(again.out.contains("Granted: boards:read user_accounts:read"), "{}", again.out);
    assert_eq!(home.run(&["connections", "--json"]).fine().json().as_array().unwrap().len(), 1);
}

#[test]
fn the_address_or_the_code_is_copied_where_there_is_no_browser() {
    let service = Service::start();
    let mut home = service.guest();
    for what in ["address", "code"] {
        let waiting = Waiting::start(&service, &mut home, &["--manual"]);
        let address = answer(&service, waiting.address.clone());
        let url: Url = address.parse().unwrap();
        let copied = match what {
            "code" => url.query_pairs().find(|(key, _)| key == "code").unwrap().1.into_owned(),
            _ => address,
        };
        assert!(waiting.copied(&copied).fine().out.contains("Studio Fern"));
    }
}

#[test]
fn the_app_itself_can_be_connected() {
    let service = Service::start();
    let mut home = service.guest();
    let (id, secret) = service.emulator.client();
    home.set("CONNECTOR_CLIENT_ID", id);
    home.set("CONNECTOR_CLIENT_SECRET", secret);
    let connect = ["connect", "--client-credentials", "--scopes", "boards:read"];
    let ran = home.run(&connect).fine();
    assert!(ran.out.contains("Granted: boards:read user_accounts:read"), "{}", ran.out);
    assert_eq!(home.run(&["run", "boards.list"]).fine().lines().len(), 5);
}

#[test]
fn a_token_is_pasted_through_stdin() {
    let service = Service::start();
    let home = service.guest();
    let token = service.emulator.access_token();
    let ran = home.run_with_stdin(&["connect", "--token"], &format!("{token}\n")).fine();
    assert!(!ran.out.contains(&token) && !ran.err.contains(&token));
    assert_eq!(mode(&home.path(VAULT)), 0o600);
    assert!(home.run(&["test"]).fine().out.contains("Studio Fern"));
    home.run_with_stdin(&["connect", "--token", "--state", "fresh"], &token).fine();
    assert_eq!(mode(&home.path("fresh")), 0o700);
    assert_eq!(home.run_with_stdin(&["connect", "--token"], "\n").code, 2);
}

/// Production and Pinterest's sandbox have tokens of their own.
#[test]
fn each_environment_has_its_own_connection() {
    let service = Service::start();
    let home = service.guest();
    let sandbox = ["connect", "--token", "--environment", "sandbox"];
    let ran = home.run_with_stdin(&sandbox, &service.emulator.sandbox_access_token()).fine();
    assert!(ran.out.starts_with("The connection pinterest-sandbox is stored"), "{}", ran.out);
    // The only one there is, in its own environment.
    home.run(&["test"]).fine();
    let ran = home.run(&["test", "--settings", r#"{"environment": "production"}"#]);
    assert_eq!(ran.code, 3, "{}", ran.err);
    home.run_with_stdin(&["connect", "--token"], &service.emulator.access_token()).fine();
    let ran = home.run(&["test"]);
    let said = "error: say --connection with one of pinterest, pinterest-sandbox\n";
    assert_eq!((ran.code, ran.err.as_str()), (2, said));
    for name in ["pinterest", "pinterest-sandbox"] {
        home.run(&["test", name]).fine();
        home.run(&["run", "boards.list", "--connection", name]).fine();
    }
}

#[test]
fn the_first_ad_account_is_the_default_of_who_works_with_ads() {
    let service = Service::start();
    let mut home = service.guest();
    let ran = by_oauth(&service, &mut home, &["--scopes", "ads:read"]).fine();
    let id = service.control.ad_account_id();
    let line = ran.out.lines().find(|line| line.starts_with("Ad account: ")).expect(&ran.out);
    assert!(line.ends_with(&format!("({id}), the first one")), "{line}");
    let stored = home.run(&["connections", "--json"]).fine().json();
    assert_eq!(stored[0]["settings"], json!({"ad_account_id": id}));
    home.run(&["run", "campaigns.list"]).fine();
}

#[test]
fn conversion_events_go_with_the_token_that_is_chosen() {
    let service = Service::start();
    let home = service.guest();
    home.run_with_stdin(&["connect", "--token"], &service.emulator.access_token()).fine();
    let add = ["connect", "pinterest", "--token", "--credential", "conversion-token"];
    let ran = home.run_with_stdin(&add, "a conversion token").fine();
    assert_eq!(ran.out, "The connection pinterest has a conversion-token now\n");
    let sends = |settings: &str| {
        let input = json!({
            "ad_account_id": "549755885175",
            "data": [{
                "event_name": "checkout", "action_source": "web", "event_time": 1700000000,
                "event_id": "e1", "user_data": {"em": ["a".repeat(64)]},
            }],
        });
        let input = input.to_string();
        let call = ["request", "conversion_events.create", "--json", "--input", &input];
        let shown = home.run(&[&call[..], &["--settings", settings]].concat()).fine().json();
        shown["credential"].clone()
    };
    assert_eq!(sends("{}"), "access-token");
    assert_eq!(sends(r#"{"conversions_with": "conversion-token"}"#), "conversion-token");
}
