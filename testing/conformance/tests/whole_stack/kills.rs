//! `kill -9` at moments that nobody chose.

use std::path::Path;
use std::thread::sleep;
use std::time::Duration;

use connector_auth::{Client, KeySource, Status, Tokens, Vault};
use connector_emulator::{Emulator, FaultKind, Limits, Options};
use connector_host::{CredentialError, Credentials, Secret};

use crate::children::{self, Child, say};
use crate::component;
use crate::kept::{Kept, NAME, draft};
use crate::support::{ALWAYS, CREDENTIAL, fault};

/// Of each kind.
const KILLS: usize = 100;
const TOKEN: &str = "/v5/oauth/token";

/// The same moments again: `KILLS_SEED=… cargo test …`.
fn moments() -> fastrand::Rng {
    let seed = std::env::var("KILLS_SEED").ok().and_then(|seed| seed.parse().ok());
    let seed = seed.unwrap_or_else(|| fastrand::u64(..));
    println!("KILLS_SEED={seed}");
    fastrand::Rng::with_seed(seed)
}

fn open(folder: &Path) -> Vault {
    Vault::open(folder, &KeySource::File).unwrap()
}

/// Also while the vault itself is being made: each tenth time there is none.
#[test]
fn whoever_is_killed_while_connecting_leaves_no_half_connection() {
    let mut moments = moments();
    let (mut folder, mut kept, mut drafts) = (tempfile::tempdir().unwrap(), 0, 0);
    for kill in 0..KILLS {
        if kill % 10 == 0 {
            folder = tempfile::tempdir().unwrap();
        }
        let mut child = Child::start("kills::connecting", folder.path(), "");
        // From the moment on at which it opens the vault.
        assert_eq!(child.says().unwrap(), "opening");
        sleep(Duration::from_micros(moments.u64(..30_000)));
        let said = child.kill();

        let vault = open(folder.path());
        let stored: Vec<&str> = said.iter().filter_map(|said| said.strip_prefix("has ")).collect();
        for name in &stored {
            assert_ne!(vault.connection(name).unwrap().status, Status::Draft, "{name} is lost");
        }
        for entry in vault.connections().unwrap() {
            let client =
                vault.client(&entry.name, component::connector().binding()).unwrap().unwrap();
            assert_eq!(client.secret.expose(), format!("secret of {}", entry.name));
            match vault.tokens(&entry.name, component::connector().binding(), CREDENTIAL).unwrap() {
                None => drafts += 1,
                Some(tokens) => {
                    let access = tokens.access_token.expose().strip_prefix("access ").unwrap();
                    let refresh = tokens.refresh_token.as_ref().unwrap().expose();
                    assert_eq!(refresh, format!("refresh {access}"), "a pair from one answer");
                    kept += 1;
                }
            }
            vault.forget(&entry.name).unwrap();
        }
    }
    println!("{KILLS} kills: {kept} connections kept, {drafts} drafts");
    assert!(kept > 0, "the child came so far");
}

/// Connects, and connects again, under one name after the other.
#[test]
#[ignore = "another test starts it"]
fn connecting() {
    let Some((folder, _)) = children::given() else { return };
    say("opening");
    let vault = open(&folder);
    let run = vault.connections().unwrap().len();
    for number in 0.. {
        let name = format!("{run}-{number}");
        let secret = Secret::new(format!("secret of {name}"));
        vault.put(&draft(&name, Client { id: "app".into(), secret })).unwrap();
        for again in 0..2 {
            let tokens = Tokens {
                refresh_token: Some(Secret::new(format!("refresh {name} {again}"))),
                ..Tokens::pasted(Secret::new(format!("access {name} {again}")))
            };
            vault.store(&name, CREDENTIAL, &tokens).unwrap();
            say(format_args!("has {name}"));
        }
    }
}

/// The service takes its time for an answer, so that many are killed between its decision and
/// ours. It takes each refresh token once, at once, and forgives nothing.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_killed_while_refreshing_leaves_a_connection_or_one_clear_state() {
    component::connector();
    let mut moments = moments();
    let folder = tempfile::tempdir().unwrap();
    let options = Options { limits: Limits::lifted(), ..Options::default() };
    let emulator = Emulator::start(options).await.unwrap();
    let control = emulator.control();
    let kept = Kept::connected(&emulator, &folder).await;
    fault(&control, "POST", TOKEN, ALWAYS, FaultKind::Slow(3));
    let (mut work, mut need_a_person) = (0, 0);
    for _ in 0..KILLS {
        let mut child = Child::start("kills::refreshing", folder.path(), &emulator.origin());
        assert_eq!(child.says().unwrap(), "refreshing");
        sleep(Duration::from_micros(moments.u64(..40_000)));
        let said = child.kill();

        assert_eq!(kept.status(), Status::Authenticated, "nobody but the service ends it");
        let tokens = kept.tokens();
        // What was handed out is stored, or what came after it.
        let last = said.last();
        let credentials = kept.credentials();
        match credentials
            .refresh(component::connector().binding(), CREDENTIAL, &tokens.access_token)
            .await
        {
            Ok(new) => {
                assert!(last.is_none_or(|last| last != new.expose()));
                works(&emulator, new.expose()).await;
                work += 1;
            }
            Err(CredentialError::NeedsReconnect { why, .. }) => {
                assert!(why.contains("a refresh was interrupted"), "{why}");
                assert_eq!(kept.status(), Status::NeedsReconnect { why });
                let before = control.count("POST", TOKEN);
                let again = credentials.get(component::connector().binding(), CREDENTIAL).await;
                assert!(matches!(again, Err(CredentialError::NeedsReconnect { .. })));
                assert_eq!(control.count("POST", TOKEN), before, "the service is left alone");
                kept.connect(&control).await;
                assert_eq!(kept.status(), Status::Authenticated);
                need_a_person += 1;
            }
            Err(other) => panic!("neither works nor needs a person: {other}"),
        }
        assert_eq!(kept.vault.connections().unwrap().len(), 1);
        assert!(kept.vault.client(NAME, component::connector().binding()).unwrap().is_some());
    }
    println!("{KILLS} kills: {work} connections work, {need_a_person} need a person");
    assert!(work > 0 && need_a_person > 0, "the moments are well spread");
}

/// Refreshes without an end, and says each new token.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "another test starts it"]
async fn refreshing() {
    let Some(kept) = children::kept() else { return };
    let credentials = kept.credentials();
    let mut token = kept.tokens().access_token;
    say("refreshing");
    loop {
        token = credentials
            .refresh(component::connector().binding(), CREDENTIAL, &token)
            .await
            .unwrap();
        say(token.expose());
    }
}

async fn works(emulator: &Emulator, token: &str) {
    let url = emulator.origin() + "/v5/user_account";
    let call = reqwest::Client::new().get(url).header("authorization", format!("Bearer {token}"));
    assert_eq!(call.send().await.unwrap().status(), 200);
}
