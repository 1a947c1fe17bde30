//! Ids: what there is to choose from, and names and pasted addresses in their place.

use std::sync::Arc;

use connector_host::contract::Context;
use connector_host::contract::actions::Description;
use connector_host::{Call, Error as HostError};
use fancy_regex::Regex;
use rmcp::model::{CallToolResult, JsonObject};
use serde_json::{Value, json};
use url::Url;

use crate::answer;
use crate::arguments::Invalid;
use crate::caller::Caller;
use crate::collect::Collector;
use crate::meta::Wanted;
use crate::offer::allows;
use crate::outline::{self, Field};
use crate::server::Server;

/// Choices that are looked through for a name.
const MOST: usize = 2_000;
/// Names that are suggested when none is the one.
const SUGGESTED: usize = 5;
/// Bytes of choices, about.
const BYTES: usize = 1 << 20;

/// Something that can be chosen.
struct Choice {
    value: Value,
    title: String,
}

impl Server {
    /// What there is to choose from for a field of this name.
    pub(crate) async fn ids(&self, wanted: Wanted, caller: &Caller) -> CallToolResult {
        let Wanted { field, query, tool, arguments, limit } = wanted;
        let described = match self.chooser(&field, tool.as_deref()) {
            Ok(Some(described)) => described,
            Ok(None) => {
                let message =
                    "has no choices; it is a name such as those that `needs` of find_tools lists";
                return Invalid::new("field", message).into();
            }
            Err(failure) => return answer::failure(&failure),
        };
        let id = &described.action.id;
        match self.choices(id, &field, &arguments, query, limit + 1, caller).await {
            Ok(mut choices) => {
                let more = choices.len() > limit;
                choices.truncate(limit);
                let told = choices.into_iter().map(|it| json!({"id": it.value, "title": it.title}));
                let told: Vec<Value> = told.collect();
                CallToolResult::structured(json!({"field": field, "ids": told, "more": more}))
            }
            Err(failure) => answer::failure(&failure),
        }
    }

    /// An action that may be called and has choices for the field.
    fn chooser(
        &self,
        field: &str,
        tool: Option<&str>,
    ) -> Result<Option<Arc<Description>>, HostError> {
        let last = field.rsplit('.').next().unwrap_or(field).trim_end_matches("[]");
        for action in self.actions() {
            let is_meant = tool
                .is_none_or(|tool| self.named(tool).is_some_and(|it| it.action.id == action.id));
            if is_meant && allows(self.connection(), action) {
                let described = self.describe(&action.id)?;
                let schema: Value = serde_json::from_str(&described.input).unwrap_or_default();
                let is_field = |it: &Field| it.path == last && has_choices(it);
                if outline::fields(&schema).iter().any(is_field) {
                    return Ok(Some(described));
                }
            }
        }
        Ok(None)
    }

    /// The ids that names and pasted addresses in the arguments stand for, in their place.
    pub(crate) async fn resolve(
        &self,
        description: &Description,
        arguments: &mut JsonObject,
        caller: &Caller,
    ) -> Result<(), Box<CallToolResult>> {
        if arguments.is_empty() {
            return Ok(());
        }
        let schema: Value = serde_json::from_str(&description.input).unwrap_or_default();
        let mut fields = outline::fields(&schema);
        fields.retain(|field| !field.path.contains('.'));
        // What others need comes first.
        fields.sort_by_key(|field| field.schema["x-choices"].as_array().map_or(0, Vec::len));
        for field in fields {
            let Some(mut given) = arguments.get(&field.path).cloned() else { continue };
            let item = outline::resolved(&schema, &field.schema["items"]).unwrap_or_default();
            let pattern = field.schema["pattern"].as_str().or(item["pattern"].as_str());
            let Some(pattern) = pattern.and_then(|pattern| Regex::new(pattern).ok()) else {
                continue;
            };
            let texts: Vec<&mut Value> = match &mut given {
                Value::Array(items) => items.iter_mut().collect(),
                one => vec![one],
            };
            for text in texts {
                let Some(said) = text.as_str().filter(|said| !fits(&pattern, said)) else {
                    continue;
                };
                if let Some(id) = address(said).and_then(|url| segment(&url, &pattern)) {
                    *text = id.into();
                } else if has_choices(&field) {
                    *text = self.id_of(description, &field.path, said, arguments, caller).await?;
                }
            }
            arguments.insert(field.path.clone(), given);
        }
        Ok(())
    }

    /// The id of the one choice of this name.
    async fn id_of(
        &self,
        description: &Description,
        field: &str,
        said: &str,
        arguments: &JsonObject,
        caller: &Caller,
    ) -> Result<Value, Box<CallToolResult>> {
        let name =
            address(said).and_then(|url| last_segment(&url)).unwrap_or_else(|| said.to_owned());
        let mut input = arguments.clone();
        input.remove(field);
        let id = &description.action.id;
        let failed = |failure: HostError| Box::new(answer::failure(&failure));
        let all = self.choices(id, field, &input, None, MOST, caller).await.map_err(failed)?;
        let mut same: Vec<&Choice> =
            all.iter().filter(|it| plain(&it.title) == plain(&name)).collect();
        if same.is_empty() {
            same = all.iter().filter(|it| begins(&it.title, &name)).collect();
        }
        if let [one] = same.as_slice() {
            return Ok(one.value.clone());
        }
        let mut closest: Vec<&Choice> = if same.is_empty() { all.iter().collect() } else { same };
        let likeness = |it: &Choice| strsim::jaro_winkler(&plain(&it.title), &plain(&name));
        closest.sort_by(|one, other| likeness(other).total_cmp(&likeness(one)));
        let told = closest.iter().take(SUGGESTED);
        let told: Vec<String> = told
            .map(|it| format!("{} ({})", it.title, it.value.as_str().unwrap_or_default()))
            .collect();
        Err(Box::new(answer::refusal(json!({
            "kind": "invalid-input", "code": "invalid-input", "message": "the input is wrong",
            "fields": [{"path": field, "message": format!(
                "not exactly one is called `{name}`; the closest are {}", told.join(", "))}],
            "advice": "give the id, or the whole name; find_ids lists them",
        }))))
    }

    async fn choices(
        &self,
        id: &str,
        field: &str,
        input: &JsonObject,
        query: Option<String>,
        most: usize,
        caller: &Caller,
    ) -> Result<Vec<Choice>, HostError> {
        let input = Value::Object(input.clone()).to_string();
        let (id, field) = (id.to_owned(), field.to_owned());
        let call = Call::ActionChoices { id, field, input, query };
        let progress = Some(caller.progress.clone());
        let mut collector = Collector::new(progress).part(self.connection(), most, 0, BYTES);
        let wanted = Context::fresh().wanting(Some(most as u64));
        let ended = self.connection().run_in(wanted, call, &mut collector).await?;
        let choice = |mut choice: Value| Choice {
            title: choice["title"].as_str().unwrap_or_default().to_owned(),
            value: choice["value"].take(),
        };
        Ok(collector.ended(&ended.output)?.items.into_iter().map(choice).collect())
    }
}

fn has_choices(field: &Field) -> bool {
    field.schema["x-choices"].is_array() || field.schema["items"]["x-choices"].is_array()
}

fn fits(pattern: &Regex, text: &str) -> bool {
    pattern.is_match(text).unwrap_or(true)
}

fn address(text: &str) -> Option<Url> {
    Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https"))
}

/// The part of an address that is an id.
fn segment(url: &Url, pattern: &Regex) -> Option<String> {
    let segments: Vec<&str> = url.path_segments()?.filter(|segment| !segment.is_empty()).collect();
    segments.iter().rev().find(|segment| fits(pattern, segment)).map(|id| (*id).to_owned())
}

fn last_segment(url: &Url) -> Option<String> {
    url.path_segments()?.rfind(|segment| !segment.is_empty()).map(str::to_owned)
}

/// Whether a title is a name with more about the thing behind it, after a comma.
fn begins(title: &str, name: &str) -> bool {
    title.match_indices(", ").any(|(end, _)| plain(&title[..end]) == plain(name))
}

/// A name as it is compared: letters and digits, in lower case.
fn plain(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_an_id_or_a_name() {
        let digits = Regex::new(r"^\d+$").unwrap();
        let id = |text| address(text).and_then(|url| segment(&url, &digits));
        assert_eq!(id("https://www.example.com/thing/123/").as_deref(), Some("123"));
        assert_eq!(id("https://www.example.com/me/summer-recipes/"), None);
        assert_eq!((id("123"), id("ftp://example.com/1")), (None, None));
        let url = address("https://www.example.com/me/summer-recipes/").unwrap();
        assert!(begins("Studio, EUR", "studio") && !begins("Studio Two, EUR", "studio"));
        assert_eq!(plain(&last_segment(&url).unwrap()), plain("Summer Recipes!"));
    }
}
