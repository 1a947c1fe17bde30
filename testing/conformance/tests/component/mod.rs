//! The components of this repository, built beforehand.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use connector_host::{Connector, Engine, EngineOptions};

static ENGINE: LazyLock<Engine> = LazyLock::new(|| {
    // Other processes of a test do not compile it again.
    let cache = Some(Path::new(env!("CARGO_TARGET_TMPDIR")).join("compiled"));
    Engine::new(EngineOptions { cache, ..EngineOptions::default() }).expect("the engine starts")
});
static CONNECTOR: LazyLock<Connector> = LazyLock::new(|| load(&bytes()));

/// The connector of this workspace, compiled once for each test binary.
pub fn connector() -> Connector {
    CONNECTOR.clone()
}

/// The file that `CONNECTOR_COMPONENT` names, or else the one in the target folder.
pub fn bytes() -> Vec<u8> {
    let path = std::env::var_os("CONNECTOR_COMPONENT").map(PathBuf::from);
    read(&path.unwrap_or_else(|| in_target("pinterest_connector")))
}

/// Another component from the target folder, by its file's name.
#[allow(dead_code, reason = "not every test binary wants one")]
pub fn built(name: &str) -> Connector {
    load(&read(&in_target(name)))
}

fn load(bytes: &[u8]) -> Connector {
    Connector::from_bytes(&ENGINE, bytes).expect("the component loads")
}

fn read(path: &Path) -> Vec<u8> {
    std::fs::read(path).unwrap_or_else(|error| {
        panic!("no component at {} ({error}): run `make component examples`", path.display())
    })
}

fn in_target(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("wasm32-unknown-unknown");
    folder.join("release").join(name).with_extension("wasm")
}
