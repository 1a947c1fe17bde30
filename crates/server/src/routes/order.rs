//! An action that somebody wants to be run.

use std::sync::Arc;
use std::time::Duration;

use connector_host::Connection;
use connector_host::contract::actions::Description;
use serde_json::{Map, Value};
use tokio::sync::OwnedSemaphorePermit;

use super::about;
use crate::audit;
use crate::caller::{Caller, Noting};
use crate::catalog::parsed;
use crate::problem::Problem;
use crate::rights::Right;
use crate::server::{Server, blocking};
use crate::tenant::Ready;

/// References in a row that a schema may have.
const TURNS: usize = 16;

/// A connection for one call of a caller.
pub struct On {
    pub ready: Ready,
    /// With the rights of the caller.
    pub connection: Connection,
    /// Given back when the call has ended.
    pub place: Arc<OwnedSemaphorePermit>,
}

impl On {
    pub async fn of(server: &Server, caller: &Caller, c: &str) -> Result<Self, Problem> {
        let on = On::uncounted(server, caller, c).await?;
        count(caller).await?;
        Ok(on)
    }

    /// For what sends nothing.
    async fn uncounted(server: &Server, caller: &Caller, c: &str) -> Result<Self, Problem> {
        caller.may(Right::Read)?;
        let place = Arc::new(take_place(caller)?);
        let ready = server.ready(&caller.tenant, c).await?;
        let connection = ready.connection.permitting(caller.key.rights.permission());
        Ok(On { ready, connection, place })
    }
}

/// An action, a connection to run it on, and who runs it.
pub struct Order {
    pub server: Server,
    pub caller: Caller,
    pub ready: Ready,
    /// With the rights of the caller.
    pub connection: Connection,
    pub described: Arc<Description>,
    pub place: Arc<OwnedSemaphorePermit>,
}

impl Order {
    pub async fn of(
        server: Server,
        caller: Caller,
        c: &str,
        action: &str,
    ) -> Result<Self, Problem> {
        let order = Order::to_look_at(server, caller, c, action).await?;
        count(&order.caller).await?;
        Ok(order)
    }

    /// One that is not to be run: it counts against no quota.
    pub async fn to_look_at(
        server: Server,
        caller: Caller,
        c: &str,
        action: &str,
    ) -> Result<Self, Problem> {
        let On { ready, connection, place } = On::uncounted(&server, &caller, c).await?;
        let catalog = server.catalog(&ready.entry.connector)?;
        about::known(catalog, action)?;
        let described = catalog.connector.action(action)?;
        Ok(Order { server, caller, ready, connection, described, place })
    }

    /// The id of the action.
    pub fn id(&self) -> &str {
        &self.described.action.id
    }

    /// Notes in the audit log what comes of it.
    pub fn noting(&self, input: &Value) -> Noting {
        let shown = audit::shown(&self.described.input, input);
        self.caller.noting(format!("run {}", self.id()), &self.ready.entry.id, shown)
    }

    /// The top-level fields of an item, in the order of the schema.
    pub fn columns(&self) -> Vec<String> {
        let schema = parsed(&self.described.output);
        let mut at = &schema;
        // An item may be described elsewhere in the same schema; one that leads around in circles is not.
        for _ in 0..TURNS {
            let to = at["$ref"].as_str().and_then(|to| to.strip_prefix('#'));
            match to.and_then(|to| schema.pointer(to)) {
                Some(found) => at = found,
                None => break,
            }
        }
        at["properties"].as_object().into_iter().flat_map(Map::keys).cloned().collect()
    }
}

/// A place for one more call of the tenant, which counts against its quotas.
pub async fn place(caller: &Caller) -> Result<Arc<OwnedSemaphorePermit>, Problem> {
    let place = take_place(caller)?;
    count(caller).await?;
    Ok(Arc::new(place))
}

fn take_place(caller: &Caller) -> Result<OwnedSemaphorePermit, Problem> {
    caller.tenant.calls.clone().try_acquire_owned().map_err(|_| {
        let detail = "this tenant has as many calls under way as it may; try again";
        Problem::too_many("busy", detail, Duration::from_secs(1))
    })
}

/// Counts a call against the tenant's quotas.
async fn count(caller: &Caller) -> Result<(), Problem> {
    if !caller.tenant.quotas.may_hold() {
        return Ok(());
    }
    let (tenant, told) = (caller.tenant.clone(), caller.told.clone());
    blocking(move || {
        let taken = tenant.quotas.take(&tenant.db);
        // Also who has none left is told how they stand.
        let standing = match &taken {
            Ok(standing) => Ok(standing.clone()),
            Err(_) => tenant.quotas.standing(&tenant.db),
        };
        let _ = told.0.set(standing?);
        taken.map(drop)
    })
    .await
}
