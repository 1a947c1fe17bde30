//! Failures as DataFusion carries them.

use std::error::Error;

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
