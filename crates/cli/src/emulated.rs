//! The emulator in the place of the service: what stands for what. Besides the demo the only part
//! of this program that knows a service by name.

use std::io;
use std::path::Path;

use connector_emulator::Emulator;
use connector_host::Secret;

pub use connector_emulator::{Consent, Limits, Options};

/// The file name of the component that is loaded when none is named.
pub const COMPONENT: &str = "pinterest_connector.wasm";

/// The credential that the emulator has a value for.
pub const CREDENTIAL: &str = "access-token";

/// A running emulator, and the ways to it. It stops when this is dropped.
pub struct Emulated(pub Emulator);

impl Emulated {
    /// Starts one on loopback. With a folder it goes on with what is kept there, and sees what other
    /// processes do to it.
    pub async fn start(options: Options) -> io::Result<Self> {
        let started = Emulator::start(options).await.map(Emulated);
        started.map_err(|error| match error.kind() {
            io::ErrorKind::InvalidData => {
                let words = format!("{error}; `connector emulator reset` begins anew");
                io::Error::new(error.kind(), words)
            }
            _ => error,
        })
    }

    /// A token of the seeded account in one environment.
    pub fn token(&self, environment: &str) -> Secret {
        Secret::new(match environment {
            "sandbox" => self.0.sandbox_access_token(),
            _ => self.0.access_token(),
        })
    }

    /// The app that it knows, for a server that connects accounts at this address.
    #[cfg(feature = "serve")]
    pub fn app(&self, redirect_uri: &str) -> connector_auth::Client {
        let (id, secret) = self.0.client();
        for control in [self.0.control(), self.0.sandbox_control()] {
            control.register_redirect_uri(redirect_uri);
        }
        connector_auth::Client { id, secret: Secret::new(secret) }
    }

    /// What that token reaches.
    pub fn scopes(&self) -> Vec<String> {
        connector_emulator::SCOPES.map(str::to_owned).into()
    }
}

/// Forgets what is kept in a folder.
pub fn forget(kept: &Path) -> io::Result<()> {
    connector_emulator::forget(kept)
}
