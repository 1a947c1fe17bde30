//! Errors about options of which there are many: those that come closest to what was given, and where all
//! of them are.

use rmcp::model::JsonObject;
use serde_json::Value;

use crate::outline::{Measure, outline, plain};

/// Options that an error may list; of more, the closest.
const FEW: usize = 12;
const CLOSEST: usize = 5;

/// Says so in an error about these arguments.
pub fn tell(error: &mut Value, input: &str, arguments: &JsonObject) {
    let Some(Value::Array(fields)) = error.get_mut("fields") else { return };
    let schema: Value = serde_json::from_str(input).unwrap_or_default();
    let given = Value::Object(arguments.clone());
    for field in fields {
        let path = field["path"].as_str().unwrap_or_default();
        if let Some(message) = closest(&schema, path, &given) {
            field["message"] = message.into();
        }
    }
}

fn closest(schema: &Value, path: &str, given: &Value) -> Option<String> {
    let (place, pointer) = (place(path), pointer(path));
    let shown = outline(schema, Some(&place), Measure { bytes: usize::MAX, brief: false })?;
    let said = given.pointer(&pointer)?.as_str()?;
    let options: Vec<String> = shown["enum"].as_array()?.iter().map(plain).collect();
    if options.len() <= FEW || options.iter().any(|option| option == said) {
        return None;
    }
    let mut ranked: Vec<&String> = options.iter().collect();
    let said = said.to_lowercase();
    let likeness = |option: &str| {
        let option = option.to_lowercase();
        let begins = if option.starts_with(&said) { 1.0 } else { 0.0 };
        begins + strsim::jaro_winkler(&option, &said)
    };
    ranked.sort_by(|one, other| likeness(other).total_cmp(&likeness(one)));
    let told: Vec<&str> = ranked.iter().take(CLOSEST).map(|option| option.as_str()).collect();
    Some(format!(
        "must be one of {} options; the closest are {}; describe_tool with the path `{place}` lists all",
        options.len(),
        told.join(", ")
    ))
}

/// The same in the schema: `body[0].kind` is at `body[].kind`.
fn place(path: &str) -> String {
    let steps = path.split('[').map(|step| step.split_once(']').map_or(step, |(_, rest)| rest));
    steps.collect::<Vec<_>>().join("[]")
}

/// The same as a JSON pointer.
fn pointer(path: &str) -> String {
    let steps = path.split(['.', '[']).map(|step| step.trim_end_matches(']'));
    steps.map(|step| format!("/{}", step.replace('~', "~0").replace('/', "~1"))).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn of_many_options_the_closest_are_told() {
        let names: Vec<String> = (0..40).map(|number| format!("COUNT_{number}")).collect();
        let options: Vec<&str> =
            names.iter().map(String::as_str).chain(["SPEND_IN_DOLLAR"]).collect();
        let input = json!({"properties": {"rows": {"type": "array", "items": {
            "properties": {"column": {"enum": options}, "kind": {"enum": ["A", "B"]}}}}}});
        let given = json!({"rows": [{"column": "COUNT_1"}, {"column": "spend", "kind": "C"}]});
        let field = |path: &str| json!({"path": path, "message": "must be one of many"});
        let mut error =
            json!({"fields": [field("rows[1].column"), field("rows[1].kind"), field("x")]});
        tell(&mut error, &input.to_string(), given.as_object().unwrap());
        let message = error["fields"][0]["message"].as_str().unwrap();
        assert!(
            message.starts_with("must be one of 41 options; the closest are SPEND_IN_DOLLAR, ")
        );
        assert!(message.ends_with("the path `rows[].column` lists all"), "{message}");
        assert_eq!(error["fields"][1], field("rows[1].kind"));
        assert_eq!(error["fields"][2], field("x"));
    }
}
