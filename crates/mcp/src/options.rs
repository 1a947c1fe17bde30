//! What a server is told.

use std::sync::Arc;
use std::time::Duration;

use connector_host::Fetch;

use crate::more::More;
use crate::offer::Tools;

/// Bytes of a picture, at most: answers stay below what clients take.
const PICTURE: u64 = 400 << 10;

/// What a server is told.
#[derive(Clone, Debug)]
pub struct Options {
    /// Which actions are listed.
    pub tools: Tools,
    /// Between two polls of a trigger that a client subscribed to.
    pub interval: Duration,
    /// Whether answers show what tells of persons, such as e-mail addresses.
    pub personal: bool,
    /// Whether requests may be sent that are none of the connector's actions.
    pub raw: bool,
    /// Whether nothing may be done that costs money.
    pub no_spend: bool,
    /// How pictures are fetched, from the origins that the connector names; None shows none.
    pub pictures: Option<Fetch>,
    /// Tools beside those for actions.
    pub more: Option<Arc<dyn More>>,
}

/// The tools of daily work, a poll a minute, pictures, and none of the rest.
impl Default for Options {
    fn default() -> Self {
        Options {
            tools: Tools::default(),
            interval: Duration::from_secs(60),
            personal: false,
            raw: false,
            no_spend: false,
            pictures: Some(Fetch { bytes: PICTURE, ..Fetch::default() }),
            more: None,
        }
    }
}
