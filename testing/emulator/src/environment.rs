//! Pinterest's two environments.

/// Which of Pinterest's two environments a listener plays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Environment {
    /// api.pinterest.com, and www.pinterest.com for `/oauth/`.
    Production,
    /// api-sandbox.pinterest.com: its own tokens and data, and fewer operations.
    Sandbox,
}

impl Environment {
    /// Below the first id that is given out: 18 digits, in another range for each environment.
    pub(crate) fn first_id(self) -> u64 {
        match self {
            Environment::Production => 813_744_226_420_000_000,
            Environment::Sandbox => 602_118_937_150_000_000,
        }
    }

    /// The origin of the addresses that this environment gives out for files. It stands
    /// for [`STORAGE_PATH`] on the emulator's own origin: see [`crate::Emulator::places`].
    pub fn storage(self) -> &'static str {
        match self {
            Environment::Production => "https://pinterest-media-upload.s3-accelerate.amazonaws.com",
            Environment::Sandbox => "https://sandbox-media-upload.s3-accelerate.amazonaws.com",
        }
    }
}

/// Where the storage is on each of the emulator's origins.
pub const STORAGE_PATH: &str = "/emulator/storage";
