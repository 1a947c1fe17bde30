//! Lists, a page at a time: a call ends after each page, and the next one goes on from there. So
//! nothing is held while a caller takes his time.

use std::ops::ControlFlow;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use connector_host::contract::{Context, Page};
use connector_host::{Call, Connection, Observer};
use serde_json::value::RawValue;

use crate::problem::Problem;

/// What a call brought up to the end of a page.
#[derive(Debug, Default)]
pub struct Part {
    pub items: Vec<Box<RawValue>>,
    /// What goes on after it; none when there is no more.
    pub next: Option<Call>,
    /// About the list as a whole, once it has ended.
    pub output: Option<Box<RawValue>>,
}

/// Runs a call to the end of its next page.
pub async fn page(
    connection: &Connection,
    call: Call,
    wanted: Option<u64>,
) -> Result<Part, Problem> {
    let mut one = One::default();
    let outcome = connection.run_in(Context::fresh().wanting(wanted), call, &mut one).await;
    let outcome = match outcome {
        Ok(outcome) => outcome,
        Err(failure) => return Err(connection.diagnose(failure).await.into()),
    };
    let wrong = |error: serde_json::Error| Problem::internal(format!("a page: {error}"));
    Ok(match one.0 {
        Some(Page { items, checkpoint, .. }) => Part {
            items: serde_json::from_str(&items).map_err(wrong)?,
            next: Some(Call::Resume { checkpoint }),
            output: None,
        },
        None => Part {
            items: Vec::new(),
            next: None,
            output: Some(RawValue::from_string(outcome.output).map_err(wrong)?),
        },
    })
}

/// Runs a call until there are so many items, to the end of the page that has the last of them; without
/// a number to the end of the first page.
pub async fn collect(
    connection: &Connection,
    call: Call,
    limit: Option<u64>,
) -> Result<Part, Problem> {
    let mut part = page(connection, call, limit).await?;
    while let (Some(limit), Some(_)) = (limit, &part.next) {
        let left = limit.saturating_sub(part.items.len() as u64);
        if left == 0 {
            break;
        }
        let Some(next) = part.next.take() else { break };
        let more = page(connection, next, Some(left)).await?;
        part.items.extend(more.items);
        (part.next, part.output) = (more.next, more.output);
    }
    Ok(part)
}

/// What a caller goes on with: on this connection, and with this action.
pub fn token(connection: &Connection, action: &str, next: &Call) -> Option<String> {
    let (Call::Resume { checkpoint }, Some(seal)) = (next, connection.seal()) else { return None };
    Some(URL_SAFE_NO_PAD.encode(seal.close(&["next", action], checkpoint)))
}

/// What [`token`] stands for.
pub fn from_token(connection: &Connection, action: &str, token: &str) -> Result<Call, Problem> {
    let wrong = || Problem::bad("`next` is none that this server gave for this action here");
    let closed = URL_SAFE_NO_PAD.decode(token).map_err(|_| wrong())?;
    let seal = connection.seal().ok_or_else(wrong)?;
    let checkpoint = seal.open(&["next", action], &closed).ok_or_else(wrong)?.to_vec();
    Ok(Call::Resume { checkpoint })
}

/// Stops after the first page.
#[derive(Default)]
struct One(Option<Page>);

impl Observer for One {
    fn emitted(&mut self, page: &Page) -> ControlFlow<()> {
        self.0 = Some(page.clone());
        ControlFlow::Break(())
    }
}
