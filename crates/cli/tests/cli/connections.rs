//! What is stored, and how it is renamed and ended.

use crate::connect::by_oauth;
use crate::support::Service;

#[test]
fn connections_are_listed_renamed_and_ended() {
    let service = Service::start();
    let mut home = service.guest();
    by_oauth(&service, &mut home, &[]).fine();
    let listed = home.run(&["connections", "--json"]).fine().json();
    assert_eq!(listed[0]["name"], "pinterest");
    assert_eq!(listed[0]["status"], "authenticated");
    assert_eq!(listed[0]["account"]["name"], "Studio Fern");
    assert!(listed[0]["credentials"][0]["refresh_expires_at"].as_str().unwrap().ends_with('Z'));
    let listed = home.run(&["connections"]).fine().out;
    assert_eq!(
        listed.split_whitespace().collect::<Vec<_>>()[..3],
        ["pinterest", "authenticated", "production"]
    );

    home.run(&["rename", "pinterest", "the studio"]).fine();
    assert_eq!(home.run(&["test", "pinterest"]).err, "error: there is no connection `pinterest`\n");
    home.run(&["run", "boards.list", "--connection", "the studio"]).fine();

    // Pinterest ends the tokens of system users only, and says so.
    let ran = home.run(&["disconnect", "the studio"]).fine();
    let lines: Vec<&str> = ran.out.lines().collect();
    assert_eq!(lines[0], "The connection the studio is forgotten");
    assert!(lines[1].starts_with("The service did not end its tokens (the token endpoint refused"));
    assert!(lines[1].ends_with("remove the app in the account's settings"), "{}", ran.out);
    assert_eq!(service.control.count("POST", "/v5/oauth/token/revoke"), 1);
    assert_eq!(home.run(&["connections"]).fine().out, "");
    assert_eq!(home.run(&["run", "boards.list"]).code, 3);
}

#[test]
fn the_scopes_of_a_flow_are_the_fewest_that_it_needs() {
    let home = crate::support::Home::new();
    let ran = home.run(&["scopes", "--for", "pins.create,board_pins.new", "--json"]).fine();
    let scopes = ran.json();
    assert_eq!(
        scopes["joined"],
        "boards:read,boards:write,pins:read,pins:write,user_accounts:read"
    );
    let text = home.run(&["scopes", "--for", "boards.list"]).fine().out;
    assert!(
        text.ends_with("connector connect --scopes boards:read,user_accounts:read\n"),
        "{text}"
    );
    assert_eq!(home.run(&["scopes", "--for", "boards.lift"]).code, 2);
}
