//! GitHub issues as a connector: two actions, a trigger, a pasted token and a connection test. What is
//! known of the service is in `catalog/`; this file says what is peculiar to it.

use connector_sdk::catalog::Pattern;
use connector_sdk::contract::Error;
use connector_sdk::error::{invalid_field, unexpected};
use connector_sdk::flow::{Flow, FlowResult, Run};
use serde_json::{Value, json};

mod catalog {
    connector_sdk::tables!(crate::PATTERNS);
}

static FLOWS: &[(&str, Run)] = &[("list", list), ("create", create), ("opened", opened)];

connector_sdk::export!(Connector, &catalog::CATALOG, FLOWS);

static PATTERNS: &[Pattern] = &[Pattern {
    source: r"^[\w.-]+/[\w.-]+$",
    meaning: "owner/name, such as octocat/hello-world",
    matches: |text| {
        let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        let name = |part: &str| !["", ".", ".."].contains(&part) && part.chars().all(plain);
        text.split_once('/').is_some_and(|(owner, name_)| name(owner) && name(name_))
    },
}];

/// `issues.list`: without the pull requests.
fn list(flow: &mut Flow) -> FlowResult<Value> {
    let mut input = flow.input().clone();
    input.entry("state").or_insert_with(|| "open".into());
    flow.emit_pages("repository_issues.list", input, Value::Null, |issues, _| {
        let issues = numbered(issues)?.into_iter().filter(is_issue).collect();
        Ok((issues, Value::Null, true))
    })
}

/// `issues.create`: an issue without a text has a blank one.
fn create(flow: &mut Flow) -> FlowResult<Value> {
    let mut input = flow.input().clone();
    input.entry("body").or_insert_with(|| "".into());
    flow.call("repository_issues.create", input)
}

/// A poll of `issue.opened`. Numbers grow, and the newest issue comes first: the cursor is the highest
/// number, and pages are read down to the one of the poll before. The first poll takes stock.
fn opened(flow: &mut Flow) -> FlowResult<Value> {
    let seen = flow.input().get("cursor").and_then(Value::as_str).map(cursor).transpose()?;
    let mut input = flow.given(&["repository"]);
    input.insert("state".to_owned(), "all".into());
    let newest = flow.emit_pages("repository_issues.list", input, Value::Null, |issues, newest| {
        let issues = numbered(issues)?;
        let newest = newest.as_u64().or(issues.first().map(number)).max(seen).unwrap_or(0).into();
        let Some(seen) = seen else { return Ok((Vec::new(), newest, false)) };
        let is_new = |issue: &Value| number(issue) > seen;
        let goes_on = issues.iter().all(is_new);
        let new = issues.into_iter().filter(is_new).filter(is_issue);
        Ok((new.map(event).collect(), newest, goes_on))
    })?;
    flow.set_cursor(newest.to_string());
    Ok(Value::Null)
}

fn cursor(cursor: &str) -> Result<u64, Error> {
    let wrong = |_| invalid_field("cursor", "must be what the poll before gave");
    cursor.parse().map_err(wrong)
}

fn numbered(issues: Vec<Value>) -> Result<Vec<Value>, Error> {
    match issues.iter().all(|issue| number(issue) > 0) {
        true => Ok(issues),
        false => Err(unexpected("unexpected-answer", "The answer is not a list of issues")),
    }
}

/// They count from 1.
fn number(issue: &Value) -> u64 {
    issue["number"].as_u64().unwrap_or(0)
}

/// The service lists pull requests among the issues.
fn is_issue(issue: &Value) -> bool {
    issue.get("pull_request").is_none()
}

fn event(issue: Value) -> Value {
    json!({ "id": issue["id"].to_string(), "occurred_at": issue["created_at"], "data": issue })
}
