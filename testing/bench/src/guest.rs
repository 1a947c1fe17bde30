//! What it costs to enter the guest.

use std::time::Duration;

use anyhow::{Result, bail};
use connector_host::contract::{Context, Header, Reply, Response, Step};
use connector_host::{Call, Connector};
use pinterest_connector::Connector as Native;
use pinterest_connector::contract as native;
use serde_json::json;

use crate::service::Service;
use crate::table::Pairs;
use crate::{clock, pins, table};

const RUNS: usize = 5_000;
/// Odd, so that there is a middle.
const ROUNDS: usize = 9;
const SETTINGS: &str = "{}";

/// Gives the time that mapping a page takes. `small` is the connector with ten operations.
pub async fn measure(
    connector: &Connector,
    small: &Connector,
    service: &Service,
) -> Result<Duration> {
    let mut instantiate = Pairs::default();
    for _ in 0..ROUNDS {
        let all = clock::median(RUNS / 10, || (), |()| connector.instantiate());
        instantiate.add(all, clock::median(RUNS / 10, || (), |()| small.instantiate()));
    }
    table::compared("instantiate", "the same with ten operations", &instantiate, "≤ 1.3×");
    let pin = json!({
        "board_id": "1",
        "title": "Fern in a blue pot",
        "media_source": { "source_type": "image_url", "url": "https://images.example.com/a.jpg" },
    });
    for (id, input) in [("boards.list", json!({})), ("pins.create", pin)] {
        let call = Call::Action { id: id.into(), input: input.to_string() };
        let (settings, context) = (SETTINGS.to_owned(), Context::fresh());
        connector.instantiate()?.start(&call, &settings, &context)?;
        let start = || connector.instantiate()?.start(&call, &settings, &context);
        let fresh = clock::median(RUNS, || (), |()| start());
        table::row(&format!("fresh instance and start of {id}"), table::time(fresh));
        let mut instance = connector.instantiate()?;
        let warm = clock::median(RUNS, || (), |()| instance.start(&call, &settings, &context));
        table::row(&format!("start of {id} on a warm instance"), table::time(warm));
    }
    let body = pins::page(&reqwest::Client::new(), &service.place, 250, None).await?;
    let call = pins::call(&service.place, 250)?;
    map(connector, &call, body)
}

/// Maps the same page in the guest and natively.
fn map(connector: &Connector, call: &Call, body: Vec<u8>) -> Result<Duration> {
    let mut instance = connector.instantiate()?;
    let Step::Send(pending) = instance.start(call, &SETTINGS.to_owned(), &Context::fresh())? else {
        bail!("a list begins with a request");
    };
    let (name, value) = ("content-type".to_owned(), "application/json".to_owned());
    let native_reply = native::Reply::Response(native::Response {
        status: 200,
        headers: vec![native::Header { name: name.clone(), value: value.clone() }],
        body: body.clone(),
    });
    let headers = vec![Header { name, value }];
    let reply = Reply::Response(Response { status: 200, headers, body: body.clone() });

    let in_wasm = instance.resume(&pending.checkpoint, &reply)?;
    let natively = || (pending.checkpoint.clone(), native_reply.clone());
    let resume =
        |(checkpoint, reply)| <Native as native::steps::Guest>::resume(checkpoint, reply).ok();
    match (in_wasm, resume(natively())) {
        (Step::Emit(one), Some(native::Step::Emit(other))) if one.items == other.items => {}
        _ => bail!("the page is not mapped alike"),
    }
    let pass = |()| serde_json::from_slice::<serde::de::IgnoredAny>(&body).is_ok();
    // In turns, so that a busy moment of the machine meets all.
    let [mut warm, mut fresh, mut native] = [(); 3].map(|()| Pairs::default());
    for _ in 0..ROUNDS {
        let run = |()| instance.resume(&pending.checkpoint, &reply);
        let in_wasm = clock::median(RUNS / 10, || (), run);
        let natively = clock::median(RUNS / 10, natively, resume);
        let pass = clock::median(RUNS / 10, || (), pass);
        let run = |()| connector.instantiate()?.resume(&pending.checkpoint, &reply);
        let in_new = clock::median(RUNS / 10, || (), run);
        warm.add(in_wasm, pass);
        fresh.add(in_new, pass);
        native.add(natively, pass);
    }
    table::row("one pass of serde_json over the page, native", table::time(warm.others()));
    table::row("the code that maps it, native", table::time(native.ours()));
    table::row("  against the pass of serde_json", native.ratio());
    let size = table::kb(body.len());
    let on = |what: &str, times: &Pairs, aim| {
        let what = format!("map a page of 250 pins ({size}), {what}");
        table::row(&what, table::time(times.ours()));
        table::row(&format!("  against the pass of serde_json (aim: {aim})"), times.ratio());
    };
    on("warm instance", &warm, "≤ 0.9×");
    on("fresh instance", &fresh, "≤ 2×");
    Ok(warm.ours())
}
