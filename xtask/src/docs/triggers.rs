//! The pages on triggers and webhooks.

use std::fmt::Write;
use std::path::Path;

use anyhow::Result;

use super::cases;
use super::manifest::Trigger;
use super::markdown::{GENERATED, code, codes, json, prose};
use super::rows;

const INTRODUCTION: &str = "\
A host polls a trigger: each poll starts with the cursor that the poll before it gave. The first
poll takes stock of what is there and emits nothing, unless the configuration says otherwise. An
event has an `id` to tell it from others, `occurred_at` (or null) and `data`.

What a poll finds is an event once. The cursor changes only when a poll comes to its end, so one that
was broken off begins again with the old cursor and tells the same events under the same ids: whoever
records events by their ids records each once, and misses none. Items may come, go and move while a
poll is under way; what it did not reach comes with the next.

An item that goes and comes back is not new again, unless more than 8192 others went after it. Where
changes count, each is an event with an id of its own, also when it leads back to an earlier state;
of several changes between two polls only the last one shows.

How to read the tables: see the [actions](actions/README.md).
";

const WEBHOOKS: &str = "\
For a webhook nobody polls: the service sends events to an address of the host's, an https URL that
nobody can guess. `connector webhook subscribe` asks it to, `connector webhook unsubscribe` ends that,
and `connector webhook receive` makes events of what was sent. The same delivery gives the same ids:
whoever records events by their ids records each once, however often the service repeats it.

How to read the tables: see the [actions](actions/README.md).
";

pub fn webhooks(webhooks: &[Trigger]) -> Result<String> {
    let mut page = format!("{GENERATED}# Webhooks\n\n{WEBHOOKS}\n");
    for webhook in webhooks {
        section(&mut page, webhook)?;
    }
    Ok(page.trim_end().to_owned() + "\n")
}

pub fn page(triggers: &[Trigger], cases: &Path) -> Result<String> {
    let mut page = format!("{GENERATED}# Triggers\n\n{INTRODUCTION}\n");
    for trigger in triggers {
        section(&mut page, trigger)?;
        let id = &trigger.trigger.id;
        page += &example(id, &cases.join(id))?;
    }
    Ok(page.trim_end().to_owned() + "\n")
}

fn section(page: &mut String, described: &Trigger) -> Result<()> {
    let Trigger { trigger, config, data, sample } = described;
    write!(page, "<a id=\"{}\"></a>\n\n", trigger.id)?;
    write!(page, "## {}\n\n{}\n\n", prose(&trigger.title), prose(&trigger.summary))?;
    write!(page, "- Id: {}\n- Scopes: {}\n\n", code(&trigger.id), codes(&trigger.scopes))?;
    write!(page, "### Configuration\n\n{}", rows::table(config))?;
    let data = match data["properties"].as_object() {
        Some(fields) if !fields.is_empty() => rows::table(data),
        _ => "Which fields there are, only the answer tells.\n\n".to_owned(),
    };
    write!(page, "### Data of an event\n\n{data}")?;
    write!(page, "### An event\n\n{}", json(sample))?;
    Ok(())
}

/// A poll from the conformance cases: how to run it, what it asks Pinterest for, what it emits.
fn example(id: &str, folder: &Path) -> Result<String> {
    let Some(poll) = cases::poll(folder)? else { return Ok(String::new()) };
    let mut text = format!(
        "### A poll\n\n```sh\nconnector poll {id} --input '{}'\n```\n\nIt asks for\n\n```text\n",
        poll.config
    );
    for request in poll.requests {
        let part = |name: &str| request[name].as_str().unwrap_or_default().to_owned();
        writeln!(text, "{} {}", part("method"), part("url"))?;
    }
    let events = cases::shortened(&poll.events);
    write!(text, "```\n\nand tells what no poll before it met:\n\n{}", json(&events))?;
    Ok(text)
}
