//! The tools for the actions that are not listed as tools: they find them, tell how they are called, and
//! call them.

use rmcp::model::{JsonObject, Tool, ToolAnnotations};
use serde_json::{Value, json};

use crate::arguments::{Invalid, number};
use crate::confirm::CONFIRM;
use crate::schema::LIMIT;

/// Finds actions by words.
pub const FIND: &str = "find_tools";
/// Tells how an action is called.
pub const DESCRIBE: &str = "describe_tool";
/// Calls an action that changes nothing.
pub const READ: &str = "read_tool";
/// Calls any action.
pub const CALL: &str = "call_tool";

/// Tells ids by names.
pub const IDS: &str = "find_ids";
/// Shows pictures.
pub const SHOW: &str = "show_pictures";

/// Pictures in an answer, unless the argument says otherwise, and at most.
pub const PICTURES: u64 = 4;
pub const PICTURES_MOST: u64 = 10;

/// Matches in an answer, unless the argument says otherwise.
pub const MATCHES: u64 = 4;
/// Matches that can be asked for.
pub const MOST: u64 = 25;
/// Ids in an answer, unless the argument says otherwise, and at most.
pub const IDS_SHOWN: u64 = 20;
pub const IDS_MOST: u64 = 100;

/// All of them, as clients see them, for a service of this name.
pub fn tools(service: &str) -> Vec<Tool> {
    let find = json!({
        "type": "object",
        "properties": {
            "query": {"type": "string", "minLength": 1, "description":
                "What is to be done, in a few words, or a tool's name."},
            "limit": {"type": "integer", "minimum": 1, "maximum": MOST, "default": MATCHES},
        },
        "required": ["query"],
        "additionalProperties": false,
    });
    let describe = json!({
        "type": "object",
        "properties": {
            "name": {"type": "string", "description": "The tool's name."},
            "path": {"type": "string", "description":
                "A field of its input, such as `body[].status`, to see all of it."},
        },
        "required": ["name"],
        "additionalProperties": false,
    });
    let read = json!({
        "type": "object",
        "properties": {
            "name": {"type": "string", "description": "The tool's name."},
            "arguments": {"type": "object"},
        },
        "required": ["name"],
        "additionalProperties": false,
    });
    let ids = json!({
        "type": "object",
        "properties": {
            "field": {"type": "string", "description": "The field that wants an id, such as `list_id`."},
            "query": {"type": "string", "description": "A part of the name."},
            "tool": {"type": "string", "description": "Whose field it is; any tool's if left out."},
            "arguments": {"type": "object", "description": "Fields that narrow it, such as the account's id."},
            "limit": {"type": "integer", "minimum": 1, "maximum": IDS_MOST, "default": IDS_SHOWN},
        },
        "required": ["field"],
        "additionalProperties": false,
    });
    let mut call = read.clone();
    call["properties"][CONFIRM] = json!({"type": "string", "description":
        "The token that a preview gave, once the person said yes."});
    let local = || ToolAnnotations::new().read_only(true).open_world(false);
    vec![
        Tool::new(
            FIND,
            format!(
                "Finds what {service} can do that is not listed as a tool, best match first, and says \
                 what it does not offer. What `does` `reads` is called by {READ}, the rest by {CALL}."
            ),
            object(find),
        )
        .with_title("Find tools")
        .with_annotations(local()),
        Tool::new(
            DESCRIBE,
            format!("Tells all fields of a {service} tool, or all options of one field."),
            object(describe),
        )
        .with_title("Describe a tool")
        .with_annotations(local()),
        Tool::new(
            IDS,
            format!(
                "Finds the ids that fields of {service} tools want, by names. Tools also take the exact \
                 name, or a pasted address, in place of an id."
            ),
            object(ids),
        )
        .with_title("Find ids")
        .with_annotations(ToolAnnotations::new().read_only(true).open_world(true)),
        Tool::new(
            READ,
            format!("Calls a {service} tool that only reads, by its name from {FIND}."),
            object(read),
        )
        .with_title("Read")
        .with_annotations(ToolAnnotations::new().read_only(true).open_world(true)),
        Tool::new(
            CALL,
            format!(
                "Calls any {service} tool by its name from {FIND}. What deletes or spends money \
                 answers with a preview and is done when it is called again with its token."
            ),
            object(call),
        )
        .with_title("Call a tool")
        .with_annotations(
            ToolAnnotations::new().read_only(false).destructive(true).open_world(true),
        ),
    ]
}

/// The tool that shows the pictures of what others answer with.
pub fn show(service: &str) -> Tool {
    let show = json!({
        "type": "object",
        "properties": {
            "name": {"type": "string", "description": "The tool that reads what is to be seen."},
            "arguments": {"type": "object"},
            LIMIT: {"type": "integer", "minimum": 1, "maximum": PICTURES_MOST, "default": PICTURES},
        },
        "required": ["name"],
        "additionalProperties": false,
    });
    Tool::new(
        SHOW,
        format!(
            "Calls a {service} tool that only reads, and shows you the pictures of what it answers \
             with, to look at or to choose from."
        ),
        object(show),
    )
    .with_title("Show pictures")
    .with_annotations(ToolAnnotations::new().read_only(true).open_world(true))
}

/// What [`FIND`] is to look for, and how many it is to show.
pub fn wanted(arguments: &JsonObject) -> Result<(&str, usize), Invalid> {
    Ok((text(arguments, "query")?, number(arguments, "limit", MATCHES, 1..=MOST)?))
}

/// What [`DESCRIBE`] is to tell of, and which part.
pub fn described(arguments: &JsonObject) -> Result<(&str, Option<&str>), Invalid> {
    let path = arguments.get("path").and_then(Value::as_str).filter(|path| !path.is_empty());
    Ok((text(arguments, "name")?, path))
}

/// What [`IDS`] is to look for.
pub struct Wanted {
    pub field: String,
    pub query: Option<String>,
    pub tool: Option<String>,
    pub arguments: JsonObject,
    pub limit: usize,
}

/// See [`Wanted`].
pub fn ids(arguments: &JsonObject) -> Result<Wanted, Invalid> {
    let optional = |name: &str| {
        arguments
            .get(name)
            .and_then(Value::as_str)
            .filter(|text| !text.is_empty())
            .map(str::to_owned)
    };
    let inner = arguments.get("arguments").and_then(Value::as_object);
    Ok(Wanted {
        field: text(arguments, "field")?.to_owned(),
        query: optional("query"),
        tool: optional("tool"),
        arguments: inner.cloned().unwrap_or_default(),
        limit: number(arguments, "limit", IDS_SHOWN, 1..=IDS_MOST)?,
    })
}

/// What [`CALL`] or [`READ`] is to call, and with which arguments.
pub fn called(mut arguments: JsonObject) -> Result<(String, JsonObject), Invalid> {
    let Some(Value::String(name)) = arguments.remove("name") else {
        return Err(Invalid::new("name", "must be a text"));
    };
    let mut inner = match arguments.remove("arguments") {
        None | Some(Value::Null) => JsonObject::new(),
        Some(Value::Object(inner)) => inner,
        // Some models write the object as a text.
        Some(Value::String(text)) => serde_json::from_str(&text)
            .map_err(|_| Invalid::new("arguments", "must be an object"))?,
        Some(_) => return Err(Invalid::new("arguments", "must be an object")),
    };
    if let Some(most) = arguments.remove(LIMIT) {
        inner.insert(LIMIT.to_owned(), most);
    }
    inner.extend(arguments.remove(CONFIRM).map(|token| (CONFIRM.to_owned(), token)));
    Ok((name, inner))
}

fn text<'a>(arguments: &'a JsonObject, name: &'static str) -> Result<&'a str, Invalid> {
    let text = arguments.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    text.ok_or_else(|| Invalid::new(name, "must be a text"))
}

fn object(value: Value) -> JsonObject {
    match value {
        Value::Object(object) => object,
        _ => JsonObject::new(),
    }
}
