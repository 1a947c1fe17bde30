//! Failures as DataFusion carries them.

use std::error::Error;
use std::fmt;

use datafusion::error::DataFusionError;

/// A failure of the connector or of its records, with its words as they are.
pub(crate) fn external(error: impl Error + Send + Sync + 'static) -> DataFusionError {
    DataFusionError::External(Box::new(error))
}

/// What a statement asks for that cannot be, said before anything is sent.
pub(crate) fn plan(message: impl Into<String>) -> DataFusionError {
    DataFusionError::Plan(message.into())
}

/// What went wrong on the way.
pub(crate) fn execution(message: impl Into<String>) -> DataFusionError {
    DataFusionError::Execution(message.into())
}

/// A statement that would change something, in a session that only reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadsOnly(String);

impl fmt::Display for ReadsOnly {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for ReadsOnly {}

/// Such a statement; the message says which.
pub(crate) fn only_reads(message: impl Into<String>) -> DataFusionError {
    external(ReadsOnly(message.into()))
}

/// Whether a statement failed because its session only reads.
pub fn reads_only(error: &DataFusionError) -> bool {
    matches!(error.find_root(), DataFusionError::External(inner) if inner.is::<ReadsOnly>())
}
