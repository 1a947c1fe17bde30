//! A poll of `metrics.final`: the days of the last week whose figures will not change any more.

use serde_json::{Value, json};

use super::leads::today;
use super::place::object;
use connector_sdk::date::Day;
use connector_sdk::flow::{Flow, FlowResult};

/// Days to look back. A host that was away for longer misses some.
const BACK: i64 = 7;

pub fn poll(flow: &mut Flow) -> FlowResult<Value> {
    let today = today(flow)?;
    for back in (1..=BACK).rev() {
        let date = Day(today.0 - back).to_string();
        let input = json!({ "date": date });
        let ready = flow.call("metrics_readiness.get", object(input))?;
        if ready["conversion_metrics_ready"] == true {
            let mut day = object(json!({ "date": date }));
            day.extend(object(ready));
            flow.emit(&[Value::Object(day)])?;
        }
    }
    Ok(Value::Null)
}
