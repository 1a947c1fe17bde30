//! Schemas without references to `$defs` of the manifest.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt;

use crate::node::Node;
use crate::{Json, Manifest, dialect, places};

/// How a reference to a schema of `$defs` begins.
pub(crate) const DEFS: &str = "#/$defs/";

/// As deep schemas of `$defs` may be within each other.
const DEEP: usize = 60;

/// As many bytes of `$defs` one schema may take in.
const BYTES: usize = 16 << 20;

/// Why a schema has no form without references.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum InlineError {
    /// What refers to the schema of this name does so more than 60 schemas deep; perhaps it refers
    /// to itself.
    Deep(String),
    /// With the schema of this name in it a schema is longer than 16 MiB.
    Long(String),
}

impl fmt::Display for InlineError {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        match self {
            InlineError::Deep(name) => write!(
                formatter,
                "`$defs.{name}` is referred to more than {DEEP} schemas deep; perhaps by itself"
            ),
            InlineError::Long(name) => write!(
                formatter,
                "with `$defs.{name}` in it a schema is longer than {} MiB; read the manifest as it is",
                BYTES >> 20
            ),
        }
    }
}

impl Error for InlineError {}

impl Manifest {
    /// The same manifest with self-contained schemas: what they refer to in `$defs` is in them. Those
    /// with references of their own stay as they are.
    pub fn inlined(&self) -> Result<Manifest, InlineError> {
        let mut manifest = self.clone();
        let defs = std::mem::take(&mut manifest.defs);
        let dialect = manifest.json_schema_dialect.take();
        for schema in manifest.schemas_mut() {
            *schema.json = inlined(schema.json, &defs, dialect.as_deref())?;
        }
        Ok(manifest)
    }

    /// A schema of this manifest, such as the input of an action, with all that it refers to in
    /// `$defs`.
    ///
    /// ```
    /// # fn example(manifest: connector_manifest::Manifest) -> Result<(), Box<dyn std::error::Error>> {
    /// for described in &manifest.actions {
    ///     let input = manifest.schema(&described.input)?.value();
    ///     println!("{}: {}", described.action.id, input["properties"]);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn schema(&self, schema: &impl AsRef<Json>) -> Result<Json, InlineError> {
        inlined(schema.as_ref(), &self.defs, self.json_schema_dialect.as_deref())
    }
}

fn inlined(
    schema: &Json,
    defs: &BTreeMap<String, Json>,
    dialect: Option<&str>,
) -> Result<Json, InlineError> {
    let mut root = schema.node();
    // With `$defs` of its own, what it refers to is among them.
    if root.get("$defs").is_none() {
        root = Inliner { defs, left: BYTES }.inline(&root, 0)?;
    }
    dialect::say(&mut root, dialect);
    Ok(Json::new(&root))
}

struct Inliner<'a> {
    defs: &'a BTreeMap<String, Json>,
    left: usize,
}

impl Inliner<'_> {
    /// The members of what a schema refers to stand where its `$ref` was; where both have a member,
    /// its own counts. `deep` is how many schemas of `$defs` are around it.
    fn inline(&mut self, schema: &Node, deep: usize) -> Result<Node, InlineError> {
        let Node::Object(_) = schema else { return Ok(schema.clone()) };
        let mut members = Vec::new();
        for (keyword, value) in schema.members() {
            let target = (keyword == "$ref").then(|| value.text()).flatten();
            let name = target.as_deref().and_then(|target| target.strip_prefix(DEFS));
            let Some((name, target)) = name.and_then(|name| Some((name, self.defs.get(name)?)))
            else {
                let changed =
                    places::change(value, keyword, &mut |it: &Node| self.inline(it, deep))?;
                members.push((keyword.clone(), changed));
                continue;
            };
            if deep == DEEP {
                return Err(InlineError::Deep(name.to_owned()));
            }
            let left = self.left.checked_sub(target.get().len());
            self.left = left.ok_or_else(|| InlineError::Long(name.to_owned()))?;
            let Node::Object(target) = self.inline(&target.node(), deep + 1)? else { continue };
            members.extend(target.into_iter().filter(|(name, _)| schema.get(name).is_none()));
        }
        Ok(Node::Object(members))
    }
}
