//! A resource as a table.

use std::sync::Arc;

use connector_host::Connection;

use crate::activity::Activity;
use crate::described::Described;

/// The table of one session.
#[derive(Clone, Debug)]
pub(crate) struct Table {
    pub connection: Connection,
    pub described: Arc<Described>,
    pub activity: Arc<Activity>,
    pub writes: bool,
}
