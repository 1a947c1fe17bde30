//! Help, completions and manual pages.

use crate::support::Home;

#[test]
fn without_a_command_it_shows_what_there_is() {
    let ran = Home::new().run(&[]);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
    for part in ["First steps:", "Look around:", "Exit codes:", "  run "] {
        assert!(ran.err.contains(part), "{part}: {}", ran.err);
    }
}

#[test]
#[cfg(not(any(feature = "sql", feature = "worker")))]
fn a_command_that_was_left_out_says_how_to_have_it() {
    for (args, how) in
        [(&["sql", "SELECT 1"][..], "make sql"), (&["cluster", "list"], "make worker")]
    {
        let ran = Home::new().run(args);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""));
        assert!(ran.err.contains(how) && ran.err.contains(args[0]), "{}", ran.err);
        let ran = Home::new().run(&[&["--json"], args].concat());
        assert_eq!(ran.code, 2);
        assert!(ran.err.contains("\"usage\"") && ran.err.contains(how), "{}", ran.err);
    }
}

#[test]
fn every_variable_is_in_the_help() {
    let help = Home::new().run(&["--help"]).fine().out;
    for name in [
        "CONNECTOR_TOKEN",
        "CONNECTOR_CLIENT_ID",
        "CONNECTOR_CLIENT_SECRET",
        "CONNECTOR_VAULT_KEY",
        "CONNECTOR_WEBHOOK_SECRET",
        "CONNECTOR_MCP_TOKEN",
        "CONNECTOR_COMPONENT",
        "CONNECTOR_CONNECTION",
        "CONNECTOR_ROUTES",
        "CONNECTOR_STATE",
        "NO_COLOR",
    ] {
        assert!(help.contains(name), "{name}: {help}");
    }
    let connect = Home::new().run(&["connect", "--help"]).fine().out;
    assert!(connect.contains("CONNECTOR_CLIENT_SECRET"), "{connect}");
}

/// What a variable holds may be a secret.
#[test]
fn help_shows_no_values() {
    let mut home = Home::new();
    home.set("CONNECTOR_CLIENT_ID", "hush");
    for args in [&["connect", "--help"][..], &["--help"], &["help", "connect"]] {
        let ran = home.run(args).fine();
        assert!(!ran.out.contains("hush"), "{}", ran.out);
    }
}

#[test]
fn commands_of_a_command_have_help_too() {
    let help = Home::new().run(&["webhook", "subscribe", "--help"]).fine().out;
    assert!(help.contains("--address"), "{help}");
    let all = Home::new().run(&["webhook", "--help"]).fine().out;
    for name in ["subscribe", "subscriptions", "unsubscribe", "receive", "Examples:"] {
        assert!(all.contains(name), "{name}: {all}");
    }
}

#[test]
fn each_shell_gets_completions() {
    let home = Home::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = home.run(&["completions", shell]).fine().out;
        assert!(script.contains("board") || script.contains("resume"), "{shell}");
        assert!(script.contains("disconnect"), "{shell}");
    }
    assert_eq!(home.run(&["completions", "command.com"]).code, 2);
}

#[test]
fn manual_pages_are_written() {
    let home = Home::new();
    let page = home.run(&["man"]).fine().out;
    assert!(page.starts_with(".ie") && page.contains(".TH connector 1"), "{page}");
    for part in ["CONNECTOR_CLIENT_SECRET", "130"] {
        assert!(page.contains(part), "{part}: {page}");
    }
    home.run(&["man", "--out", "pages"]).fine();
    for name in ["connector.1", "connector-run.1", "connector-webhook-subscribe.1"] {
        assert!(home.path("pages").join(name).exists(), "{name}");
    }
}

#[test]
fn a_mistyped_command_is_json_for_programs() {
    let ran = Home::new().run(&["run", "--json", "--colour", "red"]);
    assert_eq!((ran.code, &ran.error()["kind"]), (2, &serde_json::json!("usage")));
}
