//! Carries a checked call out and answers it.

use axum::http::StatusCode;
use serde_json::Value;

use super::plan::{Plan, Work};
use super::{job, list, rows, write};
use crate::call::Call;
use crate::facts::{Lookup, Method};
use crate::reply::{Refusal, Reply};
use crate::things::collection::{self, Collection};
use crate::things::fake::Faker;
use crate::world::Id;

/// Answers a call, whatever it is.
pub fn answer(plan: &Plan, call: &mut Call) -> Result<Reply, Refusal> {
    is_there(plan, call)?;
    let faker = faker(plan, call);
    match &plan.work {
        Work::List(collection) => list::page(plan, collection, &faker, call),
        Work::Get(collection) => get(plan, collection, &faker, call),
        Work::Poll(job) => Ok(Reply::ok(&job::poll(plan, job, faker, call)?)),
        Work::Begin(job) => {
            let answer = job::begin(plan, job, faker, call)?;
            Ok(success(plan, &answer, false))
        }
        Work::Nothing if plan.facts.method == Method::Get => {
            Ok(success(plan, &rows::made_up(plan, &faker, call)?, false))
        }
        _ => {
            let (answer, any_failed) = write::answer(plan, &faker, call)?;
            Ok(success(plan, &answer, any_failed))
        }
    }
}

/// Everything that the path names is there: the ad account is ours, and what is above is known.
/// What is about to be made need not be, and jobs are elsewhere.
fn is_there(plan: &Plan, call: &mut Call) -> Result<(), Refusal> {
    let template = plan.facts.path.as_str();
    let is_elsewhere = matches!(plan.work, Work::Create(_) | Work::Poll(_));
    for (end, _) in template.match_indices('}') {
        let (above, name) = collection::item(&template[..=end]).unwrap_or_default();
        let Some(key) = call.text(name).map(str::to_owned) else {
            continue;
        };
        match above {
            "/v5/pins" => call.pin(Id::read(&key)).map(drop)?,
            "/v5/boards" => call.board(Id::read(&key)).map(drop)?,
            _ if is_elsewhere && end + 1 == template.len() => {}
            _ => {
                let path = call.path_of(above);
                if let Some(collection) = Collection::at(above).filter(|it| it.key.is_some()) {
                    let faker = faker(plan, call);
                    call.world.store.filled(collection, &path, &faker);
                }
                if call.world.store.lacks(&path, &key) {
                    return Err(match above {
                        "/v5/ad_accounts" => Refusal::not_permitted(),
                        _ => Refusal::not_found(),
                    });
                }
            }
        }
    }
    Ok(())
}

/// What the call tells about its answer: the path, the query and the body.
fn faker(plan: &Plan, call: &Call) -> Faker {
    let mut faker = Faker::default();
    // What has no type is of a shop.
    faker.everywhere.insert("catalog_type".to_owned(), "RETAIL".into());
    for (name, value) in &call.ids {
        faker.everywhere.insert(name.clone(), value.as_str().into());
    }
    if let (Work::Nothing | Work::Poll(_), Some((_, last))) = (&plan.work, call.ids.last()) {
        faker.known.insert("id".to_owned(), last.as_str().into());
    }
    for object in [&call.query, &call.body] {
        faker.known.extend(object.as_object().cloned().unwrap_or_default());
    }
    faker
}

fn get(plan: &Plan, collection: &Collection, faker: &Faker, call: &Call) -> Result<Reply, Refusal> {
    let key = call.ids.last().map_or("", |(_, key)| key);
    let thing =
        call.world.store.get(&call.path_of(collection.path), key).ok_or_else(Refusal::not_found)?;
    match &plan.facts.response {
        Some(response) if !std::ptr::eq(response.resolve(), collection.element.resolve()) => {
            Ok(Reply::ok(&faker.view(response, thing, &key)))
        }
        _ => Ok(Reply::ok(thing)),
    }
}

/// The answer with the status of success that suits it: 206 when some items failed, 201 for one
/// thing that was made, 204 without content, all of them only where the facts have them.
fn success(plan: &Plan, answer: &Value, any_failed: bool) -> Reply {
    let has = |status: StatusCode| plan.facts.success.contains(&status.as_u16());
    let tells_each = plan.frame.list.is_some();
    if plan.facts.response.is_none() || (has(StatusCode::NO_CONTENT) && !tells_each) {
        let status = [StatusCode::NO_CONTENT].into_iter().find(|status| has(*status));
        return Reply::empty(status.unwrap_or(StatusCode::OK));
    }
    let suited = [
        (any_failed, StatusCode::PARTIAL_CONTENT),
        (!tells_each, StatusCode::CREATED),
        (true, StatusCode::OK),
        (true, StatusCode::CREATED),
    ];
    let suited = suited.into_iter().find(|(suits, status)| *suits && has(*status));
    Reply::json(suited.map_or(StatusCode::OK, |(_, status)| status), answer)
}
