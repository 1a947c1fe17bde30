//! Modules beside each other do not import each other in a circle: what stands at the beginning
//! can then be read, changed and moved without the rest. A parent and its children may refer to
//! each other, and what only tests refer to does not count.

mod graph;
mod modules;
mod read;
mod references;
mod resolve;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::direction::Workspace;
use super::fault::Fault;
use super::tree::Tree;
use graph::Graph;
use modules::{Crate, Reference};
pub use references::{defined, imported};

/// A program, a library or a build script.
pub struct Root {
    pub name: String,
    /// Its first file.
    pub file: String,
}

/// Modules of one parent that reach each other.
pub struct Circle {
    pub root: String,
    /// The parent from the crate's root on, empty for that itself.
    pub parent: String,
    pub members: BTreeSet<String>,
    /// The shortest way around, each with its arrow to the next.
    pub shortest: Vec<Arrow>,
    /// Every arrow between members.
    pub arrows: Vec<Arrow>,
}

#[derive(Clone)]
pub struct Arrow {
    pub from: String,
    pub to: String,
    pub by: Reference,
    /// How many references there are like this one.
    pub count: usize,
}

/// What of a workspace can have circles.
pub fn roots(workspace: &Workspace) -> Vec<Root> {
    let mut roots = Vec::new();
    for package in &workspace.packages {
        for target in &package.targets {
            let kinds = ["lib", "rlib", "cdylib", "bin", "custom-build"];
            if target.kind.iter().any(|kind| kinds.contains(&kind.as_str())) {
                let name = match target.name == package.name.replace('-', "_")
                    || target.name == package.name
                {
                    true => package.name.clone(),
                    false => format!("{} ({})", package.name, target.name),
                };
                roots.push(Root { name, file: workspace.relative(&target.src_path) });
            }
        }
    }
    roots
}

/// Fails for a file that is not Rust.
pub fn find(tree: &Tree, roots: &[Root]) -> syn::Result<Vec<Circle>> {
    let mut circles = Vec::new();
    for root in roots {
        let parsed = Crate::read(tree, &root.file)?;
        for (parent, arrows) in siblings(&parsed) {
            let graph = Graph::new(arrows.keys().map(|(from, to)| (from.as_str(), to.as_str())));
            for members in graph.circles() {
                let arrow = |from: &str, to: &str| {
                    let (by, count) = arrows[&(from.to_owned(), to.to_owned())].clone();
                    Arrow { from: from.to_owned(), to: to.to_owned(), by, count }
                };
                let way = graph.shortest(&members);
                let next = way.iter().cycle().skip(1);
                circles.push(Circle {
                    root: root.name.clone(),
                    parent: parent.join("::"),
                    shortest: way.iter().zip(next).map(|(from, to)| arrow(from, to)).collect(),
                    arrows: arrows
                        .keys()
                        .filter(|(from, to)| {
                            members.contains(from.as_str()) && members.contains(to.as_str())
                        })
                        .map(|(from, to)| arrow(from, to))
                        .collect(),
                    members: members.into_iter().map(str::to_owned).collect(),
                });
            }
        }
    }
    Ok(circles)
}

type Arrows = BTreeMap<(String, String), (Reference, usize)>;

/// For each parent, what its children refer to of each other.
fn siblings(parsed: &Crate) -> BTreeMap<Vec<String>, Arrows> {
    let mut parents: BTreeMap<Vec<String>, Arrows> = BTreeMap::new();
    for (from, module) in &parsed.modules {
        for reference in &module.references {
            let Some(to) = parsed.resolve(from, &reference.path) else { continue };
            let common = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
            if let (Some(a), Some(b)) = (from.get(common), to.get(common)) {
                let arrows = parents.entry(from[..common].to_vec()).or_default();
                arrows
                    .entry((a.clone(), b.clone()))
                    .and_modify(|(_, count)| *count += 1)
                    .or_insert_with(|| (reference.clone(), 1));
            }
        }
    }
    parents
}

impl Circle {
    pub fn fault(&self) -> Fault {
        let way: Vec<_> = self.shortest.iter().map(|arrow| arrow.from.as_str()).collect();
        let mut what =
            format!("modules of {} go in a circle: {} → {}", self.place(), way.join(" → "), way[0]);
        let arrows: Vec<_> = self.shortest.iter().map(ToString::to_string).collect();
        let _ = write!(what, " ({})", arrows.join("; "));
        let more: Vec<_> = self
            .members
            .iter()
            .map(String::as_str)
            .filter(|member| !way.contains(member))
            .collect();
        if !more.is_empty() {
            let _ = write!(what, ", and tied to it are {}", more.join(", "));
        }
        what.push_str(": move what both need into a module of its own, or pass it in");
        let first = &self.shortest[0].by;
        Fault::new(&first.file, first.line, what)
    }

    pub fn place(&self) -> String {
        match self.parent.as_str() {
            "" => format!("`{}`", self.root),
            parent => format!("`{parent}` in `{}`", self.root),
        }
    }
}

impl std::fmt::Display for Arrow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Reference { file, line, path, .. } = &self.by;
        write!(f, "{} → {} by `{}` at {file}:{line}", self.from, self.to, path.join("::"))
    }
}
