//! Ids: what there is to choose from, and names and pasted addresses in their place.

mod options;
mod places;

use std::collections::HashMap;
use std::sync::Arc;

use connector_host::contract::Context;
use connector_host::contract::actions::Description;
use connector_host::{Call, Error as HostError};
use rmcp::model::{CallToolResult, JsonObject};
use serde_json::{Value, json};
use url::Url;

use crate::answer;
use crate::arguments::Invalid;
use crate::caller::Caller;
use crate::collect::Collector;
use crate::meta::Wanted;
use crate::server::Server;
use places::{Place, chosen, places};

/// Choices that are looked through for a name.
const MOST: usize = 2_000;
/// Names that are suggested when none is the one.
const SUGGESTED: usize = 5;
/// Levels of an input in which a field is looked for.
const DEEP: usize = 6;
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
        let (described, path) = match self.chooser(&field, tool.as_deref()) {
            Ok(Some(found)) => found,
            Ok(None) => {
                let message =
                    "has no choices; it is a name such as those that `needs` of find_tools lists";
                return Invalid::new("field", message).into();
            }
            Err(failure) => return answer::failure(&failure),
        };
        let id = &described.action.id;
        match self.choices(id, &path, &arguments, query, limit + 1, caller).await {
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

    /// An action that may be called and has choices for the field, and where it has that: at the top of its
    /// input, or else within it.
    fn chooser(
        &self,
        field: &str,
        tool: Option<&str>,
    ) -> Result<Option<(Arc<Description>, String)>, HostError> {
        let last = field.rsplit('.').next().unwrap_or(field).trim_end_matches("[]");
        for deep in [0, DEEP] {
            for action in self.actions() {
                let is_meant = tool.is_none_or(|tool| {
                    self.named(tool).is_some_and(|it| it.action.id == action.id)
                });
                if is_meant && self.allows(action) {
                    let described = self.describe(&action.id)?;
                    let schema: Value = serde_json::from_str(&described.input).unwrap_or_default();
                    if let Some(path) = chosen(&schema, &schema, last, deep) {
                        return Ok(Some((described, path)));
                    }
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
        let mut given = Value::Object(std::mem::take(arguments));
        options::mend(&schema, &schema, &mut given);
        let fits = |pattern: &str, text: &str| self.patterns().fit(pattern, text);
        let mut listed = HashMap::new();
        let mut wrong = None;
        for place in places(&schema, &given, &fits) {
            let of_pattern = |text: &str| fits(&place.pattern, text);
            let id = match address(&place.text).and_then(|url| segment(&url, of_pattern)) {
                Some(id) => Ok(id.into()),
                None if place.needs.is_none() => continue,
                None => self.id_of(description, &place, &given, &mut listed, caller).await,
            };
            match (id, given.pointer_mut(&place.pointer)) {
                (Ok(id), Some(text)) => *text = id,
                (Ok(_), None) => {}
                (Err(refused), _) => {
                    wrong = Some(refused);
                    break;
                }
            }
        }
        if let Value::Object(members) = given {
            *arguments = members;
        }
        wrong.map_or(Ok(()), Err)
    }

    /// The id of the one choice of this name.
    async fn id_of(
        &self,
        description: &Description,
        place: &Place,
        given: &Value,
        listed: &mut HashMap<String, Vec<Choice>>,
        caller: &Caller,
    ) -> Result<Value, Box<CallToolResult>> {
        let last = |url: Url| last_segment(&url);
        let name = address(&place.text).and_then(last).unwrap_or_else(|| place.text.clone());
        let id = &description.action.id;
        // Within lists and objects things have the same choices, whichever item it is.
        let field = place.path.rsplit('.').next().unwrap_or_default();
        let field = field.split('[').next().unwrap_or_default().to_owned();
        if !listed.contains_key(&field) {
            let path = place.path.strip_suffix(']').and_then(|path| path.rsplit_once('['));
            let path = path.map_or(place.path.as_str(), |(path, _)| path);
            let members = given.as_object().into_iter().flatten();
            let is_narrowing = |(name, value): &(&String, &Value)| {
                name.as_str() != path && !value.is_array() && !value.is_object()
            };
            let input = members.filter(is_narrowing).map(|(name, it)| (name.clone(), it.clone()));
            let failed = |failure: HostError| Box::new(answer::failure(&failure));
            let found = self.choices(id, path, &input.collect(), None, MOST, caller).await;
            listed.insert(field.clone(), found.map_err(failed)?);
        }
        let all = listed.get(&field).map(Vec::as_slice).unwrap_or_default();
        let mut same: Vec<&Choice> =
            all.iter().filter(|it| plain(&it.title) == plain(&name)).collect();
        if same.is_empty() {
            same = all.iter().filter(|it| begins(&it.title, &name)).collect();
        }
        if let [one] = same.as_slice() {
            self.known_names().know(&field, &one.value, &one.title);
            return Ok(one.value.clone());
        }
        let mut closest: Vec<&Choice> = if same.is_empty() { all.iter().collect() } else { same };
        let likeness = |it: &Choice| strsim::jaro_winkler(&plain(&it.title), &plain(&name));
        closest.sort_by(|one, other| likeness(other).total_cmp(&likeness(one)));
        let told = closest.iter().take(SUGGESTED);
        let told: Vec<String> = told
            .map(|it| format!("{} ({})", it.title, it.value.as_str().unwrap_or_default()))
            .collect();
        let message = match told.is_empty() {
            true => format!("nothing is called `{name}`, as there is nothing to choose from"),
            false => {
                format!("not exactly one is called `{name}`; the closest are {}", told.join(", "))
            }
        };
        Err(Box::new(answer::refusal(json!({
            "kind": "invalid-input", "code": "invalid-input", "message": "the input is wrong",
            "fields": [{"path": place.path, "message": message}],
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

fn address(text: &str) -> Option<Url> {
    Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https"))
}

/// The part of an address that is an id.
fn segment(url: &Url, is_id: impl Fn(&str) -> bool) -> Option<String> {
    let segments: Vec<&str> = url.path_segments()?.filter(|segment| !segment.is_empty()).collect();
    segments.iter().rev().find(|segment| is_id(segment)).map(|id| (*id).to_owned())
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
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let id = |text| address(text).and_then(|url| segment(&url, digits));
        assert_eq!(id("https://www.example.com/thing/123/").as_deref(), Some("123"));
        assert_eq!(id("https://www.example.com/me/summer-recipes/"), None);
        assert_eq!((id("123"), id("ftp://example.com/1")), (None, None));
        let url = address("https://www.example.com/me/summer-recipes/").unwrap();
        assert!(begins("Studio, EUR", "studio") && !begins("Studio Two, EUR", "studio"));
        assert_eq!(plain(&last_segment(&url).unwrap()), plain("Summer Recipes!"));
    }
}
