//! A connection is used with the connector that it was made with, and with nothing that it has become.

use connector_auth::{ConnectionSpec, Tokens};
use connector_host::{Binding, Connector, Engine, EngineOptions, Secret};

use crate::connect::by_oauth;
use crate::support::{COMPONENT, Home, Service};

/// The component with another token endpoint at the same service.
fn changed(home: &Home) -> String {
    let (from, to) = (&b"pinterest.com/v5/oauth/token"[..], &b"pinterest.com/v5/oauth/tokem"[..]);
    let mut wasm = std::fs::read(&*COMPONENT).unwrap();
    let mut found = false;
    for at in 0..wasm.len() - from.len() {
        if wasm[at..].starts_with(from) {
            wasm[at..at + to.len()].copy_from_slice(to);
            found = true;
        }
    }
    assert!(found, "the endpoint is written out in the component");
    let path = home.path("changed.wasm");
    std::fs::write(&path, wasm).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn a_connector_that_has_changed_waits_for_a_persons_word() {
    let service = Service::start();
    let mut home = service.guest();
    by_oauth(&service, &mut home, &[]).fine();
    let changed = changed(&home);
    let before = service.requests();
    let uses: [&[&str]; 6] = [
        &["run", "boards.list"],
        &["test"],
        &["poll", "boards.new"],
        &["read", "boards"],
        &["mcp"],
        &["watch", "boards.new", "--once"],
    ];
    for args in uses {
        for named in [&[][..], &["--connection", "pinterest"]] {
            let ran = home.run(&[args, named, &["--component", &changed]].concat());
            assert_eq!((ran.code, &*ran.out), (3, ""), "{args:?}: {}", ran.err);
            assert!(ran.err.contains("oauth/token → https://"), "{args:?}: {}", ran.err);
            assert!(ran.err.contains("advice: connector trust 'pinterest'"), "{}", ran.err);
        }
    }
    let error = home.run(&["test", "--json", "--component", &changed]).error();
    assert_eq!(error["kind"], "connector-changed");
    assert_eq!(service.requests(), before, "nothing was sent");

    // Nobody can be asked here.
    let trust = ["trust", "pinterest", "--component", &changed];
    let ran = home.run(&trust);
    assert_eq!(ran.code, 2, "{}", ran.err);
    assert!(ran.err.contains("/v5/oauth/tokem") && ran.err.ends_with("say --yes\n"), "{}", ran.err);
    home.run(&["run", "boards.list"]).fine();
    home.run(&[&trust[..], &["--yes"]].concat()).fine();
    home.run(&["run", "boards.list", "--component", &changed]).fine();
    // The one before is now the one that asks for something else.
    assert_eq!(home.run(&["run", "boards.list"]).code, 3);
}

#[test]
fn the_secret_of_the_app_does_not_go_where_nobody_agreed_to() {
    let service = Service::start();
    let mut home = service.guest();
    by_oauth(&service, &mut home, &[]).fine();
    home.unset("CONNECTOR_CLIENT_ID");
    home.unset("CONNECTOR_CLIENT_SECRET");
    let changed = changed(&home);
    let before = service.requests();
    let ran = home.run(&["connect", "pinterest", "--component", &changed]);
    assert_eq!(ran.code, 2, "{}", ran.err);
    assert!(ran.err.contains("The app that is stored is not used"), "{}", ran.err);
    assert!(ran.err.contains("--client-id or CONNECTOR_CLIENT_ID is needed"), "{}", ran.err);
    let ran = home.run(&["disconnect", "pinterest", "--component", &changed]).fine();
    assert!(ran.out.contains("The service did not end its tokens"), "{}", ran.out);
    assert_eq!(service.requests(), before, "nothing was sent");
}

#[test]
fn another_connectors_connection_is_refused_however_it_is_chosen() {
    let service = Service::start();
    let mut home = service.guest();
    let engine = Engine::new(EngineOptions::default()).unwrap();
    let mut other = Connector::load(&engine, COMPONENT.as_ref()).unwrap().descriptor().clone();
    other.id = "other".into();
    let (vault, binding) = (home.vault(), Binding::of(&other));
    let draft = ConnectionSpec {
        name: "theirs".into(),
        binding,
        environment: "production".into(),
        settings: "{}".into(),
        client: None,
        scopes: None,
    };
    vault.put(&draft).unwrap();
    vault.store("theirs", "access-token", &Tokens::pasted(Secret::new("theirs"))).unwrap();
    let refused = |home: &Home, args: &[&str]| {
        let ran = home.run(args);
        assert_eq!((ran.code, &*ran.out), (3, ""), "{args:?}: {}", ran.err);
        assert!(ran.err.contains("was made with the connector `other`"), "{args:?}: {}", ran.err);
    };
    refused(&home, &["run", "boards.list", "--connection", "theirs"]);
    refused(&home, &["webhook", "subscriptions", "--connection", "theirs"]);
    refused(&home, &["test", "theirs"]);
    refused(&home, &["trust", "theirs", "--yes"]);
    let add = ["connect", "theirs", "--token", "--credential", "conversion-token"];
    refused(&home, &add);
    home.set("CONNECTOR_CONNECTION", "theirs");
    refused(&home, &["run", "boards.list"]);
    refused(&home, &["mcp"]);
    assert_eq!(service.requests(), 0);
    // It is none of its, and can be forgotten all the same.
    home.run(&["disconnect", "theirs"]).fine();
}
