//! Each check with a small invented tree.

mod circles;
mod contents;
mod direction;
mod documents;
mod files;
mod general;

use super::fault::Fault;

/// The faults as they are printed.
fn lines(faults: &[Fault]) -> Vec<String> {
    faults.iter().map(ToString::to_string).collect()
}
