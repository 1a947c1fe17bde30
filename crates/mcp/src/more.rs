//! Tools that whoever makes the server brings, beside those for actions: they only read.

use std::fmt::Debug;

use async_trait::async_trait;
use rmcp::model::{CallToolResult, JsonObject, Tool, ToolAnnotations};
use serde_json::Value;

use crate::answer;

/// Tools beside those for actions.
#[async_trait]
pub trait More: Debug + Send + Sync {
    /// All of them. None may change anything.
    fn tools(&self) -> Vec<MoreTool>;

    /// Calls one of them for a connection, by its name. The answer is an object; an error is one, too, with `kind`,
    /// `message` and perhaps `advice`.
    async fn call(
        &self,
        connection: &str,
        tool: &str,
        arguments: JsonObject,
    ) -> Result<Value, Value>;
}

/// A tool, as clients see it.
#[derive(Clone, Debug)]
pub struct MoreTool {
    /// Unlike those of all other tools.
    pub name: &'static str,
    /// For people.
    pub title: &'static str,
    /// What it does, for models.
    pub description: String,
    /// The JSON Schema of its arguments, an object.
    pub input: JsonObject,
}

impl MoreTool {
    pub(crate) fn listed(self) -> Tool {
        let hints = ToolAnnotations::new().read_only(true).open_world(true);
        let tool = Tool::new(self.name, self.description, self.input);
        tool.with_title(self.title).with_annotations(hints)
    }
}

/// What a client gets.
pub(crate) fn answered(answer: Result<Value, Value>) -> CallToolResult {
    match answer {
        Ok(value) => CallToolResult::structured(value),
        Err(error) => answer::refusal(error),
    }
}
