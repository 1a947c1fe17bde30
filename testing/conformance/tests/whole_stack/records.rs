//! Reads that stop anywhere and go on from their stored cursor, and tables of every resource.

use std::collections::BTreeSet;
use std::time::{SystemTime, UNIX_EPOCH};

use connector_emulator::{OutsidePin, SeedBoard};
use connector_host::NoopObserver;
use connector_records::{
    Cursor, Error, Mode, Reading, Record, Request, Writing, fields, resource, resources,
};
use serde_json::{Map, Value, json};

use crate::component;
use crate::support::{ALWAYS, Stack, action};

const MANY: usize = usize::MAX;

fn now() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_micros().try_into().unwrap()
}

fn object(value: Value) -> Map<String, Value> {
    value.as_object().unwrap().clone()
}

fn request(input: Value) -> Request {
    Request { input: object(input), since: None, incremental: true }
}

/// As a file keeps it.
fn stored(cursor: &Cursor) -> Cursor {
    serde_json::from_str(&serde_json::to_string(cursor).unwrap()).unwrap()
}

fn reading(
    stack: &Stack,
    id: &str,
    request: Request,
    cursor: Option<Cursor>,
) -> Result<Reading, Error> {
    let resource = resource(stack.connection.connector(), id).unwrap();
    Reading::new(&stack.connection, resource, request, cursor, now())
}

/// All records of a run, and the cursor at its end.
async fn all(mut reading: Reading) -> (Vec<Record>, Cursor) {
    let mut records = Vec::new();
    while let Some(page) = reading.next(MANY, &mut NoopObserver).await.unwrap() {
        records.extend(page);
    }
    (records, stored(reading.cursor()))
}

fn ids(records: &[Record]) -> BTreeSet<String> {
    let all: BTreeSet<String> =
        records.iter().map(|record| record["id"].as_str().unwrap().to_owned()).collect();
    assert_eq!(all.len(), records.len(), "a record came twice");
    all
}

fn add(stack: &Stack, board: &str) -> String {
    let pin = OutsidePin { board_id: board.to_owned(), ..OutsidePin::default() };
    stack.control.add_pin(pin).unwrap()
}

#[tokio::test]
async fn each_page_can_be_the_last_of_its_process() {
    let stack = Stack::start().await;
    let board = stack.control.board_id("Autumn table").unwrap();
    let mut cursor = None;
    let (mut records, mut made) = (Vec::new(), BTreeSet::new());
    // Board pins walk the boards, so this stops within parents and between them.
    loop {
        let request = request(json!({"page_size": 10}));
        let mut reading = reading(&stack, "board_pins", request, cursor).unwrap();
        let page = reading.next(MANY, &mut NoopObserver).await.unwrap();
        cursor = Some(stored(reading.cursor()));
        let Some(page) = page else { break };
        assert!(page.iter().all(|pin| pin["board_id"].is_string()));
        records.extend(page);
        made.insert(add(&stack, &board));
    }
    let last = reading(&stack, "board_pins", request(json!({"page_size": 10})), cursor).unwrap();
    let (rest, cursor) = all(last).await;
    records.extend(rest);
    let given = ids(&records);
    assert!(given.is_superset(&made));
    let fresh = reading(&stack, "board_pins", request(json!({"page_size": 10})), None).unwrap();
    assert_eq!(ids(&all(fresh).await.0), given);
    let again = request(json!({"page_size": 10}));
    let again = reading(&stack, "board_pins", again, Some(cursor)).unwrap();
    assert_eq!(all(again).await.0.len(), 0);
}

#[tokio::test]
async fn what_came_while_a_run_was_under_way_comes_with_the_next() {
    let stack = Stack::start().await;
    let board = stack.control.board_id("Autumn table").unwrap();
    let mut first = reading(&stack, "pins", request(json!({"page_size": 50})), None).unwrap();
    let mut records = first.next(MANY, &mut NoopObserver).await.unwrap().unwrap();
    // Newest first: it belongs on the page that has been read, and is newer than all of it.
    let missed = add(&stack, &board);
    while let Some(page) = first.next(MANY, &mut NoopObserver).await.unwrap() {
        records.extend(page);
    }
    assert!(!ids(&records).contains(&missed));
    let cursor = Some(stored(first.cursor()));
    let second = reading(&stack, "pins", request(json!({"page_size": 50})), cursor).unwrap();
    assert_eq!(ids(&all(second).await.0), BTreeSet::from([missed]));
}

#[tokio::test]
async fn a_parent_that_goes_while_it_is_walked_is_passed_over() {
    let stack = Stack::start().await;
    let gone = stack.control.add_board(&SeedBoard::new("Gone soon", 3));
    let reading = reading(&stack, "board_pins", request(json!({})), None).unwrap();
    // Nobody has asked for its pins before it is gone.
    let mut reading = reading.at_once(1);
    // From now on all boards are known.
    let mut records = reading.next(MANY, &mut NoopObserver).await.unwrap().unwrap();
    assert!(records.iter().all(|pin| pin["board_id"] != *gone));
    let delete = action("boards.delete", json!({"board_id": gone}));
    stack.connection.run(delete, &mut NoopObserver).await.unwrap();
    while let Some(page) = reading.next(MANY, &mut NoopObserver).await.unwrap() {
        records.extend(page);
    }
    assert!(ids(&records).len() > 25);
    assert!(
        stack.control.requests().iter().any(|it| it.status == 404 && it.target.contains(&gone))
    );
    // One that was asked for by name is missed.
    let mut named =
        self::reading(&stack, "board_pins", request(json!({"board_id": gone})), None).unwrap();
    assert!(named.next(MANY, &mut NoopObserver).await.is_err());
}

#[tokio::test]
async fn a_place_that_the_service_has_forgotten_is_said_to_be_the_cursors() {
    let stack = Stack::start().await;
    let first = reading(&stack, "pins", request(json!({"page_size": 5})), None).unwrap();
    let mut first = first.at_once(1);
    first.next(MANY, &mut NoopObserver).await.unwrap();
    let cursor = Some(stored(first.cursor()));
    stack.fault("GET", "/v5/pins", ALWAYS, connector_emulator::FaultKind::Status(400));
    let mut second = reading(&stack, "pins", request(json!({"page_size": 5})), cursor).unwrap();
    let why = second.next(MANY, &mut NoopObserver).await.unwrap_err().to_string();
    assert!(why.starts_with("cursor: the service does not go on there"), "{why}");
}

#[tokio::test]
async fn what_cannot_be_read_is_said_at_once() {
    let stack = Stack::start().await;
    let why = |id: &str, request: Request| match reading(&stack, id, request, None) {
        Err(error) => error.to_string(),
        Ok(_) => panic!("`{id}` can be read"),
    };
    assert_eq!(why("asset_groups", Request::default()), "`asset_groups` cannot be read");
    let since = Request { since: Some(0), ..Request::default() };
    assert!(why("followers", since).contains("do not tell when"));
    // A due date is none of creation or change, and neither is a state.
    for (resource, given) in
        [("billing_invoices", json!({"ad_account_id": "1"})), ("media", json!({}))]
    {
        let since = Request { since: Some(0), ..request(given) };
        assert!(why(resource, since).contains("do not tell when"), "{resource}");
    }
    let account = json!({"ad_account_id": "1"});
    assert!(why("ads_credit_discounts", request(account)).contains("tells the rows"));
    let unknown = resource(stack.connection.connector(), "boardss").unwrap_err().to_string();
    assert_eq!(unknown, "there is no resource `boardss`; there is boards");
}

/// A connector with a data model whose parts do not fit its actions would fail here.
#[test]
fn every_resource_has_fields_and_its_actions_take_its_keys() {
    let connector = component::connector();
    let connection = connector_host::Connection::builder(connector.clone()).build().unwrap();
    let mut unwritable = Vec::new();
    for resource in resources(&connector).unwrap() {
        let known = fields(&connector, &resource).unwrap();
        for key in resource.key.iter().filter(|key| !key.contains('.')) {
            assert!(known.iter().any(|it| it.key && it.name == *key), "{}.{key}", resource.id);
        }
        if let Some(since) = &resource.since {
            let list = connector.instantiate().unwrap().action(resource.reader().unwrap());
            let input: Value = serde_json::from_str(&list.unwrap().input).unwrap();
            assert!(input["properties"].get(since).is_some(), "{}: {since}", resource.id);
        }
        let modes = [
            (Mode::Create, &resource.create_action),
            (Mode::Update, &resource.update_action),
            (Mode::Delete, &resource.delete_action),
        ];
        for (mode, action) in modes.iter().filter(|(_, action)| action.is_some()) {
            if Writing::new(&connection, resource.clone(), *mode, Map::new()).is_err() {
                unwritable.extend((*action).clone());
            }
        }
    }
    // It does not say which order it changes.
    assert_eq!(unwritable, ["ssio_insertion_orders.update"]);
}
