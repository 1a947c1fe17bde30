//! Why a worker has no connection of a name.

use crate::failure::Failure;
use crate::ingress::IngressError;

/// Why there is no such connection here.
#[derive(Debug)]
pub enum NoConnection {
    /// There may be later, or at another worker.
    Yet(String),
    /// There is none.
    Ever(Failure),
}

impl From<IngressError> for NoConnection {
    fn from(error: IngressError) -> Self {
        NoConnection::Yet(error.to_string())
    }
}
