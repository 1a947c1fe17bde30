//! What is watched.

use connector_durable::{Watched, watched};
use serde_json::{Value, json};

use crate::error::Error;
use crate::output::{self, Column};
use crate::state::State;
use crate::time_format::time;

pub fn print(state: &State, as_json: bool) -> Result<(), Error> {
    let mut all = Vec::new();
    for (name, folder) in state.watches()? {
        all.extend(watched(&folder)?.into_iter().map(|it| (name.clone(), it)));
    }
    if as_json {
        return output::json(&all.iter().map(shown).collect());
    }
    if all.is_empty() {
        output::note("nothing is watched yet");
    }
    let head = [
        Column::whole("watch"),
        Column::new("trigger"),
        Column::new("polled"),
        Column::new("events"),
        Column::new("errors"),
    ];
    output::lines(output::table("", head, &all.iter().map(row).collect::<Vec<_>>()))
}

fn row((name, it): &(String, Watched)) -> [String; 5] {
    let polled = it.polled.map_or_else(|| "never".into(), time);
    let mut counts = format!("{} events, {} undelivered", it.recorded, it.undelivered);
    if it.put_aside > 0 {
        counts += &format!(", {} can never be delivered", it.put_aside);
    }
    let errors = [&it.error, &it.delivery_error].into_iter().flatten().cloned();
    [
        name.clone(),
        format!("{} {}", it.trigger, it.config),
        format!("polled {polled}"),
        counts,
        errors.collect::<Vec<_>>().join("; "),
    ]
}

fn shown((name, it): &(String, Watched)) -> Value {
    json!({
        "name": name,
        "trigger": it.trigger,
        "config": serde_json::from_str::<Value>(&it.config).unwrap_or_default(),
        "connector": it.connector,
        "connection": it.connection,
        "polled": it.polled.map(time),
        "failures": it.failures,
        "error": it.error,
        "recorded": it.recorded,
        "undelivered": it.undelivered,
        "put_aside": it.put_aside,
        "delivery_error": it.delivery_error,
    })
}
