//! Reads the pins of a board in the two ways that are compared.

use std::ops::ControlFlow;
use std::sync::Arc;

use anyhow::{Context, Result};
use connector_host::{
    Call, Connection, Connector, FixedCredentials, Observer, Routes, Secret, page_items,
};
use serde::Deserialize;
use serde_json::json;
use serde_json::value::RawValue;

use crate::service::Place;

/// The call that lists the pins of the board with so many.
pub fn call(place: &Place, pins: usize) -> Result<Call> {
    let board_id = place.boards.get(&pins).context("there is no such board")?;
    let input = json!({ "board_id": board_id, "page_size": 250 }).to_string();
    Ok(Call::Action { id: "board_pins.list".into(), input })
}

/// A connection to the service that is there.
pub fn connection(connector: &Connector, origin: &str, token: &str) -> Result<Connection> {
    let credentials = FixedCredentials::new([("access-token".to_owned(), Secret::new(token))]);
    let mut routes = Routes::default();
    routes.add("https://api.pinterest.com", origin).map_err(anyhow::Error::msg)?;
    let connection =
        Connection::builder(connector.clone()).credentials(Arc::new(credentials)).routes(routes);
    Ok(connection.build()?)
}

/// Through the host. Gives the number of pins.
pub async fn through_the_host(connection: &Connection, call: Call) -> Result<usize> {
    let mut taken = Taken(0);
    connection.run(call, &mut taken).await?;
    Ok(taken.0)
}

/// Takes pages apart as a consumer would who passes items on.
pub struct Taken(pub usize);

impl Observer for Taken {
    fn page(&mut self, items: &str, _count: u32) -> ControlFlow<()> {
        match page_items(items) {
            Ok(items) => {
                self.0 += items.len();
                ControlFlow::Continue(())
            }
            Err(_) => ControlFlow::Break(()),
        }
    }
}

/// A page as the service writes it.
#[derive(Deserialize)]
pub struct Page {
    pub items: Vec<Box<RawValue>>,
    pub bookmark: Option<String>,
}

/// As one would write it for this list alone. Gives the number of pins.
pub async fn plainly(client: &reqwest::Client, place: &Place, pins: usize) -> Result<usize> {
    let (mut taken, mut bookmark) = (0, None);
    loop {
        let page: Page = serde_json::from_slice(&page(client, place, pins, bookmark).await?)?;
        taken += page.items.len();
        bookmark = page.bookmark;
        if bookmark.is_none() {
            return Ok(taken);
        }
    }
}

/// One page of a board's pins.
pub async fn page(
    client: &reqwest::Client,
    place: &Place,
    pins: usize,
    bookmark: Option<String>,
) -> Result<Vec<u8>> {
    let board_id = &place.boards[&pins];
    let mut url = format!("{}/v5/boards/{board_id}/pins?page_size=250", place.origin);
    if let Some(bookmark) = bookmark {
        url += &format!("&bookmark={bookmark}");
    }
    let response = client.get(url).bearer_auth(&place.token).send().await?;
    Ok(response.error_for_status()?.bytes().await?.into())
}
