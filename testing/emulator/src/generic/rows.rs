//! Answers that are made up anew for every call, and the same for the same call.

use serde_json::Value;

use super::analytics;
use super::plan::Plan;
use crate::call::Call;
use crate::reply::Refusal;
use crate::things::fake::Faker;
use crate::things::key::{key_text, object};

/// What an operation answers that keeps nothing; but where somebody has kept an answer under the
/// path, by what the query must have, it is that.
pub fn made_up(plan: &Plan, faker: &Faker, call: &mut Call) -> Result<Value, Refusal> {
    let Some(response) = &plan.facts.response else {
        return Ok(Value::Null);
    };
    let required = plan.facts.query().filter(|parameter| parameter.required);
    let question: Vec<_> =
        required.filter_map(|parameter| key_text(&call.query[&parameter.name])).collect();
    if let Some(answer) = call.world.store.get(&call.path, &question.join(",")) {
        return Ok(answer.clone());
    }
    if let Some(answer) = analytics::answer(plan, call) {
        return answer;
    }
    Ok(asking(faker, call).value(response, &call.seed()))
}

/// Knows the first of everything that was asked for: `keyword` of `keywords`.
fn asking(faker: &Faker, call: &Call) -> Faker {
    let mut faker = faker.clone();
    for (name, value) in object(&call.query) {
        let first = value.as_array().and_then(|list| list.first());
        let singular = name.strip_suffix('s').unwrap_or(&name).to_owned();
        faker.everywhere.extend(first.map(|first| (singular, first.clone())));
    }
    faker
}
