//! No output of any command holds a secret, at the highest log level and when things go wrong.

use std::fmt::Write;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use connector_emulator::{Fault, FaultKind, Match};

use crate::connect::by_oauth;
use crate::support::{Home, Ran, Service, asker};

fn hex(secret: &str) -> String {
    secret.bytes().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}

/// What of a secret can be found in any base64 text that holds it: it may begin at each of three
/// places in a group, and its ends mix with their neighbours.
fn base64(secret: &str) -> impl Iterator<Item = String> {
    let engines = [STANDARD_NO_PAD, URL_SAFE_NO_PAD].into_iter();
    engines.flat_map(move |engine| {
        let skips = [(0, 0), (1, 2), (2, 3)].into_iter();
        let secret = secret.to_owned();
        skips.map(move |(before, mixed)| {
            let text = engine.encode(format!("{}{secret}", "x".repeat(before)));
            let whole = (secret.len() + before) / 3 * 4;
            text[mixed..whole].to_owned()
        })
    })
}

fn forms(secret: &str) -> Vec<String> {
    assert!(secret.len() > 16, "too short to be searched for");
    let mut forms = vec![secret.to_owned(), hex(secret), hex(secret).to_uppercase()];
    forms.extend(base64(secret));
    forms
}

#[test]
fn the_forms_are_what_they_have_to_be() {
    let secret = "pina_0123456789abcdef";
    for before in ["", "a", "ab", "Bearer ", "id:"] {
        let text = STANDARD_NO_PAD.encode(format!("{before}{secret}, and more"));
        assert!(forms(secret).iter().any(|form| text.contains(form)), "{before}: {text}");
    }
}

fn tokens(home: &Home) -> Vec<String> {
    let vault = home.vault();
    let name = vault.connections().unwrap().remove(0).name;
    let tokens = vault.tokens(&name, &asker(), "access-token").unwrap().unwrap();
    [tokens.access_token, tokens.refresh_token.unwrap()].map(|it| it.expose().to_owned()).into()
}

#[test]
fn no_output_holds_a_secret() {
    let service = Service::start();
    let mut home = service.guest();
    let mut ran: Vec<Ran> = vec![by_oauth(&service, &mut home, &["-vvv"]).fine()];
    let mut secrets = tokens(&home);
    secrets.push(service.emulator.client().1);

    let boards: &[&str] = &["run", "boards.list"];
    let calls = [
        boards,
        &["inspect"],
        &["test"],
        &["request", "boards.list"],
        &["request", "boards.list", "--curl"],
        &["choices", "pins.create", "board_id"],
        &["poll", "boards.new"],
        &["run", "pins.create", "--input", r#"{"title": 7}"#],
        &["run", "boards.get", "--input", r#"{"board_id": "1"}"#],
    ];
    for call in calls {
        ran.push(home.run(&[call, &["-vvv"]].concat()));
        if !call.contains(&"--curl") {
            ran.push(home.run(&[call, &["-vvv", "--json"]].concat()));
        }
    }
    for kind in [
        // Refreshed, and so sent through the log.
        FaultKind::ExpiredToken,
        FaultKind::Status(500),
        FaultKind::Cut,
        FaultKind::HtmlPage,
        FaultKind::RateLimited { reset_s: 3600 },
        FaultKind::Redirect("https://example.com/".into()),
    ] {
        service.control.fault(Fault { on: Match::default(), times: 1, kind });
        ran.push(home.run(&[boards, &["-vvv", "--json"]].concat()));
    }
    let refreshed = tokens(&home);
    assert_ne!(refreshed[0], secrets[0], "nothing was refreshed");
    secrets.extend(refreshed);
    // A refresh that is refused.
    service.control.fault(Fault { on: Match::default(), times: 2, kind: FaultKind::ExpiredToken });
    ran.push(home.run(&[boards, &["-vvv"]].concat()));
    assert_eq!(ran.last().unwrap().code, 3);

    let mut home = service.guest();
    home.set("CONNECTOR_TOKEN", service.emulator.access_token());
    secrets.push(service.emulator.access_token());
    ran.push(home.run(&["test", "-vvv", "--json"]).fine());

    let logged: usize = ran.iter().filter(|ran| ran.err.contains("hyper")).count();
    assert!(logged > 10, "only {logged} runs logged what they sent");
    for form in secrets.iter().flat_map(|secret| forms(secret)) {
        for ran in &ran {
            assert!(!ran.out.contains(&form), "{form} in {}", ran.out);
            assert!(!ran.err.contains(&form), "{form} in {}", ran.err);
        }
    }
}
