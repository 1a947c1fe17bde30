//! Jobs that take a while: one call begins them, others look after them.

use serde_json::{Value, json};

use super::download::Rows;
use super::plan::Plan;
use super::{report, write};
use crate::call::Call;
use crate::clock::Moment;
use crate::reply::Refusal;
use crate::things::collection::Collection;
use crate::things::fake::Faker;
use crate::things::job_kind::Job;
use crate::things::key::Key;
use crate::things::started::{Begun, Started};
use crate::things::store::Store;
use crate::world::World;

/// How many rows a result has that is no report of figures.
const USUAL_ROWS: usize = 3;
/// How many jobs are remembered. The oldest are forgotten, as reports are after an hour.
const REMEMBERED: usize = 1_000;

/// Begins a job, and gives the answer with its handle. Things that are kept under the path are what
/// its result tells of.
pub fn begin(
    plan: &Plan,
    job: &'static Job,
    mut faker: Faker,
    call: &mut Call,
) -> Result<Value, Refusal> {
    let question = report::question(job, call)?.filter(|_| call.options.result_rows.is_none());
    let handle = call.world.new_id().to_string();
    let parts = call.body["total_parts"].as_u64().unwrap_or(0);
    let part = |number| json!({ "part_number": number, "presigned_url": format!("{}/parts/{handle}", call.storage) });
    faker.everywhere.insert("file_parts".to_owned(), (1..=parts).map(part).collect());
    faker.made = Some(call.now);
    let (mut answer, _) = write::answer(plan, &faker, call)?;
    if let Some(place) = answer.pointer_mut(job.handle) {
        *place = handle.as_str().into();
    }
    job.tell(&mut answer, job.states.0);
    let asks_json = ["output_format", "report_format"].iter().any(|key| call.body[*key] == "JSON");
    let ending = if asks_json { "json" } else { "csv" }.to_owned();
    if let Some(collection) = job.shown.and_then(Collection::at) {
        let path = call.path_of(collection.path);
        let mut thing = faker.knowing(&answer).value(collection.element, &handle);
        job.tell(&mut thing, job.states.0);
        call.world.store.changed(collection, &path, &faker).insert(Key::new(&handle), thing);
    }
    let kept = call.world.store.collections.get(&call.path);
    let kept = kept.map(|things| things.values().cloned().collect());
    let made_up = call.options.result_rows.unwrap_or(USUAL_ROWS);
    let (at, answered, settled) = (call.now, answer.clone(), None);
    let begun = Begun { at, looks: 0, answer: answered, settled, ending, question, kept, made_up };
    let jobs = &mut call.world.store.jobs;
    jobs.insert(Key::new(&handle), Started { job, begun });
    while jobs.len() > REMEMBERED {
        jobs.pop_first();
    }
    Ok(answer)
}

/// Looks after a job.
pub fn poll(plan: &Plan, job: &Job, faker: Faker, call: &mut Call) -> Result<Value, Refusal> {
    let response = plan.facts.response.as_ref().ok_or_else(Refusal::not_found)?;
    let query = call.query[job.parameter].as_str();
    let handle = query.or(call.text(job.parameter)).unwrap_or_default().to_owned();
    let Some(started) = call.world.store.jobs.get_mut(&Key::new(&handle)) else {
        let unknown = job.unknown.ok_or_else(Refusal::not_found)?;
        let mut answer = faker.value(response, &handle);
        job.tell(&mut answer, unknown);
        return Ok(answer);
    };
    let mut answer = faker.knowing(&started.begun.answer).value(response, &handle);
    let state = started.look(call.now);
    job.tell(&mut answer, state);
    if state != job.states.1 {
        return Ok(answer);
    }
    let file = format!("{handle}.{}", started.begun.ending);
    let Some(rows) = rows(call.world, &file, call.now) else {
        return Ok(answer);
    };
    if let Some(url) = job.url {
        // Believed: nothing to tell makes no file.
        answer[url] = match rows.are_none() {
            true => Value::Null,
            false => format!("{}/files/{file}", call.storage).into(),
        };
    }
    if !answer["size"].is_null() {
        answer["size"] = rows.size().into();
    }
    Ok(answer)
}

/// The rows of the job by whose handle a file is named.
pub fn rows(world: &mut World, file: &str, now: Moment) -> Option<Rows> {
    let (handle, ending) = file.rsplit_once('.')?;
    let begun = &world.store.jobs.get(&Key::new(handle))?.begun;
    if begun.ending != ending {
        return None;
    }
    let (is_json, made_up) = (ending == "json", begun.made_up);
    let (kept, question) = (begun.kept.clone(), begun.question.clone());
    let kept = kept.or_else(|| Some(report::answer(&question?, world, now)));
    Some(Rows { is_json, kept, made_up })
}

/// Looks after the jobs that are shown in a list.
pub fn look_in_list(store: &mut Store, path: &str, now: Moment) {
    for (key, thing) in store.collections.get_mut(path).into_iter().flatten() {
        if let Some(started) = store.jobs.get_mut(key) {
            let job = started.job;
            job.tell(thing, started.look(now));
        }
    }
}
