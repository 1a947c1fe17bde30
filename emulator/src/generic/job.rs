//! Jobs that take a while: one call begins them, others look after them.

use serde_json::{Value, json};

use super::collection::Collection;
use super::download::size;
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
    ending: &'static str,
}

/// Begins a job, and gives the answer with its handle.
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
        answer[url] = format!("{}/files/{handle}.{}", call.storage, started.ending).into();
    }
    if is_done && !answer["size"].is_null() {
        answer["size"] = size(started.ending, call.options.result_rows).into();
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
    /// The ending of the result's name: `csv` or `json`.
    pub fn ending(&self) -> &'static str {
        self.ending
    }

    /// Whether it is done. It is under way for the first look, unless time has passed.
    fn look(&mut self, now: Moment) -> bool {
        self.looks += 1;
        self.looks > 1 || now >= self.begun.plus_s(TAKES_S)
    }
}
