//! Jobs that take a while: one call begins them, others look after them.

use serde_json::{Value, json};

use super::collection::Collection;
use super::download::Rows;
use super::give::filled;
use super::invent::Inventor;
use super::job_kind::Job;
use super::plan::Plan;
use super::store::{Key, Store};
use super::write;
use crate::call::Call;
use crate::clock::Moment;
use crate::reply::Refusal;

/// How long a job takes at most, in seconds; or until it was looked after once.
const TAKES_S: i64 = 60;

/// A job that was begun.
pub struct Started {
    job: &'static Job,
    begun: Moment,
    looks: u32,
    /// What the call that began it was answered.
    answer: Value,
    /// The state that somebody has set.
    settled: Option<String>,
    /// What its result holds.
    pub rows: Rows,
}

/// Begins a job, and gives the answer with its handle. Things that are kept under the path are what
/// its result tells of.
pub fn begin(
    plan: &Plan,
    job: &'static Job,
    mut inventor: Inventor,
    call: &mut Call,
) -> Result<Value, Refusal> {
    let handle = call.world.new_id().to_string();
    let parts = call.body["total_parts"].as_u64().unwrap_or(0);
    let part = |number| json!({ "part_number": number, "presigned_url": format!("{}/parts/{handle}", call.storage) });
    inventor.everywhere.insert("file_parts".to_owned(), (1..=parts).map(part).collect());
    inventor.made = Some(call.now);
    let (mut answer, _) = write::answer(plan, &inventor, call)?;
    if let Some(place) = answer.pointer_mut(job.handle) {
        *place = handle.as_str().into();
    }
    job.tell(&mut answer, job.states.0);
    let asks_json = ["output_format", "report_format"].iter().any(|key| call.body[*key] == "JSON");
    let ending = if asks_json { "json" } else { "csv" };
    if let Some(collection) = job.shown.and_then(Collection::at) {
        let path = filled(collection.path, call);
        let mut thing = inventor.knowing(&answer).value(collection.element, &handle);
        job.tell(&mut thing, job.states.0);
        call.world.store.filled(collection, &path, &inventor).insert(Key::new(&handle), thing);
    }
    let kept = call.world.store.collections.get(&call.path);
    let kept = kept.map(|things| things.values().cloned().collect());
    let rows = Rows { ending, kept, made_up: call.options.result_rows };
    let (begun, answered) = (call.now, answer.clone());
    let started = Started { job, begun, looks: 0, answer: answered, settled: None, rows };
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
        job.tell(&mut answer, unknown);
        return Ok(answer);
    };
    let mut answer = inventor.knowing(&started.answer).value(response, &handle);
    let state = started.look(call.now);
    job.tell(&mut answer, state);
    if state != job.states.1 {
        return Ok(answer);
    }
    if let Some(url) = job.url {
        // Believed: nothing to tell makes no file.
        answer[url] = match started.rows.are_none() {
            true => Value::Null,
            false => format!("{}/files/{handle}.{}", call.storage, started.rows.ending).into(),
        };
    }
    if !answer["size"].is_null() {
        answer["size"] = started.rows.size().into();
    }
    Ok(answer)
}

/// Looks after the jobs that are shown in a list.
pub fn look_in_list(store: &mut Store, path: &str, now: Moment) {
    for (key, thing) in store.collections.get_mut(path).into_iter().flatten() {
        if let Some(started) = store.jobs.get_mut(key.text()) {
            let job = started.job;
            job.tell(thing, started.look(now));
        }
    }
}

impl Started {
    /// Sets its state, for good.
    pub fn settle(&mut self, state: &str) {
        self.settled = Some(state.to_owned());
    }

    /// Its state: what somebody has set, or else done. It is under way for the first look, unless
    /// time has passed.
    fn look(&mut self, now: Moment) -> &str {
        self.looks += 1;
        let is_done = self.looks > 1 || now >= self.begun.plus_s(TAKES_S);
        let state = if is_done { self.job.states.1 } else { self.job.states.0 };
        self.settled.as_deref().unwrap_or(state)
    }
}
