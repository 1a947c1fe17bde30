//! Answers of the tools that find others and tell how they are called.

use connector_host::Error as HostError;
use rmcp::model::CallToolResult;
use serde_json::{Value, json};

use crate::answer;
use crate::arguments::Invalid;
use crate::does::{self, Does};
use crate::find::{Finder, stems};
use crate::hit::{self, hit};
use crate::outline::{Measure, outline};
use crate::server::Server;
use crate::tool;

/// Hits that are told of in full; of those behind them, what they do and need.
const FULL: usize = 2;
/// Of those that would fit, how many that are not allowed are told of.
const FIRST: usize = 3;
/// Of a schema.
const SCHEMA: Measure = Measure { bytes: 9_000, brief: false };

impl Server {
    /// What fits the query best: first a tool of just that name.
    pub(crate) fn find(&self, query: &str, limit: usize) -> CallToolResult {
        match self.found(query, limit) {
            Ok(found) => CallToolResult::structured(found),
            Err(failure) => answer::failure(&failure),
        }
    }

    fn found(&self, query: &str, limit: usize) -> Result<Value, HostError> {
        let vocabulary = self.vocabulary();
        let found = self.finder()?.find(query, vocabulary);
        let exact = self.named(query.trim()).map(|named| named.action.id.as_str());
        let said = stems(query);
        // Where it is not offered, only what comes closest.
        let closest: usize = found.absent.iter().map(|it| it.instead.len()).sum();
        let limit = if found.absent.is_empty() { limit } else { limit.min(closest.max(1)) };
        let mut ids: Vec<&str> = exact.into_iter().collect();
        ids.extend(found.ids.iter().filter(|id| Some(**id) != exact));
        let (mut tools, mut closed, mut more) = (Vec::new(), Vec::new(), 0);
        for (rank, id) in ids.into_iter().enumerate() {
            let Some(named) = self.named(id) else { continue };
            let action = &named.action;
            let is_off = does::is_raw(action) && !self.options().raw;
            let is_spent = self.options().no_spend && Does::of(action, self.costs()) == Does::Spend;
            let may = self.allows(action) && !is_off && !is_spent;
            if !may && Some(id) != exact {
                let lacking = self.connection().lacking(&action.scopes);
                if rank < FIRST && !lacking.is_empty() {
                    closed.push(json!({"name": named.name, "scopes": lacking}));
                }
                continue;
            }
            if tools.len() >= limit {
                more += 1;
                continue;
            }
            let described = self.describe(id)?;
            let mut told = hit(&named.name, &described, Does::of(action, self.costs()), &said);
            if is_off {
                told["off"] = "a person has to start the server with --raw".into();
            }
            if let Some(names) = self.who_may(action) {
                told["connections"] = names.into();
            }
            if tools.len() >= FULL {
                hit::shorten(&mut told);
            }
            tools.push(told);
        }
        let mut answer = json!({});
        if !found.absent.is_empty() {
            let said: Vec<&str> = found.absent.iter().map(|it| it.answer.as_str()).collect();
            answer["not offered"] = json!(said);
        }
        answer["tools"] = tools.into();
        answer["more"] = more.into();
        if !closed.is_empty() {
            answer["not granted"] = closed.into();
        }
        if answer["tools"].as_array().is_some_and(Vec::is_empty) {
            let advice = "nothing matches; use other words, or fewer";
            answer["advice"] = advice.into();
        }
        Ok(answer)
    }

    /// The schema of a tool, or of a field of its input.
    pub(crate) fn tell(&self, name: &str, path: Option<&str>) -> CallToolResult {
        let Some(named) = self.named(name) else {
            return self.unknown(name).into();
        };
        let described = match self.describe(&named.action.id) {
            Ok(described) => described,
            Err(failure) => return answer::failure(&failure),
        };
        if path.is_some() {
            let root: Value = serde_json::from_str(&described.input).unwrap_or_default();
            return match outline(&root, path, SCHEMA) {
                Some(field) => CallToolResult::structured(json!({"path": path, "schema": field})),
                None => Invalid::new("path", "is no field of this tool's input").into(),
            };
        }
        let does = Does::of(&named.action, self.costs());
        let examples = described.examples.iter().take(2).map(|example| {
            let input: Value = serde_json::from_str(&example.input).unwrap_or_default();
            json!({"title": example.title, "arguments": input})
        });
        let output: Value = serde_json::from_str(&described.output).unwrap_or_default();
        let members = output["properties"].as_object().into_iter().flatten().map(|(name, _)| name);
        CallToolResult::structured(json!({
            "name": named.name,
            "about": named.action.summary,
            "does": does.word(),
            "inputSchema": tool::arguments(&described, does, SCHEMA),
            "examples": examples.collect::<Vec<_>>(),
            "answers with": members.take(40).collect::<Vec<_>>(),
            "annotations": tool::annotations(&named.action),
        }))
    }

    /// That there is no such tool, with those whose names are closest.
    pub(crate) fn unknown(&self, name: &str) -> Invalid {
        let name = name.replace('.', "_").to_lowercase();
        let mut names: Vec<&str> = self.names().collect();
        let likeness = |known: &str| strsim::jaro_winkler(known, &name);
        names.sort_by(|one, other| likeness(other).total_cmp(&likeness(one)));
        let closest = names.into_iter().take(FIRST).collect::<Vec<_>>().join(", ");
        Invalid::new(
            "name",
            format!("is no tool; the closest are {closest}, and find_tools finds others"),
        )
    }

    /// Made when it is first needed: it takes the descriptions of all actions.
    fn finder(&self) -> Result<&Finder, HostError> {
        if let Some(finder) = self.finder_cell().get() {
            return Ok(finder);
        }
        let described = self.actions().map(|action| self.describe(&action.id));
        let described = described.collect::<Result<Vec<_>, _>>()?;
        let finder = Finder::new(
            described.iter().map(|it| &**it),
            self.vocabulary(),
            &self.connection().connector().descriptor().title,
        );
        Ok(self.finder_cell().get_or_init(|| finder))
    }
}
