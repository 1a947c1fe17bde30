//! Errors of a connection that a person can do something about: each says what.

use connector_emulator::{Consent, Fault, FaultKind, Match, TokenSpec};
use serde_json::json;

use crate::connect::{Waiting, answer, by_oauth};
use crate::support::{Home, Ran, Service};

/// Stderr after what was said on the way: from `error: ` on.
fn said(ran: &Ran) -> &str {
    ran.err.find("error: ").map_or("", |start| &ran.err[start..])
}

fn with_token(service: &Service, token: String) -> Home {
    let mut home = service.guest();
    home.set("CONNECTOR_TOKEN", token);
    home
}

fn pin(service: &Service) -> String {
    let board = service.control.board_id("Autumn table").unwrap();
    let media = json!({"source_type": "image_url", "url": "https://example.com/fern.jpg"});
    json!({"board_id": board, "media_source": media}).to_string()
}

#[test]
fn a_wrong_client_secret() {
    let service = Service::start();
    let mut home = service.guest();
    home.set("CONNECTOR_CLIENT_ID", service.emulator.client().0);
    home.set("CONNECTOR_CLIENT_SECRET", "of some other app");
    let ran = Waiting::as_it_is(&service, &home, &[]).visited(&service);
    assert_eq!(ran.code, 3);
    assert_eq!(
        said(&ran),
        "error: the token endpoint refused with status 401: Authentication failed.\n  \
         client_secret: Pinterest does not accept this app id with this secret key. Copy both from \
         the app's page in the developer portal; a new secret key makes the old one void.\n"
    );
    assert_eq!(home.run(&["connections", "--json"]).fine().json(), json!([]));
}

#[test]
fn a_redirect_uri_that_is_not_registered() {
    let service = Service::start();
    let mut home = service.guest();
    let waiting = Waiting::start(&service, &mut home, &["--manual"]);
    // Pinterest tells the person and does not send them back.
    let mut address = waiting.address.clone();
    let query = waiting.address.query().unwrap().replace("127.0.0.1", "127.0.0.2");
    address.set_query(Some(&query));
    let page = answer(&service, address);
    let ran = waiting.copied(&page);
    assert_eq!(ran.code, 3);
    let last = said(&ran).lines().last().unwrap();
    assert_eq!(
        last,
        "  redirect_uri: Register the redirect URI on the app's page in Pinterest's developer \
         portal exactly as it is sent here: scheme, host, port, path and a slash at the end all \
         count."
    );
}

#[test]
fn a_denied_consent() {
    let service = Service::start();
    let mut home = service.guest();
    service.control.set_consent(Consent::Deny);
    let ran = Waiting::start(&service, &mut home, &[]).visited(&service);
    assert_eq!(ran.code, 3);
    assert_eq!(
        said(&ran),
        "error: the service did not authorize the connection: access_denied\n\
         advice: On Pinterest's page the access was not granted, so nothing is connected. Connect \
         again and approve it, perhaps with fewer scopes.\n"
    );
}

#[test]
fn a_scope_that_was_not_granted() {
    let service = Service::start();
    let mut home = service.guest();
    by_oauth(&service, &mut home, &["--scopes", "boards:read"]).fine();
    let before = service.requests();
    let ran = home.run(&["run", "pins.create", "--input", &pin(&service)]);
    assert_eq!(ran.code, 3);
    assert_eq!(
        said(&ran),
        "error: `pins.create` needs scopes that were not granted: boards:write, pins:read, \
         pins:write (missing-scope)\n\
         advice: Connect again and grant boards:write, pins:read, pins:write.\n\
         next: connector connect pinterest --scopes \
         boards:read,user_accounts:read,boards:write,pins:read,pins:write\n"
    );
    let ran = home.run(&["choices", "campaigns.get", "ad_account_id"]);
    assert!(
        said(&ran).starts_with("error: choosing `ad_account_id` of `campaigns.get` needs scopes that were not granted: ads:read")
    );
    assert_eq!(service.requests(), before, "something was sent");
}

#[test]
fn a_scope_that_the_service_misses() {
    let service = Service::start();
    let token = service.control.issue_token(TokenSpec::with_scopes(&["user_accounts:read"]));
    let ran = with_token(&service, token).run(&["run", "boards.list"]);
    assert_eq!(ran.code, 3);
    let mut lines = said(&ran).lines();
    assert!(
        lines.next().unwrap().starts_with("error: `boards.list` needs boards:read: "),
        "{}",
        ran.err
    );
    let advice = "advice: The connection lacks a scope. This needs boards:read: connect again and grant them.";
    assert_eq!(lines.next(), Some(advice));
}

#[test]
fn trial_access() {
    let service = Service::start();
    let token = service.control.issue_token(TokenSpec::trial());
    let ran = with_token(&service, token).run(&["run", "pins.create", "--input", &pin(&service)]);
    assert_eq!(ran.code, 3);
    assert!(said(&ran).contains("(trial-access)"), "{}", ran.err);
    let advice = "advice: The app has Trial access, which does not allow this in production. Choose \
                  the environment Pinterest sandbox with a token made for it, or ask for Standard \
                  access on the app's page in the developer portal.";
    assert!(said(&ran).lines().any(|line| line == advice), "{}", ran.err);
}

#[test]
fn a_token_of_the_other_environment() {
    let service = Service::start();
    let (production, sandbox) =
        (service.emulator.access_token(), service.emulator.sandbox_access_token());
    for (token, there, here) in
        [(production, "production", "sandbox"), (sandbox, "sandbox", "production")]
    {
        let expected = format!(
            "error: the token belongs to the environment `{there}`, and this is `{here}` \
             (wrong-environment)\n\
             advice: Choose the environment `{there}`, or connect again for `{here}`.\n"
        );
        let settings = json!({"environment": here}).to_string();
        let home = with_token(&service, token.clone());
        let ran = home.run(&["run", "boards.list", "--settings", &settings]);
        assert_eq!(ran.code, 3);
        assert!(said(&ran).starts_with(&expected), "{}", ran.err);
        // Nor is it stored under the wrong one.
        let home = service.guest();
        let ran = home.run_with_stdin(&["connect", "--token", "--environment", here], &token);
        assert!(said(&ran).starts_with(&expected), "{}", ran.err);
        assert_eq!(home.run(&["connections", "--json"]).fine().json(), json!([]));
    }
}

#[test]
fn an_app_that_was_removed_from_the_account() {
    let service = Service::start();
    let mut home = service.guest();
    by_oauth(&service, &mut home, &[]).fine();
    service.control.revoke_grants();
    let ran = home.run(&["run", "boards.list"]);
    assert_eq!(ran.code, 3);
    let why = "the token endpoint refused with status 401: The authorization grant is invalid; The \
               refresh token has ended, was used already, or the app was removed from the Pinterest \
               account. Connect again.";
    let expected = format!("error: the connection `pinterest` has to be connected again: {why}\n");
    assert!(said(&ran).starts_with(&expected), "{}", ran.err);
    let listed = home.run(&["connections", "--json"]).fine().json();
    assert_eq!(listed[0]["status"], "needs-reconnect");
    assert_eq!(listed[0]["note"], format!("connect it again: {why}"));
    // A pasted token cannot be renewed: then the service's refusal is all there is.
    let ran = with_token(&service, service.emulator.access_token()).run(&["run", "boards.list"]);
    assert!(said(&ran).contains("was revoked with the app's access to the account"), "{}", ran.err);
}

#[test]
fn a_suspended_account() {
    let service = Service::start();
    let fault = Fault { on: Match::default(), times: 1, kind: FaultKind::Suspended };
    service.control.fault(fault);
    let ran = service.home().run(&["run", "boards.list"]);
    assert_eq!(ran.code, 3);
    assert!(said(&ran).contains("(account-suspended)"), "{}", ran.err);
    let advice = "advice: Pinterest has suspended or disapproved this account. Its business hub says \
                  why and how to appeal: https://www.pinterest.com/business/hub/. Until that is \
                  settled neither trying again nor connecting again helps.";
    assert!(said(&ran).lines().any(|line| line == advice), "{}", ran.err);
}
