//! The emulator in the place of the service: what stands for what. Besides the demo the only part
//! of this program that knows a service by name.

use std::io;

use connector_emulator::{Emulator, Options};
use connector_host::Secret;

/// The file name of the component that is loaded when none is named.
pub const COMPONENT: &str = "pinterest_connector.wasm";

/// The credential that the emulator has a value for.
pub const CREDENTIAL: &str = "access-token";

/// A running emulator, and the ways to it. It stops when this is dropped.
pub struct Emulated(pub Emulator);

impl Emulated {
    /// Starts one on loopback; port 0 takes a free one.
    pub async fn start(port: u16) -> io::Result<Self> {
        let options = Options { port, ..Options::default() };
        Emulator::start(options).await.map(Emulated)
    }

    /// A token of the seeded account in one environment.
    pub fn token(&self, environment: &str) -> Secret {
        Secret::new(match environment {
            "sandbox" => self.0.sandbox_access_token(),
            _ => self.0.access_token(),
        })
    }

    /// What that token reaches.
    pub fn scopes(&self) -> Vec<String> {
        connector_emulator::SCOPES.map(str::to_owned).into()
    }
}
