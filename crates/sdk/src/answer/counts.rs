//! The counters in an answer to a batch, such as `num_events_processed`, compared with its outcomes.

use serde_json::{Map, Value, json};

use super::outcome::Outcome;
use super::verdict::{failed, unknown};
use crate::catalog::Service;

/// Parts of the names of counters.
const RECEIVED: [&str; 3] = ["received", "submitted", "total"];
const DONE: [&str; 3] = ["processed", "succe", "accepted"];
const FAILED: [&str; 4] = ["fail", "error", "reject", "invalid"];

/// Those that an answer has.
#[derive(Debug, Default)]
pub struct Counts {
    pub received: Option<u64>,
    pub done: Option<u64>,
    pub failed: Option<u64>,
}

impl Counts {
    pub fn of(envelope: &Map<String, Value>) -> Counts {
        let mut counts = Counts::default();
        for (name, value) in envelope {
            let Some(count) = value.as_u64().filter(|_| is_counter(name)) else { continue };
            let has = |parts: &[&str]| parts.iter().any(|part| name.contains(part));
            let place = match () {
                () if has(&FAILED) => &mut counts.failed,
                () if has(&DONE) => &mut counts.done,
                () if has(&RECEIVED) => &mut counts.received,
                () => continue,
            };
            *place = Some(count);
        }
        counts
    }
}

fn is_counter(name: &str) -> bool {
    let around = ["num_", "number_", "count_", "total_"];
    around.iter().any(|part| name.starts_with(part))
        || ["_count", "_total"].iter().any(|part| name.ends_with(part))
}

/// Where more failed than the outcomes tell, those that seem to have been done are not known to be.
pub fn reconcile(
    service: &Service,
    counts: &Counts,
    inputs: Option<usize>,
    outcomes: &mut [Outcome],
) {
    let is_done = |outcome: &&mut Outcome| outcome.error.is_none() && !outcome.is_waiting;
    let done = outcomes.iter_mut().filter(is_done).count() as u64;
    let sent = counts.received.unwrap_or_default().max(inputs.unwrap_or(outcomes.len()) as u64);
    let of_all = |count: Option<u64>| count.map_or(0, |count| sent.saturating_sub(count));
    let missing =
        of_all(counts.done).max(of_all(counts.received)).max(counts.failed.unwrap_or_default());
    if missing <= outcomes.len() as u64 - done {
        return;
    }
    let details =
        json!({ "received": counts.received, "processed": counts.done, "failed": counts.failed });
    let none = match counts.done {
        Some(done) => done == 0,
        None => missing >= sent,
    };
    for outcome in outcomes.iter_mut().filter(is_done) {
        outcome.is_unknown = !none;
        outcome.error = Some(match none {
            true => failed(service, &details, "that it processed none of the batch"),
            false => {
                let done = sent.saturating_sub(missing);
                let why = format!(
                    "{} counts {done} of {sent} as done and does not say which",
                    service.name
                );
                unknown(&details, &why)
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::SERVICE;

    #[test]
    fn counters_that_disagree_leave_nothing_that_seems_done() {
        let counted = |envelope: Value, failed: usize| {
            let mut outcomes: Vec<_> = (0..3)
                .map(|index| match index < failed {
                    true => Outcome::failed(Some(index), Value::Null),
                    false => Outcome::done(Some(index)),
                })
                .collect();
            reconcile(&SERVICE, &Counts::of(envelope.as_object().unwrap()), Some(3), &mut outcomes);
            let word = |outcome: &Outcome| match (&outcome.error, outcome.is_unknown) {
                (None, _) => 'o',
                (_, false) => 'f',
                (_, true) => '?',
            };
            outcomes.iter().map(word).collect::<String>()
        };
        let all = [
            (json!({ "num_events_received": 3, "num_events_processed": 3 }), 0, "ooo"),
            (json!({ "num_events_received": 3, "num_events_processed": 2 }), 1, "foo"),
            (json!({ "num_events_received": 3, "num_events_processed": 1 }), 1, "f??"),
            (json!({ "num_events_received": 3, "num_events_processed": 0 }), 1, "fff"),
            (json!({ "num_events_received": 2, "num_events_processed": 2 }), 0, "???"),
            (json!({ "failed_count": 1 }), 0, "???"),
            (json!({ "failed_count": 3 }), 0, "fff"),
            (json!({ "failed_count": 1 }), 1, "foo"),
            (json!({ "processed": 0, "num_events_processed": "0" }), 0, "ooo"),
        ];
        for (envelope, failed, wanted) in all {
            assert_eq!(counted(envelope.clone(), failed), wanted, "{envelope}");
        }
    }
}
