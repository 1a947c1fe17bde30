//! The rows of many parents, from a service that takes a while for each answer: side by side, and one after
//! the other.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use axum::extract::Path;
use axum::http::header::CONTENT_TYPE;
use axum::routing::get;
use axum::{Router, middleware};
use connector_host::{Connection, Connector, FixedCredentials, NoopObserver, Routes, Secret};
use connector_records::{Reading, Record, Request, resource};
use serde_json::{Value, json};
use tokio::io::AsyncReadExt as _;
use tokio::net::TcpListener;

use crate::clock::middle;
use crate::delayed::DELAY;
use crate::table;

const BOARDS: u32 = 50;
const PINS: u32 = 25;
/// The first is one after the other, with which the others are compared.
const AT_ONCE: [usize; 2] = [1, 10];
/// Odd, so that there is a middle.
const ROUNDS: usize = 7;

pub async fn measure(connector: &Connector) -> Result<()> {
    let service = Slow::start()?;
    let connection = || connection(connector, &service.origin);
    let mut times: Vec<Vec<Duration>> = vec![Vec::new(); AT_ONCE.len()];
    // The first round warms up and does not count.
    for round in 0..=ROUNDS {
        let mut rows = None;
        for (at_once, times) in AT_ONCE.into_iter().zip(&mut times) {
            let (read, time) = read(&connection()?, at_once).await?;
            ensure!(read.len() == (BOARDS * PINS) as usize, "there are {} rows", read.len());
            ensure!(*rows.get_or_insert_with(|| read.clone()) == read, "the rows differ");
            if round > 0 {
                times.push(time);
            }
        }
    }
    let single = times[0].clone();
    for (at_once, times) in AT_ONCE.into_iter().zip(times) {
        let both = single.iter().zip(&times);
        let mut ratios: Vec<f64> =
            both.map(|(alone, time)| alone.as_secs_f64() / time.as_secs_f64()).collect();
        ratios.sort_by(f64::total_cmp);
        table::row(
            &format!("the Pins of 50 boards, {at_once} at once"),
            table::time(middle(times)),
        );
        if at_once > 1 {
            let (least, most) = (ratios[0], ratios[ROUNDS - 1]);
            table::row(
                "  times as fast as one after the other (aim: ≥ 5×)",
                format!("{:.2}×", ratios[ROUNDS / 2]),
            );
            table::row("  the least and the most", format!("{least:.2}–{most:.2}×"));
        }
    }
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

/// Each has limits of its own: all that is read here is more than the service allows in a minute.
fn connection(connector: &Connector, origin: &str) -> Result<Connection> {
    let token = ("access-token".to_owned(), Secret::new("a-token"));
    let mut routes = Routes::default();
    routes.add("https://api.pinterest.com", origin).map_err(anyhow::Error::msg)?;
    let connection = Connection::builder(connector.clone())
        .credentials(Arc::new(FixedCredentials::new([token])))
        .routes(routes);
    Ok(connection.build()?)
}

/// The running service; it ends with this value.
struct Slow {
    origin: String,
    process: Child,
}

impl Slow {
    fn start() -> Result<Slow> {
        let mut process = Command::new(std::env::current_exe()?)
            .arg("parents")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut origin = String::new();
        let output = process.stdout.take().context("it has an output")?;
        BufReader::new(output).read_line(&mut origin)?;
        Ok(Slow { origin: origin.trim().to_owned(), process })
    }
}

impl Drop for Slow {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        self.process.wait().ok();
    }
}

/// What its process does, until its input ends.
pub async fn serve() -> Result<()> {
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
    let router = Router::new()
        .route("/v5/boards", get(move || async move { json(boards) }))
        .route("/v5/boards/{board}/pins", get(pins))
        .layer(middleware::from_fn(|request, next: middleware::Next| async move {
            tokio::time::sleep(DELAY).await;
            next.run(request).await
        }));
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("http://{}", listener.local_addr()?);
    let ended = async move { drop(tokio::io::stdin().read_to_end(&mut Vec::new()).await) };
    axum::serve(listener, router).with_graceful_shutdown(ended).await?;
    Ok(())
}
