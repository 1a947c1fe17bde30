//! Each call: the request it sends, what becomes of the answer, and the checkpoint in between.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::bindings::exports::automation::connector::types::{
    Body, Effect, Error, Header, Method, Outcome, Page, PendingRequest, Reply, Request, Response,
    Step,
};
use crate::error;

/// The first word of each checkpoint. It changes with `State`, so that a checkpoint of an earlier
/// release is refused instead of misread.
const FORMAT: &str = "github-issues/1";

/// A call, as far as it has come. Pages count from 1.
#[derive(Serialize, Deserialize)]
pub enum Call {
    Test,
    /// The issue is needed until it is sent, so no checkpoint holds it.
    Create {
        repository: String,
        #[serde(skip)]
        issue: Value,
    },
    Issues {
        repository: String,
        state: String,
        page: u32,
    },
    /// `seen` is the highest issue number of the poll before, `newest` that of this one.
    Opened {
        repository: String,
        seen: Option<u64>,
        newest: Option<u64>,
        page: u32,
    },
}

/// What the host does while we wait.
#[derive(Serialize, Deserialize)]
enum State {
    /// It sends the request of this call.
    Sent(Call),
    /// It takes a page; then this call goes on.
    More(Call),
    /// It takes the last page; then comes the end, with the next cursor.
    Last(Option<String>),
}

impl Call {
    /// Sends what the call begins with, or asks for its next page. Nothing in a path needs
    /// escaping: `input` lets only plain names and words through.
    pub fn send(self) -> Step {
        let path = match &self {
            Call::Test => "user".into(),
            Call::Create { repository, .. } => format!("repos/{repository}/issues"),
            Call::Issues { repository, state, page } => {
                format!("repos/{repository}/issues?state={state}&per_page=100&page={page}")
            }
            Call::Opened { repository, page, .. } => {
                format!("repos/{repository}/issues?state=all&per_page=100&page={page}")
            }
        };
        let (method, effect, body) = match &self {
            Call::Create { issue, .. } => {
                (Method::Post, Effect::Write, Body::Bytes(issue.to_string().into()))
            }
            _ => (Method::Get, Effect::Read, Body::Empty),
        };
        let mut headers = vec![
            ("accept", "application/vnd.github+json"),
            ("user-agent", "github-issues-connector"),
            ("x-github-api-version", "2022-11-28"),
        ];
        if let Body::Bytes(_) = body {
            headers.push(("content-type", "application/json"));
        }
        let header =
            |(name, value): (&str, &str)| Header { name: name.into(), value: value.into() };
        let request = Request {
            method,
            url: format!("https://api.github.com/{path}"),
            headers: headers.into_iter().map(header).collect(),
            body,
            credential: Some("token".into()),
            effect,
            quota: Some("core".into()),
            save: false,
        };
        Step::Send(PendingRequest { request, checkpoint: checkpoint(State::Sent(self)) })
    }

    fn answered(self, response: Response) -> Result<Step, Error> {
        let answer = error::check(&response)?;
        // The service links to the next page as long as there is one.
        let link = error::header(&response, "link");
        let more = link.is_some_and(|link| link.contains(r#"rel="next""#));
        match self {
            Call::Test => {
                let (Some(id), Some(name)) = (answer["id"].as_u64(), answer["login"].as_str())
                else {
                    return Err(error::unexpected("The answer is not an account"));
                };
                let account = json!({ "id": id.to_string(), "name": name });
                Ok(done(json!({ "account": account, "lacking": [] }), None))
            }
            Call::Create { .. } => Ok(done(answer, None)),
            Call::Issues { repository, state, page } => {
                let issues = list_of_issues(answer)?.into_iter().filter(is_issue).collect();
                let next = Call::Issues { repository, state, page: page + 1 };
                Ok(emit(issues, if more { State::More(next) } else { State::Last(None) }))
            }
            Call::Opened { repository, seen, newest, page } => {
                let issues = list_of_issues(answer)?;
                let newest = newest.or(issues.first().map(number)).max(seen).unwrap_or(0);
                let cursor = Some(newest.to_string());
                let Some(seen) = seen else { return Ok(done(Value::Null, cursor)) };
                let is_new = |issue: &Value| number(issue) > seen;
                let more = more && issues.iter().all(is_new);
                let new = issues.into_iter().filter(is_new).filter(is_issue);
                let events = new.map(event).collect();
                let (seen, newest, page) = (Some(seen), Some(newest), page + 1);
                let next = Call::Opened { repository, seen, newest, page };
                Ok(emit(events, if more { State::More(next) } else { State::Last(cursor) }))
            }
        }
    }
}

pub fn resume(checkpoint: &[u8], reply: Reply) -> Result<Step, Error> {
    match (serde_json::from_slice(checkpoint), reply) {
        (Ok((FORMAT, State::Sent(call))), Reply::Response(response)) => call.answered(response),
        (Ok((FORMAT, State::Sent(_))), Reply::Undelivered(why)) => Err(error::undelivered(&why)),
        (Ok((FORMAT, State::More(call))), Reply::Proceed) => Ok(call.send()),
        (Ok((FORMAT, State::Last(cursor))), Reply::Proceed) => Ok(done(Value::Null, cursor)),
        _ => Err(error::checkpoint()),
    }
}

fn emit(items: Vec<Value>, state: State) -> Step {
    let count = items.len() as u32;
    let items = Value::from(items).to_string();
    Step::Emit(Page { items, count, checkpoint: checkpoint(state) })
}

fn done(output: Value, cursor: Option<String>) -> Step {
    Step::Done(Outcome { output: output.to_string(), cursor })
}

fn checkpoint(state: State) -> Vec<u8> {
    serde_json::to_vec(&(FORMAT, state)).expect("a state is plain data")
}

fn list_of_issues(answer: Value) -> Result<Vec<Value>, Error> {
    match answer {
        Value::Array(issues) if issues.iter().all(|issue| number(issue) > 0) => Ok(issues),
        _ => Err(error::unexpected("The answer is not a list of issues")),
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
