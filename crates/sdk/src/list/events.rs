//! The new items of a list, as events.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;

use super::cursor::{Poll, TriggerCursor};
use super::fingerprints::fingerprint;
use super::item::{lacking, text, unreadable};
use crate::catalog::{Catalog, Service, Trigger};
use crate::checkpoint::{checksum, damaged};
use crate::contract::{Cursor, Error};
use crate::date::Day;
use crate::json_array::JsonArray;

/// A poll of a trigger under way.
#[derive(Serialize, Deserialize)]
pub struct Events {
    /// The trigger's id.
    trigger: String,
    /// What precedes an item's key in an event's id.
    prefix: String,
    /// The first poll takes stock and emits nothing.
    silent: bool,
    poll: Poll,
}

impl Events {
    /// `seen` is absent on a first poll.
    pub fn begin(
        trigger: &Trigger,
        prefix: String,
        seen: Option<TriggerCursor>,
        existing: bool,
    ) -> Events {
        let silent = seen.is_none() && !existing;
        let poll = Poll::begin(seen.unwrap_or_default());
        Events { trigger: trigger.id.to_owned(), prefix, silent, poll }
    }

    /// The events of a page of items, both JSON arrays, and their number.
    pub fn take(&mut self, catalog: &Catalog, items: &str) -> Result<(String, u32), Error> {
        let trigger = catalog.triggers.iter().find(|trigger| trigger.id == self.trigger);
        let trigger = trigger.ok_or_else(|| damaged("checkpoint"))?;
        let (mut prints, mut found) = (Vec::new(), Vec::new());
        let items: Vec<&RawValue> =
            serde_json::from_str(items).map_err(|cause| unreadable(&catalog.service, cause))?;
        for data in items.into_iter().map(RawValue::get) {
            let item: Value =
                serde_json::from_str(data).map_err(|cause| unreadable(&catalog.service, cause))?;
            if counts(trigger, &item) {
                let (key, state) =
                    (self.key(&catalog.service, trigger, &item)?, state(trigger, &item));
                prints.push(fingerprint(&key, state.as_deref()));
                found.push((key, state, occurred(trigger, &item), data));
            }
        }
        let news = self.poll.meet(&prints);
        let mut array = JsonArray::default();
        for ((key, state, time, data), changes) in found.into_iter().zip(news) {
            let Some(changes) = changes.filter(|_| !self.silent) else { continue };
            let (id, time) = (Value::from(id(key, state, changes)), Value::from(time));
            let event = format!(r#"{{"id":{id},"occurred_at":{time},"data":{data}}}"#);
            array.slot().push_str(&event);
        }
        Ok(array.finish())
    }

    pub fn finish(self) -> Cursor {
        self.poll.end().cursor()
    }

    /// Where it happened and to what.
    fn key(&self, service: &Service, trigger: &Trigger, item: &Value) -> Result<String, Error> {
        let mut key = self.prefix.clone();
        for (index, pointer) in trigger.key.iter().enumerate() {
            let part = text(item, pointer).ok_or_else(|| lacking(service, pointer))?;
            key = if index == 0 { key + &part } else { format!("{key}/{part}") };
        }
        if trigger.key.is_empty() {
            key += &format!("{:016x}", checksum(item.to_string().as_bytes()));
        }
        Ok(key)
    }
}

/// An event's id: the key and, where changes count, a sum of the state that it came to and of how
/// many came before. So a state that comes again is an event of its own, and a poll that has to be
/// repeated tells the same.
fn id(key: String, state: Option<String>, changes: u16) -> String {
    let Some(state) = state else { return key };
    format!("{key}@{:016x}", checksum(format!("{changes}{state}").as_bytes()))
}

/// What makes the item an event again when it changes, where anything does.
fn state(trigger: &Trigger, item: &Value) -> Option<String> {
    let state = |pointer: &&str| item.pointer(pointer).map(Value::to_string);
    let states: Vec<_> = trigger.changed.iter().map(state).collect();
    (!states.is_empty()).then(|| format!("{states:?}"))
}

/// Whether the item is in a state that the trigger waits for.
fn counts(trigger: &Trigger, item: &Value) -> bool {
    let Some((pointer, states)) = trigger.when else { return true };
    text(item, pointer).is_some_and(|state| states.contains(&state.as_str()))
}

/// When it happened, in RFC 3339; numbers count seconds or, where they are large, milliseconds.
fn occurred(trigger: &Trigger, item: &Value) -> Option<String> {
    match item.pointer(trigger.time?)? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => {
            let number = number.as_i64()?;
            let seconds = if number > 100_000_000_000 { number / 1000 } else { number };
            let (day, time) = (Day(seconds.div_euclid(86_400)), seconds.rem_euclid(86_400));
            let (hour, minute, second) = (time / 3600, time / 60 % 60, time % 60);
            Some(format!("{day}T{hour:02}:{minute:02}:{second:02}Z"))
        }
        _ => None,
    }
}
