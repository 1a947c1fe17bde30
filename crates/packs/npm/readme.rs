//! `README.md` of a package, from what the connector says about itself.

use serde_json::Value;

use crate::typed::{constant, example, fill, pascal, remark};
use crate::values::list;

pub fn readme(name: &str, manifest: &Value, node: &str) -> String {
    let variable = variable(manifest["connector"]["id"].as_str().unwrap_or_default());
    let values = [
        ("PACKAGE", name.to_owned()),
        ("CREDENTIALS", list(&manifest["connector"]["credentials"]).map(credential).collect()),
        ("EXAMPLES", examples(&variable, manifest)),
        ("VARIABLE", variable),
        ("NODE", node.trim_start_matches(">=").to_owned()),
    ];
    fill(include_str!("template.md"), manifest, &values)
}

fn credential(credential: &Value) -> String {
    let variable =
        format!("process.env.{}", constant(credential["id"].as_str().unwrap_or_default()));
    let value = match credential["source"].get("pair") {
        Some(_) => format!("{{ user: {variable}_USER, password: {variable}_PASSWORD }}"),
        None => variable,
    };
    let remark = remark(credential).map_or(String::new(), |text| format!(" // {text}"));
    format!("    {}: {value},{remark}\n", credential["id"])
}

fn examples(variable: &str, manifest: &Value) -> String {
    let example = example(manifest);
    let single =
        example.single.map(|(id, input)| format!("await {variable}.run({id:?}, {input:#});\n"));
    let list = example.list.map(|id| {
        format!("for await (const item of {variable}.list({id:?})) console.log(item);\n")
    });
    single.into_iter().chain(list).collect()
}

/// `a-b` as `aB`.
fn variable(id: &str) -> String {
    let name = pascal(id);
    name.chars().take(1).flat_map(char::to_lowercase).chain(name.chars().skip(1)).collect()
}
