//! Reports in one action each: asked for, waited for, and handed on row by row.

use serde_json::{Map, Value, json};

use super::period::{self, Span};
use connector_sdk::catalog::Composed;
use connector_sdk::contract::Error;
use connector_sdk::error::invalid_field;
use connector_sdk::flow::{Flow, FlowResult, answer_id, job_state};

/// One kind of job that ends in a file. Names of several pointers stand in one of these places.
pub struct Job {
    create: &'static str,
    poll: &'static str,
    /// In the answer to `create`, what the job is known by.
    handle: &'static str,
    /// The field of `poll` that takes it.
    field: &'static str,
    /// In the answer to `poll`.
    state: &'static str,
    url: &'static str,
}

impl Job {
    /// As the catalogue has it.
    pub fn of(composed: &Composed) -> Result<Job, Error> {
        Ok(Job {
            create: composed.required("like")?,
            poll: composed.required("poll")?,
            handle: composed.required("handle")?,
            field: composed.required("field")?,
            state: composed.required("state")?,
            url: composed.required("url")?,
        })
    }
}

/// Emits the rows; the output is their number, and the spans that they are of.
pub fn run(flow: &mut Flow) -> FlowResult<Value> {
    let job = Job::of(flow.composed())?;
    let create = flow.action(job.create)?;
    let mut input = flow.fitting(job.create, flow.input())?;
    let takes = |name: &str| create.input.iter().any(|field| field.name == name);
    let span = if takes("start_date") { period::of(flow)? } else { None };
    let Some(span) = span else {
        let rows = one(flow, &job, input)?;
        return Ok(json!({ "rows": rows }));
    };
    let mut rows = 0;
    let spans = spans(flow, span)?;
    for span in &spans {
        input.insert("start_date".to_owned(), span.first.to_string().into());
        input.insert("end_date".to_owned(), span.last.to_string().into());
        rows += one(flow, &job, input.clone())?;
    }
    Ok(json!({ "rows": rows, "spans": spans }))
}

/// How far a report may reach, as Pinterest states it for reports of this grain: days from first to
/// last, and days back.
struct Reach {
    days: i64,
    back: i64,
    rule: &'static str,
}

fn reach(flow: &Flow) -> Reach {
    let product = flow.text("level") == "PRODUCT_ITEM";
    match flow.text("granularity") {
        _ if product => Reach { days: 31, back: 92, rule: "level PRODUCT_ITEM" },
        "HOUR" => Reach { days: 3, back: 8, rule: "granularity HOUR" },
        _ => Reach { days: 186, back: 914, rule: "reports" },
    }
}

/// The span, in pieces that Pinterest allows. Days and hours can be cut anywhere; a week, a month or
/// a total cannot.
fn spans(flow: &Flow, span: Span) -> FlowResult<Vec<Span>> {
    let reach = reach(flow);
    let span = span.within(reach.back, reach.rule)?;
    if span.days() > reach.days && !matches!(flow.text("granularity"), "DAY" | "HOUR") {
        let message = format!(
            "makes a span of {} days where {} allow {}; only granularity DAY and HOUR can be split",
            span.days(),
            reach.rule,
            reach.days
        );
        return Err(invalid_field("end_date", message).into());
    }
    Ok(span.pieces(reach.days))
}

/// One job from its request to its last row. Gives the number of rows.
pub fn one(flow: &mut Flow, job: &Job, input: Map<String, Value>) -> FlowResult<u64> {
    let service = flow.service();
    let named = |answer: &Value, places: &str| {
        places.split(' ').find_map(|place| answer.pointer(place)).cloned().unwrap_or_default()
    };
    let handle = flow.call_for(job.create, input.clone(), |answer| named(&answer, job.handle))?;
    let mut look = input;
    look.insert(job.field.to_owned(), answer_id(service, &handle)?);
    let look = flow.fitting(job.poll, &look)?;
    let done = |answer: Value| {
        let url = named(&answer, job.url);
        Ok(job_state(service, &named(&answer, job.state), &answer).transpose()?.map(|()| url))
    };
    let rows = |flow: &mut Flow| {
        let url = flow.wait("Pinterest to write the file", job.poll, look.clone(), done)?;
        // Nothing to tell makes no file.
        url.as_str().map_or(Ok(Ok(0)), |url| flow.rows(url))
    };
    match rows(flow)? {
        Ok(rows) => Ok(rows),
        // An address is good for some minutes only: Pinterest is asked for another.
        Err(_) => Ok(rows(flow)??),
    }
}
