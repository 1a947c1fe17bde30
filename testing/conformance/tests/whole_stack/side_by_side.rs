//! Parents and batches side by side: what comes of it is what comes of one after the other.

use std::sync::Arc;
use std::time::Duration;

use connector_host::{Connection, NoopObserver, Policy};
use connector_records::{Cursor, Mode, Outcome, Reading, Record, Request, Writing, resource};
use serde_json::{Value, json};

use crate::double::{Double, header, id, response};

const MANY: usize = usize::MAX;
const BOARDS: u64 = 12;
const AT_ONCE: usize = 4;
/// Of a board with rows that is asked ahead of its turn.
const AHEAD: u64 = 3;
const NOW: i64 = 1_800_000_000_000_000;

fn impatient() -> Policy {
    Policy { tries: 1, ..Policy::default() }
}

fn reading(connection: &Connection, at_once: usize, cursor: Option<Cursor>) -> Reading {
    reading_of("board_pins", connection, at_once, cursor)
}

fn reading_of(
    of: &str,
    connection: &Connection,
    at_once: usize,
    cursor: Option<Cursor>,
) -> Reading {
    let pins = resource(connection.connector(), of).unwrap();
    let request = Request { incremental: true, ..Request::default() };
    Reading::new(connection, pins, request, cursor, NOW).unwrap().at_once(at_once)
}

/// The rows up to the end or a failure, the cursor as a file keeps it after each page, and the failure.
async fn rows(reading: &mut Reading) -> (Vec<Record>, Vec<(usize, String)>, Option<String>) {
    let (mut records, mut cursors) = (Vec::new(), Vec::new());
    loop {
        match reading.next(MANY, &mut NoopObserver).await {
            Ok(Some(page)) => records.extend(page),
            Ok(None) => return (records, cursors, None),
            Err(failure) => return (records, cursors, Some(failure.to_string())),
        }
        cursors.push((records.len(), serde_json::to_string(reading.cursor()).unwrap()));
    }
}

/// What somebody reads who asks for one after the other.
async fn one_after_the_other() -> (Vec<Record>, Vec<(usize, String)>) {
    let service = Double::new(BOARDS);
    let connection = service.connection(impatient());
    let (records, cursors, failure) = rows(&mut reading(&connection, 1, None)).await;
    assert_eq!(failure, None);
    assert_eq!(service.open(), (0, 1));
    assert!(records.len() > 30 && records[0]["board_id"] == id(0), "{}", records.len());
    (records, cursors)
}

#[tokio::test]
async fn parents_are_asked_together_and_their_rows_and_cursors_come_in_order() {
    let service = Double::new(BOARDS);
    let connection = service.connection(impatient());
    service.hold(AT_ONCE);
    let (records, cursors, failure) = rows(&mut reading(&connection, AT_ONCE, None)).await;
    assert_eq!(failure, None);
    assert_eq!(service.open(), (0, AT_ONCE));
    let asked = service.asked().len();
    assert_eq!((records, cursors), one_after_the_other().await);
    // No page was asked for twice.
    assert_eq!(asked, 1 + (0..BOARDS).map(|board| board as usize % 3 + 1).sum::<usize>());
}

/// The sections of a board are listed while those of others are, and while rows are read.
#[tokio::test]
async fn parents_below_parents_are_listed_together_too() {
    let mut results = Vec::new();
    for (at_once, held) in [(1, 0), (AT_ONCE, AT_ONCE)] {
        let service = Double::new(BOARDS);
        let connection = service.connection(impatient());
        service.hold(held);
        let mut reading = reading_of("board_section_pins", &connection, at_once, None);
        let result = rows(&mut reading).await;
        assert_eq!((result.2.as_deref(), service.open()), (None, (0, at_once)));
        results.push((result, service.asked().len()));
    }
    assert_eq!(results[0].0.0.len(), (0..BOARDS as usize).map(|board| board % 4).sum::<usize>());
    assert_eq!(results[0], results[1]);
}

#[tokio::test]
async fn each_cursor_of_a_read_that_ends_anywhere_gives_exactly_the_rest() {
    let (all, cursors) = one_after_the_other().await;
    for (given, cursor) in cursors {
        let service = Double::new(BOARDS);
        let connection = service.connection(impatient());
        let cursor = serde_json::from_str(&cursor).unwrap();
        let mut rest = reading(&connection, AT_ONCE, Some(cursor));
        let (rest, _, failure) = rows(&mut rest).await;
        assert_eq!((failure, &rest[..]), (None, &all[given..]));
    }
}

#[tokio::test]
async fn a_failure_in_the_middle_comes_in_its_turn_and_is_gone_on_from() {
    let broken = || vec![response(500, &json!({"code": 0, "message": "broken"})); 9];
    let mut results = Vec::new();
    for at_once in [1, AT_ONCE] {
        let service = Double::new(BOARDS);
        let connection = service.connection(impatient());
        service.fault(7, broken());
        let mut reading = reading(&connection, at_once, None);
        let (mut records, cursors, failure) = rows(&mut reading).await;
        assert!(records.iter().all(|it| it["board_id"].as_str() < Some(&id(7))));
        service.mend();
        let (rest, _, none) = rows(&mut reading).await;
        assert_eq!(none, None);
        records.extend(rest);
        results.push((records, cursors, failure));
    }
    assert!(results[0].2.is_some());
    assert_eq!(results[0], results[1]);
    assert_eq!(results[0].0, one_after_the_other().await.0);
}

#[tokio::test]
async fn what_fails_ahead_of_its_turn_is_asked_again_in_its_turn() {
    let service = Double::new(BOARDS);
    let connection = service.connection(impatient());
    service.hold(AT_ONCE);
    service.fault(AHEAD, [response(500, &json!({"code": 0, "message": "once"}))]);
    let (records, _, failure) = rows(&mut reading(&connection, AT_ONCE, None)).await;
    assert_eq!((failure, service.count(AHEAD)), (None, 1 + 1));
    assert_eq!(records, one_after_the_other().await.0);
}

#[tokio::test]
async fn a_parent_that_is_refused_ahead_of_its_turn_is_told_in_its_turn() {
    let service = Double::new(BOARDS);
    let connection = service.connection(impatient());
    service.hold(AT_ONCE);
    service.fault(AHEAD, [response(403, &json!({"code": 29, "message": "not yours"}))]);
    let mut reading = reading(&connection, AT_ONCE, None);
    let (mut records, mut told) = (Vec::<Record>::new(), Vec::new());
    while let Some(page) = reading.next(MANY, &mut NoopObserver).await.unwrap() {
        records.extend(page);
        told.extend(reading.refusals().into_iter().map(|it| (it, records.len())));
    }
    let (refusal, at) = told.pop().unwrap();
    assert_eq!((refusal.parents["board_id"].as_str(), told.len()), (Some(&*id(AHEAD)), 0));
    assert!(records[..at].iter().all(|it| it["board_id"].as_str() < Some(&id(AHEAD))));
    let others: Vec<_> = one_after_the_other().await.0;
    let others: Vec<_> = others.into_iter().filter(|it| it["board_id"] != id(AHEAD)).collect();
    assert_eq!(records, others);
}

#[tokio::test(start_paused = true)]
async fn a_rate_limit_stops_all_until_it_ends() {
    let service = Double::new(BOARDS);
    let connection = service.connection(Policy::default());
    service.hold(AT_ONCE);
    let mut full = response(429, &json!({"code": 8, "message": "too many"}));
    full.headers.push(header("retry-after", "10"));
    service.fault(AHEAD, [full]);
    let (records, _, failure) = rows(&mut reading(&connection, AT_ONCE, None)).await;
    assert_eq!(failure, None);
    assert_eq!(records, one_after_the_other().await.0);
    let refused = service.answered(429)[0];
    let later = service.asked().into_iter().filter(|(_, asked)| *asked > refused);
    let later: Vec<_> = later.map(|(_, asked)| asked - refused).collect();
    assert!(!later.is_empty());
    assert!(later.iter().all(|after| *after >= Duration::from_secs(10)), "{later:?}");
}

#[tokio::test(start_paused = true)]
async fn who_waits_too_long_behind_others_waits_alone() {
    let service = Double::new(4);
    // A second one would have to wait for longer than is allowed.
    let policy = Policy { max_wait: Duration::from_secs(15), ..impatient() };
    let connection = service.connection(policy);
    service.says("x-ratelimit-limit", "1, 1;w=10;name=\"org_read\"");
    let (records, _, failure) = rows(&mut reading(&connection, AT_ONCE, None)).await;
    assert_eq!(failure, None);
    let (all, _) = one_after_the_other().await;
    assert_eq!(records[..], all[..records.len()]);
    assert_eq!(records.last().unwrap()["board_id"], id(3));
}

#[tokio::test]
async fn who_stops_in_the_middle_ends_all_that_is_asked() {
    let service = Double::new(BOARDS);
    let connection = service.connection(impatient());
    let mut reading = reading(&connection, AT_ONCE, None);
    reading.next(MANY, &mut NoopObserver).await.unwrap().unwrap();
    // From here on nothing is answered.
    service.hold(MANY);
    {
        let mut next = Box::pin(async {
            loop {
                reading.next(MANY, &mut NoopObserver).await.unwrap().unwrap();
            }
        });
        tokio::select! {
            () = &mut next => {}
            () = service.until_open(|open| open >= 2) => {}
        }
    }
    drop(reading);
    service.until_open(|open| open == 0).await;
    let asked = service.asked().len();
    tokio::task::yield_now().await;
    assert_eq!((service.open().0, service.asked().len()), (0, asked));
}

#[tokio::test]
async fn few_rows_are_asked_for_one_page_at_a_time() {
    let service = Double::new(BOARDS);
    let connection = service.connection(impatient());
    let mut reading = reading(&connection, AT_ONCE, None);
    let page = reading.next(1, &mut NoopObserver).await.unwrap().unwrap();
    assert_eq!((page.len(), service.asked().len(), service.open()), (1, 2, (0, 1)));
    // The rest of the page, and then all others.
    let rest = rows(&mut reading).await.0;
    let all: Vec<Record> = page.into_iter().chain(rest).collect();
    assert_eq!(all, one_after_the_other().await.0);
}

/// Writes so many campaigns: the outcomes, and how many requests were open at once.
async fn written(service: &Arc<Double>, mode: Mode, ids: &[u64]) -> (Vec<Outcome>, usize) {
    let connection = service.connection(impatient());
    let campaigns = resource(connection.connector(), "campaigns").unwrap();
    let given = json!({"ad_account_id": "549755885175"}).as_object().unwrap().clone();
    let writing = Writing::new(&connection, campaigns, mode, given).unwrap();
    let mut writing = writing.at_once(AT_ONCE);
    let mut outcomes = Vec::new();
    for key in ids {
        let mut record = json!({"name": format!("Campaign {key}")});
        match mode {
            Mode::Create => record["objective_type"] = "AWARENESS".into(),
            _ => record["id"] = key.to_string().into(),
        }
        let record = Ok(record.as_object().unwrap().clone());
        outcomes.extend(writing.push(record, &mut NoopObserver).await);
    }
    outcomes.extend(writing.flush(&mut NoopObserver).await);
    (outcomes, service.open().1)
}

fn names(outcomes: &[Outcome]) -> Vec<Value> {
    for (position, outcome) in outcomes.iter().enumerate() {
        assert_eq!(outcome.index, position as u64);
    }
    let name = |outcome: &Outcome| outcome.result.as_ref().unwrap()["name"].clone();
    outcomes.iter().map(name).collect()
}

#[tokio::test]
async fn batches_of_changes_run_together_and_their_outcomes_come_in_order() {
    let service = Double::new(0);
    service.hold(AT_ONCE);
    let ids: Vec<u64> = (1000..1250).collect();
    let (outcomes, most) = written(&service, Mode::Update, &ids).await;
    let wanted: Vec<Value> = ids.iter().map(|key| format!("Campaign {key}").into()).collect();
    assert_eq!((names(&outcomes), most), (wanted, AT_ONCE));
}

#[tokio::test]
async fn changes_of_one_row_and_new_rows_stay_one_after_the_other() {
    for (mode, ids) in [
        // Each batch has the row that the one before it has.
        (Mode::Update, (0..120).map(|n| if n % 30 == 0 { 7 } else { 1000 + n }).collect()),
        (Mode::Create, (0..120).collect::<Vec<u64>>()),
    ] {
        let service = Double::new(0);
        let (outcomes, most) = written(&service, mode, &ids).await;
        assert_eq!((names(&outcomes).len(), most), (120, 1), "{mode:?}");
        assert!(service.asked().len() > 2, "{mode:?}");
    }
}
