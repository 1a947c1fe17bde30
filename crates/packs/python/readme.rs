//! `README.md` of the package, from what the connector says about itself.

use serde_json::Value;

use crate::typed::{constant, example, fill, remark};
use crate::values::list;

pub fn readme(package: &str, module: &str, manifest: &Value) -> String {
    let id = manifest["connector"]["id"].as_str().unwrap_or_default();
    let variable = id.replace(|letter: char| !letter.is_ascii_alphanumeric(), "_");
    let values = [
        ("PACKAGE", package.to_owned()),
        ("MODULE", module.to_owned()),
        ("CREDENTIALS", list(&manifest["connector"]["credentials"]).map(credential).collect()),
        ("EXAMPLES", examples(&variable, manifest)),
        ("PANDAS", pandas(&variable, manifest)),
        ("VARIABLE", variable),
    ];
    fill(include_str!("template.md"), manifest, &values)
}

fn credential(credential: &Value) -> String {
    let variable = constant(credential["id"].as_str().unwrap_or_default());
    let value = match credential["source"].get("pair") {
        Some(_) => {
            format!("(os.environ[\"{variable}_USER\"], os.environ[\"{variable}_PASSWORD\"])")
        }
        None => format!("os.environ[\"{variable}\"]"),
    };
    match remark(credential) {
        Some(remark) => format!("        # {}: {value},  # {remark}\n", credential["id"]),
        None => format!("        {}: {value},\n", credential["id"]),
    }
}

fn examples(variable: &str, manifest: &Value) -> String {
    let example = example(manifest);
    let single =
        example.single.map(|(id, input)| format!("{variable}.run({id:?}, {})\n", value(input, "")));
    let list =
        example.list.map(|id| format!("for item in {variable}.list({id:?}):\n    print(item)\n"));
    single.into_iter().chain(list).collect()
}

fn pandas(variable: &str, manifest: &Value) -> String {
    let Some(id) = example(manifest).list else { return String::new() };
    include_str!("pandas.md")
        .replace("{{VARIABLE}}", variable)
        .replace("{{LIST}}", &format!("{id:?}"))
}

/// A value of JSON as Python writes it.
fn value(json: &Value, indent: &str) -> String {
    let inner = format!("{indent}    ");
    let lines = |open: &str, lines: Vec<String>, close: &str| {
        let lines: String = lines.iter().map(|line| format!("{inner}{line},\n")).collect();
        format!("{open}\n{lines}{indent}{close}")
    };
    match json {
        Value::Null => "None".to_owned(),
        Value::Bool(is) => if *is { "True" } else { "False" }.to_owned(),
        Value::Array(items) => {
            lines("[", items.iter().map(|item| value(item, &inner)).collect(), "]")
        }
        Value::Object(members) => {
            let members = members.iter().map(|(name, member)| {
                format!("{}: {}", Value::from(name.as_str()), value(member, &inner))
            });
            lines("{", members.collect(), "}")
        }
        plain => plain.to_string(),
    }
}
