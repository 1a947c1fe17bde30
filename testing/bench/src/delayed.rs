//! A service in a process of its own that answers after a while: lists of three pages, boards that are
//! made, batches that are not done at once, and boards with their pins.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use anyhow::Result;
use axum::extract::{Path, Query, State};
use axum::http::header::{CONTENT_TYPE, HeaderName};
use axum::routing::{get, post};
use axum::{Router, middleware};
use tokio::io::AsyncReadExt as _;
use tokio::net::TcpSocket;

use crate::child::Child;
use crate::parents;

/// How long each answer takes.
const DELAY: Duration = Duration::from_millis(20);
/// So many calls may begin to connect at the same time.
const BACKLOG: u32 = 4096;

/// Starts it; the line that it prints is its origin. `page` is what a list answers, with a bookmark.
pub fn start(page: &[u8]) -> Result<Child> {
    let length = u64::try_from(page.len())?.to_be_bytes();
    Child::start("delayed", &[&length, page].concat())
}

struct Service {
    /// With a bookmark, and without one.
    pages: [String; 2],
    /// How often each batch was looked at.
    batches: Mutex<HashMap<String, u32>>,
}

/// What the process does, until its input ends.
pub async fn serve() -> Result<()> {
    let mut input = tokio::io::stdin();
    let mut page = vec![0; usize::try_from(input.read_u64().await?)?];
    input.read_exact(&mut page).await?;
    let mut page: serde_json::Value = serde_json::from_slice(&page)?;
    page["bookmark"] = "more".into();
    let first = page.to_string();
    page["bookmark"] = serde_json::Value::Null;
    let service = Service { pages: [first, page.to_string()], batches: Mutex::default() };
    let router = Router::new()
        .route("/v5/pins", get(pins))
        .route("/v5/boards", post(board))
        .route("/v5/catalogs/items/batch", post(batch))
        .route("/v5/catalogs/items/batch/{id}", get(look))
        .merge(parents::router())
        .layer(middleware::from_fn(|request, next: middleware::Next| async move {
            tokio::time::sleep(DELAY).await;
            next.run(request).await
        }))
        .with_state(Arc::new(service));
    let socket = TcpSocket::new_v4()?;
    socket.bind(([127, 0, 0, 1], 0).into())?;
    let listener = socket.listen(BACKLOG)?;
    println!("http://{}", listener.local_addr()?);
    let ended = async move { drop(input.read_to_end(&mut Vec::new()).await) };
    axum::serve(listener, router).with_graceful_shutdown(ended).await?;
    Ok(())
}

/// An answer in JSON.
type Answer = ([(HeaderName, &'static str); 1], String);

fn json(text: impl Into<String>) -> Answer {
    ([(CONTENT_TYPE, "application/json")], text.into())
}

/// The bookmark of the last page is of the second one.
async fn pins(
    State(service): State<Arc<Service>>,
    Query(query): Query<HashMap<String, String>>,
) -> Answer {
    match query.get("bookmark").map(String::as_str) {
        None => json(&*service.pages[0]),
        Some("more") => json(service.pages[0].replace("\"more\"", "\"last\"")),
        Some(_) => json(&*service.pages[1]),
    }
}

async fn board() -> Answer {
    json(r#"{"id":"1","name":"Summer recipes","privacy":"PUBLIC"}"#)
}

async fn batch(State(service): State<Arc<Service>>) -> Answer {
    let mut batches = service.batches.lock().expect("no one panicked");
    let id = batches.len().to_string();
    batches.insert(id.clone(), 0);
    state(&id, "PROCESSING")
}

async fn look(State(service): State<Arc<Service>>, Path(id): Path<String>) -> Answer {
    let mut batches = service.batches.lock().expect("no one panicked");
    let looks = batches.entry(id.clone()).or_default();
    *looks += 1;
    state(&id, if *looks == 1 { "PROCESSING" } else { "COMPLETED" })
}

fn state(id: &str, status: &str) -> Answer {
    json(format!(
        r#"{{"batch_id":"{id}","catalog_type":"RETAIL","status":"{status}","items":[
            {{"item_id":"MUG-BLUE","status":"SUCCESS","errors":[],"warnings":[]}}]}}"#
    ))
}
