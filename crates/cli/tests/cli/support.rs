//! Runs the binary, alone or against an emulator in this process.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use connector_auth::{KeySource, Vault};
use connector_emulator::{Consent, Control, Emulator, Options, OutsidePin};
use connector_host::{Binding, Connector, Engine, EngineOptions, Secret, secure_fs};
use serde_json::Value;
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// The component: the one that is named, or else what `make component` has built.
pub static COMPONENT: LazyLock<PathBuf> = LazyLock::new(|| {
    if let Some(named) = std::env::var_os("CONNECTOR_COMPONENT") {
        return named.into();
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let built = root.join("target/wasm32-unknown-unknown/release/pinterest_connector.wasm");
    assert!(built.exists(), "no component at {}: run `make component`", built.display());
    built
});

/// The key of each home's vault; tests leave the machine's keyring alone.
pub const VAULT_KEY: &str = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";

/// What a run of the binary came to.
pub struct Ran {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Ran {
    /// Stdout as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {}", self.out))
    }

    /// Each line of stdout as JSON.
    pub fn lines(&self) -> Vec<Value> {
        self.out.lines().map(|line| serde_json::from_str(line).expect(line)).collect()
    }

    /// Stderr as JSON.
    pub fn error(&self) -> Value {
        serde_json::from_str(&self.err).unwrap_or_else(|error| panic!("{error}: {}", self.err))
    }

    /// Fails the test unless the run went well.
    pub fn fine(self) -> Self {
        assert_eq!(self.code, 0, "{}{}", self.out, self.err);
        self
    }
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        Ran {
            code: output.status.code().expect("no signal ended it"),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

/// The connector, as it asks a vault for credentials.
pub fn asker() -> Binding {
    let engine = Engine::new(EngineOptions::default()).unwrap();
    Connector::load(&engine, COMPONENT.as_ref()).unwrap().binding().clone()
}

/// A state folder of its own, so that tests do not see each other's cursors and tokens.
pub struct Home {
    folder: TempDir,
    variables: Vec<(&'static str, String)>,
}

impl Home {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        // Compiled code is the same for all of them.
        let compiled = Path::new(env!("CARGO_TARGET_TMPDIR")).join("compiled");
        secure_fs::create_within(&compiled).unwrap();
        secure_fs::create_within(&folder.path().join("state")).unwrap();
        std::os::unix::fs::symlink(compiled, folder.path().join("state/compiled")).unwrap();
        Home { folder, variables: Vec::new() }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The vault that the binary uses.
    pub fn vault(&self) -> Vault {
        let key = KeySource::Given(Secret::new(VAULT_KEY));
        Vault::open(&self.path("state/vault"), &key).unwrap()
    }

    /// Sets a variable for all runs.
    pub fn set(&mut self, name: &'static str, value: impl Into<String>) {
        self.variables.push((name, value.into()));
    }

    /// Takes a variable back.
    pub fn unset(&mut self, name: &str) {
        self.variables.retain(|(known, _)| *known != name);
    }

    /// The binary, not yet run.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_connector"));
        command
            .args(args)
            .current_dir(self.folder.path())
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("CONNECTOR_COMPONENT", &*COMPONENT)
            .env("CONNECTOR_STATE", self.path("state"))
            .env("CONNECTOR_VAULT_KEY", VAULT_KEY)
            .envs(self.variables.iter().cloned())
            .stdin(Stdio::null());
        command
    }

    pub fn run(&self, args: &[&str]) -> Ran {
        self.command(args).output().expect("the binary runs").into()
    }

    pub fn run_with_stdin(&self, args: &[&str], stdin: &str) -> Ran {
        let mut command = self.command(args);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the binary runs");
        child.stdin.take().unwrap().write_all(stdin.as_bytes()).unwrap();
        child.wait_with_output().unwrap().into()
    }
}

/// An emulator in this process, which the binary reaches over its routes.
pub struct Service {
    pub runtime: Runtime,
    pub emulator: Emulator,
    pub control: Control,
}

impl Service {
    pub fn start() -> Self {
        Service::with(Options::default())
    }

    pub fn with(options: Options) -> Self {
        let runtime = Runtime::new().unwrap();
        let emulator = runtime.block_on(Emulator::start(options)).unwrap();
        let control = emulator.control();
        // No person looks at its page here.
        control.set_consent(Consent::Allow);
        Service { runtime, emulator, control }
    }

    /// A home whose requests come here, without a credential.
    pub fn guest(&self) -> Home {
        let mut home = Home::new();
        let routes = self.emulator.places().map(|(origin, place)| format!("{origin}={place}"));
        home.set("CONNECTOR_ROUTES", routes.join(","));
        home
    }

    /// The same with a token of the seeded account.
    pub fn home(&self) -> Home {
        let mut home = self.guest();
        home.set("CONNECTOR_TOKEN", self.emulator.access_token());
        home
    }

    /// Puts a Pin on a board as another client would. Gives its id.
    pub fn add_pin(&self, board: &str) -> String {
        let pin = OutsidePin { board_id: board.to_owned(), ..OutsidePin::default() };
        self.control.add_pin(pin).unwrap()
    }

    /// How many requests have come.
    pub fn requests(&self) -> u64 {
        self.control.counts().values().sum()
    }
}

/// A board to which Pins come.
pub struct Watched {
    pub service: Service,
    pub home: Home,
    pub board: String,
}

impl Watched {
    pub fn open() -> Self {
        let service = Service::start();
        let board = service.control.board_id("Autumn table").unwrap();
        Watched { home: service.home(), service, board }
    }

    /// The id of the event that a new Pin is.
    pub fn add(&self) -> String {
        format!("{}/{}", self.board, self.service.add_pin(&self.board))
    }
}

/// The ids of objects.
pub fn ids(values: &[Value]) -> Vec<&str> {
    values.iter().map(|value| value["id"].as_str().expect("an id")).collect()
}

/// A program that is stopped when the test ends.
pub struct Running(pub Child);

impl Running {
    /// As `kill -9` does: it has no time for anything.
    pub fn kill(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        self.0.wait().unwrap();
    }

    /// Asks it to end.
    pub fn signal(&self, name: &str) {
        let sent = Command::new("kill").arg(name).arg(self.0.id().to_string()).status();
        assert!(sent.unwrap().success());
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Waits for something that is going to happen.
pub fn wait_until(what: &str, mut happened: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !happened() {
        assert!(begun.elapsed() < Duration::from_secs(120), "{what} does not happen");
        std::thread::sleep(Duration::from_millis(10));
    }
}
