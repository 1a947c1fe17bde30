//! The connector of this workspace as a component, built beforehand.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use connector_host::{Connector, Engine, EngineOptions};

static CONNECTOR: LazyLock<Connector> = LazyLock::new(|| {
    let engine = Engine::new(EngineOptions::default()).expect("the engine starts");
    Connector::from_bytes(&engine, &bytes()).expect("the component loads")
});

/// Compiled once for each test binary.
pub fn connector() -> Connector {
    CONNECTOR.clone()
}

/// The file that `CONNECTOR_COMPONENT` names, or else the one in the target folder.
pub fn bytes() -> Vec<u8> {
    let path = std::env::var_os("CONNECTOR_COMPONENT").map_or_else(built, PathBuf::from);
    std::fs::read(&path).unwrap_or_else(|error| {
        panic!("no component at {} ({error}): run `make component`", path.display())
    })
}

fn built() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR"))
        .with_file_name("wasm32-unknown-unknown")
        .join("release/pinterest_connector.wasm")
}
