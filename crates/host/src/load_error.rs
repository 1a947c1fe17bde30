//! Why a component cannot be loaded.

use std::path::PathBuf;

use crate::contract::VERSION;
use crate::error::Error;

/// Why bytes are not a connector that this host can run.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoadError {
    /// Nothing can be loaded.
    #[error("cannot start the engine: {0}")]
    Engine(String),
    /// The file cannot be read.
    #[error("cannot read {path}: {source}", path = path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// The bytes are something else, or the component is invalid.
    #[error("not a WebAssembly component: {0}")]
    NotAComponent(String),
    /// A connector imports nothing but `diagnostics`; this one names what it wants.
    #[error("a connector imports nothing, and this one imports {}", .0.join(", "))]
    Imports(Vec<String>),
    /// A component that does not export the world; the text names what is missing.
    #[error("not a connector of version {VERSION} of the contract: {0}")]
    NotAConnector(String),
    /// It speaks another version of the contract.
    #[error(
        "the connector speaks version {0} of the contract, and this host version {VERSION}: build it \
         anew with the contract of that version, or take a host of the connector's"
    )]
    OtherVersion(String),
    /// It is of no use without extensions of the contract that this host does not have.
    #[error(
        "the connector requires what this host does not have: {}; take a host that has it",
        .0.join(", ")
    )]
    Lacking(Vec<String>),
    /// Its description of itself does not hold together.
    #[error("the connector's descriptor is wrong: {0}")]
    Descriptor(String),
    /// It cannot even describe itself.
    #[error("the connector fails while it is being loaded: {0}")]
    Guest(#[from] Error),
}
