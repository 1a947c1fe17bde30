//! Skills: folders with a SKILL.md, as agents read them. One says what the connector does and how it is
//! called, and one for each common job how that is done.

use std::collections::BTreeMap;

use anyhow::Result;
use serde_json::Value;

use crate::said::{extension, jobs, open};
use crate::{File, Source};

/// Characters of a description, at most.
const SHORT: usize = 1024;

/// How actions are called, whatever they are.
const CALLING: &str = "## How it is called

- Over the Model Context Protocol, served by `connector mcp`: an action is a tool of its name, with `_` for the
  dot. What is not listed is found by `find_tools`, told by `describe_tool`, and called by `read_tool` if it only
  reads, else by `call_tool`.
- On a command line: `connector actions --search WORDS` finds an action, `connector describe ACTION` tells its
  fields, `connector run ACTION --set FIELD=VALUE` runs it. `--json` prints for programs.

## Rules

- What deletes or costs money is shown to the person first, from what to what, and done after a yes.
- Where an id is wanted, look it up by its name: `find_ids`, or `connector choices ACTION FIELD --query NAME`.
- Amounts whose field says so are millionths of the currency's unit: for 50 give 50000000.
- An answer with `undo` says by which call a change is taken back.
";

/// The folders.
pub fn skills(source: &Source) -> Result<Vec<File>> {
    let connector = &source.manifest["connector"];
    let id = connector["id"].as_str().unwrap_or_default();
    let title = connector["title"].as_str().unwrap_or_default();
    let mut files = vec![skill(id, &description(source, title), &body(source, title))];
    for (name, job, text) in jobs(&source.manifest) {
        let end = if job.ends_with(['?', '.', '!']) { "" } else { "." };
        let about =
            format!("On {title}: {job}{end} Use when somebody asks for this or a part of it.");
        let left: Vec<&str> = open(&text).collect();
        let mut body = format!("# {job}\n\n{text}\n");
        if !left.is_empty() {
            body += &format!(
                "\nAsk the person for what is in braces, unless they said it: {}.\n",
                left.join(", ")
            );
        }
        body += &format!(
            "\nHow actions are found and called, and what is asked first, is in the skill `{id}`.\n"
        );
        files.push(skill(&format!("{id}-{name}"), &about, &body));
    }
    Ok(files)
}

fn skill(name: &str, description: &str, body: &str) -> File {
    let description: String = description.chars().take(SHORT).collect();
    // A text of JSON is one of YAML.
    let description = Value::from(description);
    File::new(
        format!("{name}/SKILL.md"),
        format!("---\nname: {name}\ndescription: {description}\n---\n\n{body}"),
    )
}

fn description(source: &Source, title: &str) -> String {
    let summary = source.manifest["connector"]["summary"].as_str().unwrap_or_default();
    let groups: Vec<String> = groups(source).into_keys().collect();
    format!(
        "{summary} Use when somebody wants to read or change something on {title}: {}.",
        groups.join(", ")
    )
}

/// How many actions each group has.
fn groups(source: &Source) -> BTreeMap<String, usize> {
    let mut groups = BTreeMap::new();
    for described in source.manifest["actions"].as_array().into_iter().flatten() {
        let group = described["action"]["group"].as_str().unwrap_or_default();
        *groups.entry(group.to_owned()).or_insert(0) += 1;
    }
    groups
}

fn body(source: &Source, title: &str) -> String {
    let vocabulary = extension(&source.manifest, "vocabulary");
    let summary = source.manifest["connector"]["summary"].as_str().unwrap_or_default();
    let mut text = format!("# {title}\n\n{summary}\n\n{CALLING}");
    let actions = source.manifest["actions"].as_array().map(Vec::as_slice).unwrap_or_default();
    let daily = vocabulary["daily"].as_array().into_iter().flatten().filter_map(|id| {
        let found = actions.iter().find(|described| described["action"]["id"] == *id)?;
        Some(format!("- `{}`: {}", id.as_str()?, found["action"]["summary"].as_str()?))
    });
    let groups =
        groups(source).into_iter().map(|(group, count)| format!("- {group}: {count} actions"));
    let absent = vocabulary["absent"].as_array().into_iter().flatten();
    let absent = absent.filter_map(|absent| Some(format!("- {}", absent["answer"].as_str()?)));
    for (title, lines) in [
        ("What is needed most", daily.collect::<Vec<_>>()),
        ("What there is", groups.collect()),
        ("What there is not", absent.collect()),
    ] {
        if !lines.is_empty() {
            text += &format!("\n## {title}\n\n{}\n", lines.join("\n"));
        }
    }
    text
}
