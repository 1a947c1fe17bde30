//! Which JSON Schema the schemas of a manifest are written in.

use crate::node::{Node, quoted};
use crate::{Json, Manifest};

impl Manifest {
    /// Says the `$schema` that ends all schemas once. Where they differ, nothing changes.
    pub(crate) fn take_dialect(&mut self) {
        let mut schemas = self.schemas_mut();
        let mut nodes: Vec<_> = schemas.iter().map(|schema| schema.json.node()).collect();
        let Some(Some(dialect)) = nodes.first().map(last) else { return };
        if !nodes.iter().all(|node| last(node).as_ref() == Some(&dialect)) {
            return;
        }
        for (schema, node) in schemas.iter_mut().zip(&mut nodes) {
            if let Node::Object(members) = node {
                members.pop();
            }
            *schema.json = Json::new(node);
        }
        self.json_schema_dialect = Some(dialect);
    }
}

/// The `$schema` that ends a schema. None when something stands behind it, or it is there twice.
fn last(schema: &Node) -> Option<String> {
    let (rest, dialect) = match schema.members() {
        [rest @ .., (name, dialect)] if name == "$schema" => (rest, dialect.text()?),
        _ => return None,
    };
    let canonical = schema.get("$schema")?.compact() == quoted(&dialect);
    (canonical && rest.iter().all(|(name, _)| name != "$schema")).then_some(dialect)
}

/// Ends a schema that does not say it with its `$schema`.
pub(crate) fn say(schema: &mut Node, dialect: Option<&str>) {
    if let (Node::Object(members), Some(dialect)) = (schema, dialect)
        && members.iter().all(|(name, _)| name != "$schema")
    {
        members.push(("$schema".to_owned(), Node::Leaf(quoted(dialect))));
    }
}
