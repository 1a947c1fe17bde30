//! The rows of many parents, from a service that takes a while for each answer: side by side, and one after
//! the other.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use axum::Router;
use axum::extract::Path;
use axum::http::header::CONTENT_TYPE;
use axum::routing::get;
use connector_host::{Connection, Connector, NoopObserver};
use connector_records::{Reading, Record, Request, resource};
use serde_json::{Value, json};

use crate::table::Pairs;
use crate::{pins, table};

const BOARDS: u32 = 50;
const PINS: u32 = 25;
/// Compared with one after the other.
const AT_ONCE: usize = 10;
/// Odd, so that there is a middle.
const ROUNDS: usize = 7;

/// `origin` is that of the delayed service.
pub async fn measure(connector: &Connector, origin: &str) -> Result<()> {
    // Each has limits of its own: all that is read here is more than the service allows in a minute.
    let connection = || pins::connection(connector, origin, "a-token");
    let mut pairs = Pairs::default();
    // The first round warms up and does not count.
    for round in 0..=ROUNDS {
        let (rows, single) = read(&connection()?, 1).await?;
        let (same, beside) = read(&connection()?, AT_ONCE).await?;
        ensure!(rows.len() == (BOARDS * PINS) as usize, "there are {} rows", rows.len());
        ensure!(rows == same, "the rows differ");
        if round > 0 {
            pairs.add(single, beside);
        }
    }
    table::row("the Pins of 50 boards, 1 at once", table::time(pairs.ours()));
    table::row(&format!("the Pins of 50 boards, {AT_ONCE} at once"), table::time(pairs.others()));
    table::row("  times as fast as one after the other (aim: ≥ 5×)", pairs.ratio());
    Ok(())
}

async fn read(connection: &Connection, at_once: usize) -> Result<(Vec<Record>, Duration)> {
    let pins = resource(connection.connector(), "board_pins")?;
    let begun = Instant::now();
    let reading = Reading::new(connection, pins, Request::default(), None, 0)?;
    let mut reading = reading.at_once(at_once);
    let mut rows = Vec::new();
    while let Some(page) = reading.next(usize::MAX, &mut NoopObserver).await? {
        rows.extend(page);
    }
    Ok((rows, begun.elapsed()))
}

/// What the delayed service answers with.
pub fn router<S: Clone + Send + Sync + 'static>() -> Router<S> {
    let json = |value: Value| ([(CONTENT_TYPE, "application/json")], value.to_string());
    let board = |board: u32| json!({"id": (1000 + board).to_string(), "name": "A board"});
    let boards = json!({"items": (0..BOARDS).map(board).collect::<Value>(), "bookmark": null});
    let pins = move |Path(board): Path<String>| async move {
        let pin = |pin: u32| {
            json!({
                "id": format!("{board}{pin:04}"),
                "created_at": "2026-01-05T12:00:00",
                "title": "Lemon tart",
                "description": "A tart with lemons, and a crust of butter and flour.",
                "link": "https://example.com/lemon-tart",
            })
        };
        json(json!({"items": (0..PINS).map(pin).collect::<Value>(), "bookmark": null}))
    };
    Router::new()
        .route("/v5/boards", get(move || async move { json(boards) }))
        .route("/v5/boards/{board}/pins", get(pins))
}
