//! No file is longer than a person reads in one go.

use super::fault::Fault;
use super::generated::is_marked;
use super::settings::{Length, is_exempt};
use super::tree::Tree;

pub fn check(tree: &Tree, settings: &Length) -> Vec<Fault> {
    let limit = settings.limit;
    let mut faults = Vec::new();
    for (path, text) in tree.texts() {
        let lines = text.lines().count();
        if lines > limit && !is_marked(tree, path) && !is_exempt(&settings.exempt, path) {
            let what = format!(
                "has {lines} lines, and a file has at most {limit}: split it by what its parts are for"
            );
            faults.push(Fault::new(path, limit + 1, what));
        }
    }
    faults
}
