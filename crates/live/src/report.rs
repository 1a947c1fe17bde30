//! What was found, for an issue.

use std::fmt;

use connector_host::Connection;
use serde::Serialize;

use crate::{Seen, Table, Tried};

/// All that came of it. Displayed as Markdown.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// The connector's id.
    pub connector: String,
    /// Its version.
    pub version: String,
    /// The version of the service's API that it was written for.
    pub api_version: String,
    /// What was read.
    pub tables: Vec<Table>,
    /// What was made and taken away.
    pub trial: Vec<Tried>,
}

impl Report {
    /// Of what was read and tried over the connection.
    pub fn new(connection: &Connection, tables: Vec<Table>, trial: Vec<Tried>) -> Self {
        let descriptor = connection.connector().descriptor();
        Self {
            connector: descriptor.id.clone(),
            version: descriptor.version.clone(),
            api_version: descriptor.api_version.clone(),
            tables,
            trial,
        }
    }

    /// In how many answers something contradicts its schema.
    pub fn differing(&self) -> usize {
        self.all().filter(|seen| seen.contradicts()).count()
    }

    /// How many there are of each outcome, in a sentence.
    pub fn counts(&self) -> String {
        let mut counts = [0; 6];
        for seen in self.all() {
            counts[match seen {
                Seen::Fits { .. } => 0,
                Seen::Differs { .. } if seen.contradicts() => 2,
                Seen::Differs { .. } => 1,
                Seen::Empty => 3,
                Seen::Refused(_) => 4,
                Seen::NotTried { .. } => 5,
            }] += 1;
        }
        let [fit, new, differ, empty, refused, rest] = counts;
        format!(
            "{fit} as the schema says, {new} with new fields, {differ} otherwise, {empty} empty, {refused} refused, \
             {rest} not tried"
        )
    }

    fn all(&self) -> impl Iterator<Item = &Seen> {
        self.tables.iter().map(|it| &it.seen).chain(self.trial.iter().map(|it| &it.seen))
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { connector, version, api_version, tables, trial } = self;
        writeln!(f, "# Live check of {connector} {version}, API {api_version}\n")?;
        writeln!(f, "{}.", self.counts())?;
        writeln!(f, "\n| Read | Action | |\n|---|---|---|")?;
        for Table { resource, action, seen } in tables {
            writeln!(f, "| {resource} | {} | {} |", action.as_deref().unwrap_or("-"), cell(seen))?;
        }
        if !trial.is_empty() {
            writeln!(f, "\n| Tried | Action | |\n|---|---|---|")?;
        }
        for Tried { title, action, seen } in trial {
            writeln!(f, "| {title} | {action} | {} |", cell(seen))?;
        }
        for (about, seen) in tables
            .iter()
            .map(|it| (&it.resource, &it.seen))
            .chain(trial.iter().map(|it| (&it.action, &it.seen)))
        {
            let Seen::Differs { differences, .. } = seen else { continue };
            writeln!(f, "\n## {about}\n\n| Field | | Times |\n|---|---|---|")?;
            for (difference, times) in differences {
                let path =
                    if difference.path.is_empty() { "(the whole)" } else { &difference.path };
                writeln!(f, "| {path} | {} | {times} |", difference.what)?;
            }
        }
        Ok(())
    }
}

fn cell(seen: &Seen) -> String {
    match seen {
        Seen::Fits { rows: 1 } => "fits".into(),
        Seen::Fits { rows } => format!("{rows} fit"),
        Seen::Empty => "empty".into(),
        Seen::Differs { differences, .. } => {
            let new = differences.iter().filter(|(difference, _)| difference.new).count();
            match differences.len() - new {
                0 => format!("new fields: {new}"),
                differ => format!("**differences: {differ}**, new fields: {new}"),
            }
        }
        Seen::Refused(failure) => format!("refused: {failure}"),
        Seen::NotTried { because } => format!("not tried: {because}"),
    }
}
