//! Which module a path leads to. Re-exports are followed: who imports from a parent what a sibling
//! defines depends on the sibling.

use super::modules::{Crate, Path};

/// Imports of imports; more than any crate has, so that those in a circle end.
const DEPTH: usize = 12;

impl Crate {
    /// The module that has what a path in module `from` names, or none when that is of another
    /// crate or a local name.
    pub fn resolve(&self, from: &[String], path: &[String]) -> Option<Path> {
        self.follow(from, path, DEPTH)
    }

    fn follow(&self, from: &[String], path: &[String], depth: usize) -> Option<Path> {
        let depth = depth.checked_sub(1)?;
        match path.first()?.as_str() {
            "crate" => self.walk(Vec::new(), &path[1..], depth),
            "self" => self.walk(from.to_vec(), &path[1..], depth),
            "super" => {
                let ups = path.iter().take_while(|part| *part == "super").count();
                let base = from.get(..from.len().checked_sub(ups)?)?;
                self.walk(base.to_vec(), &path[ups..], depth)
            }
            // A name of this module, or something that is not of this crate.
            _ => self.step(from, path, depth),
        }
    }

    fn walk(&self, at: Path, rest: &[String], depth: usize) -> Option<Path> {
        if rest.is_empty() { Some(at) } else { self.step(&at, rest, depth).or(Some(at)) }
    }

    /// Looks the first name up in a module, and goes on from there.
    fn step(&self, at: &[String], rest: &[String], depth: usize) -> Option<Path> {
        let module = self.modules.get(at)?;
        let name = &rest[0];
        if module.children.contains(name) {
            return self.walk([at, std::slice::from_ref(name)].concat(), &rest[1..], depth);
        }
        if module.items.contains(name) {
            return Some(at.to_vec());
        }
        if let Some(import) = module.imports.get(name) {
            return self.follow(at, &[import.as_slice(), &rest[1..]].concat(), depth);
        }
        module.globs.iter().find_map(|glob| {
            let target = self.follow(at, glob, depth)?;
            if target == at { None } else { self.step(&target, rest, depth.checked_sub(1)?) }
        })
    }
}
