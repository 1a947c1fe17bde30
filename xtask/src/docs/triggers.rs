//! The page on triggers.

use std::fmt::Write;

use anyhow::Result;

use super::manifest::Trigger;
use super::markdown::{GENERATED, code, codes, json, prose};
use super::rows;

const INTRODUCTION: &str = "\
A host polls a trigger: each poll starts with the cursor that the poll before it gave. The first
poll takes stock of what is there and emits nothing, unless the configuration says otherwise. An
event has an `id` to tell it from others, `occurred_at` (or null) and `data`.

How to read the tables: see the [actions](actions/README.md).
";

pub fn page(triggers: &[Trigger]) -> Result<String> {
    let mut page = format!("{GENERATED}# Triggers\n\n{INTRODUCTION}\n");
    for Trigger { trigger, config, data, sample } in triggers {
        write!(page, "<a id=\"{}\"></a>\n\n", trigger.id)?;
        write!(page, "## {}\n\n{}\n\n", prose(&trigger.title), prose(&trigger.summary))?;
        write!(page, "- Id: {}\n- Scopes: {}\n\n", code(&trigger.id), codes(&trigger.scopes))?;
        write!(page, "### Configuration\n\n{}", rows::table(config))?;
        write!(page, "### Data of an event\n\n{}", rows::table(data))?;
        write!(page, "### An event\n\n{}", json(sample))?;
    }
    Ok(page.trim_end().to_owned() + "\n")
}
