//! Reports in one action each: asked for, waited for, and handed on row by row.

use serde_json::{Map, Value, json};

use super::batch;
use super::period::{self, Span};
use super::place::fitting;
use crate::error::invalid_field;
use crate::flow::{Flow, Part, job_state};
use crate::run::action;

/// One kind of job that ends in a file. Names with several pointers stand in one of these places.
struct Job {
    /// The composed action.
    id: &'static str,
    create: &'static str,
    poll: &'static str,
    /// In the answer to `create`, what the job is known by.
    handle: &'static [&'static str],
    /// The field of `poll` that takes it.
    named: &'static str,
    /// In the answer to `poll`.
    state: &'static [&'static str],
    url: &'static [&'static str],
}

const TOKEN: &[&str] = &["/token", "/data/token"];
const STATUS: &[&str] = &["/report_status", "/data/report_status"];
const URL: &[&str] = &["/url", "/data/url"];

const JOBS: &[Job] = &[
    report("ads_reports.run", "ads_reports.create", "ads_reports.get"),
    report("template_reports.run", "template_reports.create", "ads_reports.get"),
    report(
        "conversion_product_reports.run",
        "conversion_product_reports.create",
        "conversion_product_reports.get",
    ),
    report("mmm_reports.run", "mmm_reports.create", "mmm_reports.get"),
    report("catalog_reports.run", "catalog_reports.create", "catalog_reports.get"),
    bulk("bulk_downloads.run", "bulk_downloads.create"),
    bulk("bulk_upserts.run", "bulk_upserts.create"),
    Job {
        id: "lead_exports.run",
        create: "lead_exports.create",
        poll: "lead_exports.get",
        handle: &["/leads_export_id"],
        named: "leads_export_id",
        state: &["/export_status"],
        url: &["/download_url"],
    },
];

const fn report(id: &'static str, create: &'static str, poll: &'static str) -> Job {
    Job { id, create, poll, handle: TOKEN, named: "token", state: STATUS, url: URL }
}

const fn bulk(id: &'static str, create: &'static str) -> Job {
    Job {
        id,
        create,
        poll: "bulk_requests.get",
        handle: &["/request_id"],
        named: "bulk_request_id",
        state: &["/status"],
        url: &["/result_url"],
    }
}

/// Emits the rows; the output is their number, and the spans that they are of.
pub fn run(flow: &mut Flow) -> Part<Value> {
    let job = find(flow.id());
    let create = action(job.create)?;
    let mut input = fitting(job.create, &flow.input)?;
    let takes = |name: &str| create.input.iter().any(|field| field.name == name);
    let span = if takes("start_date") { period::of(flow)? } else { None };
    let Some(span) = span else {
        let rows = one(flow, job.id, input)?;
        return Ok(json!({ "rows": rows }));
    };
    let mut rows = 0;
    let spans = spans(flow, span)?;
    for span in &spans {
        input.insert("start_date".to_owned(), span.first.to_string().into());
        input.insert("end_date".to_owned(), span.last.to_string().into());
        rows += one(flow, job.id, input.clone())?;
    }
    Ok(json!({ "rows": rows, "spans": spans }))
}

fn find(id: &str) -> &'static Job {
    JOBS.iter().find(|job| job.id == id).expect("the catalogue names a job")
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
fn spans(flow: &Flow, span: Span) -> Part<Vec<Span>> {
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
pub fn one(flow: &mut Flow, job: &str, input: Map<String, Value>) -> Part<u64> {
    let job = find(job);
    let named = |answer: &Value, places: &[&str]| {
        places.iter().find_map(|place| answer.pointer(place)).cloned().unwrap_or_default()
    };
    let handle = flow.call_for(job.create, input.clone(), |answer| named(&answer, job.handle))?;
    let mut look = input;
    look.insert(job.named.to_owned(), batch::named(&handle)?);
    let look = fitting(job.poll, &look)?;
    let done = |answer: Value| {
        let url = named(&answer, job.url);
        Ok(job_state(&named(&answer, job.state), &answer).transpose()?.map(|()| url))
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
