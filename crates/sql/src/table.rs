//! A resource as a table.

use std::sync::Arc;

use connector_host::Connection;

use crate::activity::Activity;
use crate::connected::Rights;
use crate::described::Described;
use crate::returned::Returned;

/// The table of one session.
#[derive(Clone, Debug)]
pub(crate) struct Table {
    pub connection: Connection,
    pub described: Arc<Described>,
    pub activity: Arc<Activity>,
    pub rights: Rights,
    /// Of the write of one statement: what it gives back.
    pub returned: Option<Arc<Returned>>,
}
