//! Jobs that take a while: one call begins them, others look after them.

use serde_json::{Value, json};

use super::collection::Collection;
use super::give::filled;
use super::invent::Inventor;
use super::plan::Plan;
use super::store::{Key, Store};
use super::write;
use crate::call::Call;
use crate::clock::Moment;
use crate::reply::Refusal;

/// How long a job takes at most, in seconds; or until it was looked after once.
const TAKES_S: i64 = 60;

/// A kind of job.
pub struct Job {
    /// The operations that begin it.
    pub begin: &'static [&'static str],
    /// The operation that looks after it.
    pub poll: &'static str,
    /// Where its handle is in the answer that begins it, as a JSON pointer.
    pub handle: &'static str,
    /// The parameter of the poll that takes the handle.
    pub parameter: &'static str,
    /// Where its state is in the answer of the poll.
    pub state: &'static str,
    /// The state before and after.
    pub states: (&'static str, &'static str),
    /// The state of a job that nobody began; without one, 404.
    pub unknown: Option<&'static str>,
    /// Where the address of the result is.
    pub url: Option<&'static str>,
    /// The collection in whose list it is looked after, instead of by a poll.
    pub shown: Option<&'static str>,
}

const REPORT: Job = Job {
    begin: &[],
    poll: "",
    handle: "/token",
    parameter: "token",
    state: "report_status",
    states: ("IN_PROGRESS", "FINISHED"),
    unknown: Some("DOES_NOT_EXIST"),
    url: Some("url"),
    shown: None,
};
const BATCH: Job = Job {
    handle: "/batch_id",
    parameter: "batch_id",
    state: "status",
    states: ("PROCESSING", "COMPLETED"),
    unknown: None,
    url: None,
    ..REPORT
};

/// Every kind of job, but that of media, which is written by hand.
static JOBS: &[Job] = &[
    Job {
        begin: &["analytics/create_report", "analytics/create_template_report"],
        poll: "analytics/get_report",
        ..REPORT
    },
    Job {
        begin: &["analytics/create_conversion_product_report"],
        poll: "analytics/get_conversion_product_report",
        ..REPORT
    },
    Job {
        begin: &["analytics/create_mmm_report"],
        poll: "analytics/get_mmm_report",
        ..REPORT
    },
    Job { begin: &["reports/create"], poll: "reports/get", unknown: None, ..REPORT },
    Job {
        begin: &["bulk_download/create", "bulk_upsert/create"],
        poll: "bulk_request/get",
        handle: "/request_id",
        parameter: "bulk_request_id",
        state: "status",
        states: ("RUNNING", "SUCCEEDED"),
        unknown: None,
        url: Some("result_url"),
        shown: None,
    },
    Job {
        begin: &["leads_export/create"],
        poll: "leads_export/get",
        handle: "/leads_export_id",
        parameter: "leads_export_id",
        state: "export_status",
        unknown: None,
        url: Some("download_url"),
        ..REPORT
    },
    Job {
        begin: &["customer_list_uploads/create"],
        poll: "customer_list_uploads/get",
        handle: "/customer_list_upload/id",
        parameter: "customer_list_upload_id",
        state: "state",
        states: ("RUNNING", "SUCCEEDED"),
        ..BATCH
    },
    Job { begin: &["items_batch/post"], poll: "items_batch/get", ..BATCH },
    Job {
        begin: &["catalogs_local_inventory_items_batch/operate"],
        poll: "catalogs_supplemental_items_batch/get",
        ..BATCH
    },
    Job {
        begin: &["feeds/ingest"],
        handle: "/id",
        shown: Some("/v5/catalogs/feeds/{feed_id}/processing_results"),
        ..BATCH
    },
];

/// The job that an operation begins or looks after.
pub fn of(operation_id: &str) -> Option<&'static Job> {
    JOBS.iter().find(|job| job.poll == operation_id || job.begin.contains(&operation_id))
}

/// A job that was begun.
pub struct Started {
    job: &'static Job,
    begun: Moment,
    looks: u32,
    /// What the call that began it was answered.
    answer: Value,
    /// The ending of the result's name: `csv` or `json`.
    ending: &'static str,
}

/// Begins a job, and gives the answer with its handle.
pub fn begin(plan: &Plan, job: &'static Job, mut inventor: Inventor, call: &mut Call) -> Result<Value, Refusal> {
    let handle = call.world.new_id().to_string();
    let parts = call.body["total_parts"].as_u64().unwrap_or(0);
    let part = |number| json!({ "part_number": number, "presigned_url": format!("{}/emulator/parts/{handle}", call.origin) });
    inventor.everywhere.insert("file_parts".to_owned(), (1..=parts).map(part).collect());
    inventor.made = Some(call.now);
    let (mut answer, _) = write::answer(plan, &inventor, call)?;
    if let Some(place) = answer.pointer_mut(job.handle) {
        *place = handle.as_str().into();
    }
    job.tell(&mut answer, false);
    let asks_json = ["output_format", "report_format"].iter().any(|key| call.body[*key] == "JSON");
    let ending = if asks_json { "json" } else { "csv" };
    if let Some(collection) = job.shown.and_then(Collection::at) {
        let path = filled(collection.path, call);
        let mut thing = inventor.knowing(&answer).value(collection.element, &handle);
        job.tell(&mut thing, false);
        call.world.store.filled(collection, &path, &inventor).insert(Key::new(&handle), thing);
    }
    let started = Started { job, begun: call.now, looks: 0, answer: answer.clone(), ending };
    call.world.store.jobs.insert(handle, started);
    Ok(answer)
}

/// Looks after a job.
pub fn poll(plan: &Plan, job: &Job, inventor: Inventor, call: &mut Call) -> Result<Value, Refusal> {
    let response = plan.facts.response.as_ref().ok_or_else(Refusal::not_found)?;
    let query = call.query[job.parameter].as_str();
    let handle = query.or(call.text(job.parameter)).unwrap_or_default().to_owned();
    let Some(started) = call.world.store.jobs.get_mut(&handle) else {
        let unknown = job.unknown.ok_or_else(Refusal::not_found)?;
        let mut answer = inventor.value(response, &handle);
        job.tell(&mut answer, false);
        answer[job.state] = unknown.into();
        return Ok(answer);
    };
    let is_done = started.look(call.now);
    let mut answer = inventor.knowing(&started.answer).value(response, &handle);
    job.tell(&mut answer, is_done);
    if let (true, Some(url)) = (is_done, job.url) {
        answer[url] = format!("{}/emulator/files/{handle}.{}", call.origin, started.ending).into();
    }
    if is_done && !answer["size"].is_null() {
        answer["size"] = file(started.ending).len().into();
    }
    Ok(answer)
}

/// Looks after the jobs that are shown in a list.
pub fn look_in_list(store: &mut Store, path: &str, now: Moment) {
    for (key, thing) in store.collections.get_mut(path).into_iter().flatten() {
        if let Some(started) = store.jobs.get_mut(key.text()) {
            let is_done = started.look(now);
            started.job.tell(thing, is_done);
        }
    }
}

impl Started {
    /// Whether it is done. It is under way for the first look, unless time has passed.
    fn look(&mut self, now: Moment) -> bool {
        self.looks += 1;
        self.looks > 1 || now >= self.begun.plus_s(TAKES_S)
    }
}

impl Job {
    /// Sets the state where the answer has one. Until it is done there is no result.
    fn tell(&self, answer: &mut Value, is_done: bool) {
        let state = if is_done { self.states.1 } else { self.states.0 };
        if let Some(place) = answer.get_mut(self.state) {
            *place = state.into();
        }
        if !is_done && let Some(url) = self.url && let Some(answer) = answer.as_object_mut() {
            answer.remove(url);
            answer.remove("size");
        }
    }
}

/// A result as it is downloaded, by the ending of its name.
pub fn file(ending: &str) -> String {
    let rows = [("2026-02-01", 1204, 37), ("2026-02-02", 1311, 41), ("2026-02-03", 998, 29)];
    match ending {
        "json" => {
            let row = |(date, impressions, clicks)| {
                json!({ "DATE": date, "IMPRESSION": impressions, "CLICKTHROUGH": clicks })
            };
            Value::from_iter(rows.map(row)).to_string()
        }
        _ => {
            let row = |(date, impressions, clicks)| format!("{date},{impressions},{clicks}\n");
            format!("DATE,IMPRESSION,CLICKTHROUGH\n{}", rows.map(row).concat())
        }
    }
}

/// The result of a job by the name of its file: the handle and the ending.
pub fn result(store: &Store, name: &str) -> Option<String> {
    let (handle, ending) = name.rsplit_once('.')?;
    let started = store.jobs.get(handle)?;
    (started.ending == ending).then(|| file(ending))
}
