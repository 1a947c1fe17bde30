//! How many instructions the component executes, which is the same on each machine. Times are for `make bench`.

use connector_host::contract::{Context, Header, Reply, Response, Step};
use connector_host::{Call, Connector, Engine, EngineOptions};
use serde_json::{Value, json};

use crate::component;

/// A few percent above what it takes. Look at what has become slower before you raise one.
const START: u64 = 85_000;
const PAGE: u64 = 2_050_000;

#[test]
fn a_page_takes_no_more_instructions_than_it_did() {
    let options = EngineOptions { metered: true, instances: 1, ..EngineOptions::default() };
    let engine = Engine::new(options).expect("the engine starts");
    let connector = Connector::from_bytes(&engine, &component::bytes()).expect("it loads");
    let mut instance = connector.instantiate().expect("there is room");
    let input = json!({ "board_id": "549755813888", "page_size": 250 }).to_string();
    let call = Call::Action { id: "board_pins.list".into(), input };
    let mut counted = {
        let mut before = 0;
        move |instance: &connector_host::Instance| {
            let now = instance.instructions().expect("they are counted");
            now - std::mem::replace(&mut before, now)
        }
    };
    let first = instance.start(&call, &"{}".to_owned(), &Context::fresh()).expect("it starts");
    let Step::Send(pending) = first else { panic!("a list begins with a request") };
    let start = counted(&instance);
    let (name, value) = ("content-type".to_owned(), "application/json".to_owned());
    let headers = vec![Header { name, value }];
    let reply = Reply::Response(Response { status: 200, headers, body: page() });
    let Step::Emit(page) = instance.resume(&pending.checkpoint, &reply).expect("it maps") else {
        panic!("a page is given out")
    };
    let mapping = counted(&instance);
    assert_eq!(page.count, 250);
    println!("start: {start}, page: {mapping}");
    assert!(start <= START, "the start takes {start} instructions, more than {START}");
    assert!(mapping <= PAGE, "a page takes {mapping} instructions, more than {PAGE}");
}

/// Of 250 pins, as one of the cases has them.
fn page() -> Vec<u8> {
    let case = include_str!("../../../../tests/cases/board_pins.new/first-poll-takes-stock.json");
    let case: Value = serde_json::from_str(case).expect("a case is JSON");
    let pin = &case["exchanges"][0]["response"]["body"]["items"][0];
    assert!(pin.is_object());
    json!({ "items": vec![pin; 250], "bookmark": "next" }).to_string().into_bytes()
}
