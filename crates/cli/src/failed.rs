//! What SQL fails with.

use connector_records as records;

use crate::error::Error;

/// What the connector says is said as everywhere; the rest is about the statement.
pub fn failed(error: connector_sql::Error) -> Error {
    use connector_sql::Error as Sql;
    match error {
        Sql::External(inner) => match inner.downcast::<records::Error>() {
            Ok(error) => (*error).into(),
            Err(inner) => match inner.downcast::<connector_host::Error>() {
                Ok(error) => (*error).into(),
                Err(inner) if inner.is::<connector_sql::ReadsOnly>() => {
                    Error::Usage(inner.to_string())
                }
                Err(inner) => Error::Unexpected(inner.to_string()),
            },
        },
        Sql::Context(_, inner) => failed(*inner),
        Sql::Diagnostic(_, inner) => failed(*inner),
        Sql::Collection(mut all) if !all.is_empty() => failed(all.swap_remove(0)),
        Sql::Execution(message) => Error::Partly(message),
        Sql::Plan(message) => Error::Usage(message),
        Sql::SQL(error, _) => Error::Usage(error.to_string()),
        Sql::SchemaError(error, _) => Error::Usage(error.to_string()),
        Sql::NotImplemented(message) => Error::Usage(message),
        other => Error::Unexpected(other.to_string()),
    }
}
