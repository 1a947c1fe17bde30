use std::sync::atomic::{AtomicU64, Ordering};

use connector_host::Clock;

use super::*;
use crate::Client;
use crate::oauth::double::{self, ID, KEY, NOW, Service, answer, jwt_bearer};
use crate::vault::{ConnectionSpec, KeySource};

/// The first of many callers renews it, and the others take what came of that.
#[tokio::test]
async fn a_stored_key_renews_once_before_the_token_ends_and_when_it_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let vault = KeySource::Given(Secret::new("MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="));
    let vault = Vault::open(&folder.path().join("vault"), &vault).unwrap();
    let now = Arc::new(AtomicU64::new(NOW));
    let clock = now.clone();
    let vault = vault.with_clock(Clock::new(move || clock.load(Ordering::Relaxed)));
    let asker = Binding::of(&double::descriptor("jwt-bearer", &jwt_bearer()));
    let spec = ConnectionSpec {
        name: "sheets".into(),
        binding: asker.clone(),
        environment: String::new(),
        settings: "{}".into(),
        client: None,
        scopes: None,
    };
    vault.put(&spec).unwrap();
    let service = Service::new([answer("first"), answer("second"), answer("third")]);
    let oauth = || double::oauth("jwt-bearer", &jwt_bearer(), Client::none(), &service);
    let tokens = oauth().for_key(&Secret::new(KEY)).await.unwrap();
    vault.store("sheets", ID, &tokens).unwrap();
    let credentials = || vault.credentials("sheets", &asker).unwrap().oauth(ID, oauth());
    let (one, other) = (credentials(), credentials());
    let (one, other) = tokio::join!(
        one.refresh(&asker, ID, &tokens.access_token),
        other.refresh(&asker, ID, &tokens.access_token)
    );
    assert_eq!(one.unwrap().expose(), "second");
    assert_eq!(other.unwrap().expose(), "second");
    assert_eq!(service.asked().len(), 2);
    let lives = credentials().get(&asker, ID).await.unwrap().unwrap();
    assert_eq!(lives.expose(), "second");
    now.store(NOW + 3599, Ordering::Relaxed);
    let due = credentials().get(&asker, ID).await.unwrap().unwrap();
    assert_eq!(due.expose(), "third");
    assert_eq!(service.asked().len(), 1);
    let secrets = credentials().secrets(&asker).await;
    assert!(secrets.iter().any(|secret| secret.expose() == KEY));
}
