//! What the vault keeps, and from whom.

use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use connector_auth::{
    Account, Client, ConnectionSpec, KeySource, Status, Tokens, Vault, VaultError,
};
use connector_host::{Binding, Clock, Credentials, Secret};

use crate::support::{TOKEN, fixture};

const ID: &str = "access-token";
const DAY: u64 = 86_400;

/// A vault whose key is in a file.
pub fn open(folder: &Path) -> Vault {
    Vault::open(folder, &KeySource::File).unwrap()
}

/// The fixture, as it asks for credentials.
pub fn asker() -> &'static Binding {
    static ASKER: LazyLock<Binding> = LazyLock::new(|| fixture().binding().clone());
    &ASKER
}

/// A connection of the fixture.
pub fn draft(name: &str) -> ConnectionSpec {
    ConnectionSpec {
        name: name.into(),
        binding: asker().clone(),
        environment: "production".into(),
        settings: "{}".into(),
        client: Some(Client { id: "app".into(), secret: Secret::new("app-secret-of-mine") }),
        scopes: Some(vec!["read".into()]),
    }
}

fn pasted() -> Tokens {
    Tokens { refresh_token: Some(Secret::new("refresh")), ..Tokens::pasted(Secret::new(TOKEN)) }
}

#[test]
fn what_was_stored_is_there_again() {
    let folder = tempfile::tempdir().unwrap();
    let vault = open(folder.path());
    assert_eq!(vault.put(&draft("one")).unwrap().status, Status::Draft);
    let tokens = Tokens {
        expires_at: Some(5_000_000_000),
        refresh_expires_at: Some(6_000_000_000),
        scopes: Some(vec!["me".into(), "read".into()]),
        ..pasted()
    };
    vault.store("one", ID, &tokens).unwrap();
    let account = Account { id: "7".into(), name: "Fern".into() };
    vault.set_account("one", &account).unwrap();

    let vault = open(folder.path());
    let entry = vault.connections().unwrap().remove(0);
    assert_eq!((entry.connector.as_str(), entry.client_id.as_deref()), ("fixture", Some("app")));
    assert_eq!((entry.requested, entry.account), (Some(vec!["read".into()]), Some(account)));
    assert_eq!(entry.status, Status::Authenticated);
    let held = &entry.credentials[0];
    assert_eq!((&held.scopes, held.renewable), (&tokens.scopes, true));
    let found = vault.tokens("one", asker(), ID).unwrap().unwrap();
    assert_eq!(found.access_token, tokens.access_token);
    assert_eq!(found.refresh_token, tokens.refresh_token);
    assert_eq!(found.expires_at, tokens.expires_at);
    assert_eq!(
        vault.client("one", asker()).unwrap().unwrap().secret,
        Secret::new("app-secret-of-mine")
    );
}

#[tokio::test]
async fn a_connection_is_renamed_and_forgotten() {
    let folder = tempfile::tempdir().unwrap();
    let vault = open(folder.path());
    vault.put(&draft("one")).unwrap();
    vault.put(&draft("two")).unwrap();
    vault.store("one", ID, &pasted()).unwrap();
    let credentials = vault.credentials("one", asker()).unwrap();
    let said = |result: Result<(), VaultError>| result.unwrap_err().to_string();
    assert_eq!(said(vault.rename("one", "two")), "there is a connection `two` already");
    assert_eq!(said(vault.rename("nine", "ten")), "there is no connection `nine`");
    for name in ["", " x", "a\nb", &"x".repeat(65)] {
        assert!(matches!(vault.rename("one", name), Err(VaultError::Name(_))), "{name}");
    }
    vault.rename("one", "three").unwrap();
    assert_eq!(credentials.get(asker(), ID).await.unwrap(), Some(Secret::new(TOKEN)), "as before");
    vault.forget("three").unwrap();
    assert_eq!(said(vault.forget("three")), "there is no connection `three`");
    assert_eq!(credentials.get(asker(), ID).await.unwrap(), None);
    // One of the same name is another one.
    vault.put(&draft("three")).unwrap();
    assert_eq!(vault.connection("three").unwrap().status, Status::Draft);
    assert_eq!(credentials.get(asker(), ID).await.unwrap(), None);
}

#[test]
fn tokens_of_another_app_or_environment_are_not_kept() {
    let folder = tempfile::tempdir().unwrap();
    let vault = open(folder.path());
    let other_app = || Client { id: "other".into(), secret: Secret::new("s") };
    let new_secret = || Client { id: "app".into(), secret: Secret::new("new") };
    for (changed, kept) in [
        (ConnectionSpec { settings: r#"{"a": 1}"#.into(), ..draft("one") }, true),
        (ConnectionSpec { client: Some(new_secret()), ..draft("one") }, true),
        (ConnectionSpec { client: Some(other_app()), ..draft("one") }, false),
        (ConnectionSpec { environment: "sandbox".into(), ..draft("one") }, false),
    ] {
        vault.put(&draft("one")).unwrap();
        vault.store("one", ID, &pasted()).unwrap();
        let entry = vault.put(&changed).unwrap();
        assert_eq!(entry.settings, changed.settings);
        assert_eq!(entry.status != Status::Draft, kept, "{changed:?}");
    }
}

#[test]
fn a_connection_tells_when_it_ends() {
    let folder = tempfile::tempdir().unwrap();
    let vault = open(folder.path()).with_clock(Clock::new(|| 1000 * DAY));
    vault.put(&draft("one")).unwrap();
    let status = |expires: Option<u64>, refresh: Option<u64>, renewable: bool| {
        let mut tokens = Tokens { expires_at: expires, refresh_expires_at: refresh, ..pasted() };
        if !renewable {
            tokens.refresh_token = None;
        }
        vault.store("one", ID, &tokens).unwrap();
        vault.connection("one").unwrap().status
    };
    let (soon, later) = (Some(1014 * DAY), Some(1014 * DAY + 1));
    assert_eq!(status(Some(1001 * DAY), later, true), Status::Authenticated);
    assert_eq!(status(Some(1001 * DAY), soon, true), Status::Expiring { until: 1014 * DAY });
    assert_eq!(status(Some(1001 * DAY), None, true), Status::Authenticated);
    assert_eq!(status(soon, None, false), Status::Expiring { until: 1014 * DAY });
    assert_eq!(status(None, None, false), Status::Authenticated);
    assert!(matches!(status(soon, Some(1), true), Status::Expiring { .. }));
    assert!(matches!(status(Some(1), None, false), Status::NeedsReconnect { .. }));
}

#[test]
fn another_key_opens_nothing() {
    let key = |byte: &str| KeySource::Given(Secret::new(byte.repeat(43) + "="));
    let folder = tempfile::tempdir().unwrap();
    let said = |source: &KeySource| Vault::open(folder.path(), source).err().unwrap().to_string();
    assert_eq!(
        said(&KeySource::Given(Secret::new("short"))),
        "the vault's key: it is not 32 bytes in base64"
    );
    Vault::open(folder.path(), &key("A")).unwrap().put(&draft("one")).unwrap();
    assert!(!folder.path().join("vault.key").exists());
    assert_eq!(said(&key("E")), "this key does not open the vault; it was made with another one");
    assert_eq!(said(&KeySource::File), "the vault's key: it was given, so it has to be again");
    assert_eq!(Vault::open(folder.path(), &key("A")).unwrap().connections().unwrap().len(), 1);
}

#[cfg(unix)]
#[test]
fn the_files_are_private() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let inner = folder.path().join("new/vault");
    let vault = open(&inner);
    vault.put(&draft("one")).unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&inner), 0o700);
    for file in ["vault.db", "vault.db-wal", "vault.db-shm", "vault.key"] {
        assert_eq!(mode(&inner.join(file)), 0o600, "{file}");
    }
    let key = inner.join("vault.key");
    fs::set_permissions(&key, PermissionsExt::from_mode(0o640)).unwrap();
    let error = Vault::open(&inner, &KeySource::File).err().unwrap().to_string();
    let said = format!("other users can read it; say: chmod 600 {}", key.display());
    assert!(error.ends_with(&said), "{error}");
}

/// Somebody who can write the database cannot give one connection the tokens of another.
#[tokio::test]
async fn secrets_do_not_move() {
    let folder = tempfile::tempdir().unwrap();
    let vault = open(folder.path());
    for name in ["one", "two"] {
        vault.put(&draft(name)).unwrap();
        vault.store(name, ID, &pasted()).unwrap();
    }
    let sql = rusqlite::Connection::open(folder.path().join("vault.db")).unwrap();
    let copy = |table: &str, column: &str, key: &str| {
        let ids = ["one", "two"].map(|name| vault.connection(name).unwrap().id);
        let copy = format!(
            "UPDATE {table} SET {column} = (SELECT {column} FROM {table} WHERE {key} = ?2)
             WHERE {key} = ?1"
        );
        assert_eq!(sql.execute(&copy, ids).unwrap(), 1);
    };
    copy("connection", "client_secret", "id");
    assert!(matches!(vault.client("one", asker()), Err(VaultError::Damaged(_))));
    assert!(vault.client("two", asker()).is_ok());
    copy("credential", "refresh_token", "connection");
    let error = vault.credentials("one", asker()).unwrap().get(asker(), ID).await.unwrap_err();
    assert!(matches!(VaultError::of(&error), Some(VaultError::Damaged(_))), "{error}");
    assert!(!format!("{error} {error:?}").contains(TOKEN));
    assert!(vault.tokens("two", asker(), ID).is_ok());
    // Whoever connects again is well.
    vault.put(&draft("one")).unwrap();
    vault.store("one", ID, &pasted()).unwrap();
    assert!(vault.tokens("one", asker(), ID).is_ok() && vault.client("one", asker()).is_ok());
}

#[test]
fn a_newer_vault_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    drop(open(folder.path()));
    let sql = rusqlite::Connection::open(folder.path().join("vault.db")).unwrap();
    sql.pragma_update(None, "user_version", 9).unwrap();
    let error = Vault::open(folder.path(), &KeySource::File).err().unwrap();
    assert!(matches!(error, VaultError::Newer(9, 3)), "{error}");
}

#[test]
fn subscriptions_are_kept_sealed_and_apart() {
    let folder = tempfile::tempdir().unwrap();
    let vault = open(folder.path());
    let owner = vault.put(&draft("one")).unwrap().id;
    let content = Secret::new(r#"{"key": "KEY-that-nobody-may-see"}"#);
    let keep = |owner: &str| vault.keep_subscription(owner, "thing.sent", "{}", &content).unwrap();
    let (ours, theirs) = (keep(&owner), keep("somebody else"));
    let kept = vault.subscriptions(&owner).unwrap();
    assert_eq!((kept.len(), &kept[0].id, &*kept[0].webhook), (1, &ours, "thing.sent"));
    let found = open(folder.path()).subscription(&owner, asker(), &ours).unwrap();
    assert_eq!((&*found.0, &found.1), ("thing.sent", &content));
    let foreign = vault.subscription(&owner, asker(), &theirs).err().unwrap();
    assert!(matches!(foreign, VaultError::NoSubscription(_)), "{foreign}");

    // Another's is of no use in this place.
    let sql = rusqlite::Connection::open(folder.path().join("vault.db")).unwrap();
    sql.execute("UPDATE subscription SET owner = ?1", [&owner]).unwrap();
    let moved = vault.subscription(&owner, asker(), &theirs).err().unwrap();
    assert!(matches!(moved, VaultError::DamagedSubscription(_)), "{moved}");

    vault.forget_subscription(&owner, &theirs).unwrap();
    assert_eq!(vault.subscriptions(&owner).unwrap().len(), 1);
    vault.forget("one").unwrap();
    assert_eq!(vault.subscriptions(&owner).unwrap(), []);
}

#[test]
fn an_older_vault_is_brought_up_to_date() {
    let folder = tempfile::tempdir().unwrap();
    open(folder.path()).put(&draft("one")).unwrap();
    let sql = rusqlite::Connection::open(folder.path().join("vault.db")).unwrap();
    sql.execute_batch("DROP TABLE subscription; ALTER TABLE connection DROP COLUMN binding; PRAGMA user_version = 1").unwrap();
    drop(sql);
    let vault = open(folder.path());
    assert_eq!(vault.connections().unwrap().len(), 1);
    let unbound = vault.credentials("one", asker()).err().unwrap();
    assert!(matches!(unbound, VaultError::Unbound(_)), "{unbound}");
    vault.trust("one", asker()).unwrap();
    assert!(vault.credentials("one", asker()).is_ok());
    vault.keep_subscription("one", "thing.sent", "{}", &Secret::new("{}")).unwrap();
}

/// What a vault is made of, when something else is in its place: said, and not waited for.
#[cfg(unix)]
#[test]
fn nothing_but_plain_files_is_opened() {
    let refused = |file: &str, make: &dyn Fn(&Path)| {
        let folder = tempfile::tempdir().unwrap();
        drop(open(folder.path()));
        let path = folder.path().join(file);
        fs::remove_file(&path).unwrap();
        make(&path);
        let error = Vault::open(folder.path(), &KeySource::File).err().unwrap();
        assert!(matches!(error, VaultError::File { .. }), "{file}: {error}");
        let said = error.to_string();
        assert!(said.contains(file) && said.ends_with("has to be a file: move it away"), "{said}");
    };
    for file in ["vault.db", "vault.key", "vault.lock"] {
        refused(file, &|path| fs::create_dir(path).unwrap());
        refused(file, &|path| std::os::unix::fs::symlink("/dev/zero", path).unwrap());
        refused(file, &|path| drop(std::os::unix::net::UnixListener::bind(path).unwrap()));
        refused(file, &|path| {
            let made = std::process::Command::new("mkfifo").arg(path).status().unwrap();
            assert!(made.success());
        });
    }
}

#[test]
fn a_vault_that_has_lost_its_content_is_not_taken_for_a_new_one() {
    let folder = tempfile::tempdir().unwrap();
    open(folder.path()).put(&draft("one")).unwrap();
    fs::File::options()
        .write(true)
        .open(folder.path().join("vault.db"))
        .and_then(|file| file.set_len(0))
        .unwrap();
    for file in ["vault.db-wal", "vault.db-shm"] {
        let _ = fs::remove_file(folder.path().join(file));
    }
    let error = Vault::open(folder.path(), &KeySource::File).err().unwrap().to_string();
    assert!(error.contains("vault.db: what it held is lost; restore it from a copy"), "{error}");
    // Nor is a key made in the place of one that is gone.
    let folder = tempfile::tempdir().unwrap();
    drop(open(folder.path()));
    fs::remove_file(folder.path().join("vault.key")).unwrap();
    let error = Vault::open(folder.path(), &KeySource::File).err().unwrap().to_string();
    assert!(error.ends_with("vault.key is gone; restore it from a copy"), "{error}");
}

#[cfg(unix)]
#[test]
fn a_folder_that_others_can_change_is_refused() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    fs::set_permissions(folder.path(), PermissionsExt::from_mode(0o770)).unwrap();
    let error = Vault::open(folder.path(), &KeySource::File).err().unwrap().to_string();
    let mend = format!("say: chmod go-w {}", folder.path().display());
    assert!(error.ends_with(&mend), "{error}");
}
