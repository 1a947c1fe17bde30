//! The judges themselves: what they make fits what they judge by, and they hear what is wrong.

use connector_oracle::description::Description;
use connector_oracle::dialect::{Way, faults, judge};
use connector_oracle::engine::{Engine, Native};
use connector_oracle::findings::{Findings, place};
use connector_oracle::generate::{Maker, Manner, Optional};
use connector_oracle::request::Judge;
use pinterest_connector::contract::{Body, Request, Step};
use serde_json::{Value, json};

use crate::support::{Subject, members};

#[test]
fn answers_fit_the_description() {
    let Some(description) = Description::find() else { return };
    let mut findings = Findings::default();
    for operation in description.operations() {
        let (_, Some(schema)) = operation.success() else { continue };
        let validator = judge(&description, schema, Way::Response);
        for seed in 0..8 {
            let mut maker = Maker::of_answers(&description, seed, Optional::Some);
            maker.manner = Manner::Strict;
            for (at, keyword, message) in faults(&validator, &maker.value(schema)) {
                findings.add(operation.id, format!("{}: {keyword}", place(&at)), message);
            }
        }
    }
    findings.settle();
}

#[test]
fn wrong_requests_are_heard() {
    let Some(description) = Description::find() else { return };
    let operations = description.operations();
    let heard = |id: &str, input: Value, spoil: &dyn Fn(&mut Request)| {
        let subject = Subject::all(&Native).into_iter().find(|subject| subject.operation_id == id);
        let subject = subject.expect("the operation is an action");
        let operation = operations.iter().find(|operation| operation.id == id).expect("it exists");
        let judge = Judge::new(&description, operation, &subject.input);
        let Ok(Step::Send(mut pending)) = Native.start(&subject.id, &input.to_string()) else {
            panic!("{id} does not start with {input}");
        };
        assert_eq!(judge.faults(&pending.request, members(&input)), [], "{id}");
        spoil(&mut pending.request);
        let faults = judge.faults(&pending.request, members(&input));
        faults.into_iter().map(|(what, _)| what).collect::<Vec<_>>()
    };
    let board = || json!({ "name": "Soups" });
    let pins = || json!({ "board_id": "7", "creative_types": ["VIDEO", "REGULAR"] });
    let body = |value: Value| {
        move |request: &mut Request| {
            request.body = Body::Bytes(value.to_string().into_bytes());
        }
    };
    assert_eq!(
        heard("boards/create", board(), &body(json!({ "name": "Soups", "colour": 1 }))),
        ["body: unevaluatedProperties", "the body arrived changed"]
    );
    let groups =
        || json!({ "business_id": "7", "asset_groups_to_update": [{ "asset_group_id": "8" }] });
    assert_eq!(
        heard("asset_group/update", groups(), &body(json!({ "exceptions": [] }))),
        ["body/exceptions: exceptions", "the body arrived changed"]
    );
    assert_eq!(
        heard("boards/create", board(), &|request| request.body = Body::Empty),
        ["the body is missing"]
    );
    assert_eq!(
        heard("boards/create", board(), &|request| request.headers.clear()),
        ["content type"]
    );
    assert_eq!(
        heard("boards/list_pins", pins(), &|request| request.url += "&colour=red"),
        ["?colour is not in the description"]
    );
    let joined = |request: &mut Request| {
        request.url =
            "https://api.pinterest.com/v5/boards/7/pins?creative_types=VIDEO%2CREGULAR".into()
    };
    assert_eq!(
        heard("boards/list_pins", pins(), &joined),
        ["creative_types/*: enum", "creative_types arrived changed"]
    );
    let elsewhere =
        |request: &mut Request| request.url = request.url.replace("/boards/7/", "/boards/seven/");
    assert_eq!(
        heard("boards/list_pins", pins(), &elsewhere),
        ["board_id: pattern", "board_id arrived changed"]
    );
}
