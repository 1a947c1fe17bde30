//! `Pages`: the pages of a long list, each under the name of its run and its number, until somebody takes them away.

use restate_sdk::prelude::*;
use serde_json::Value;

const ITEMS: &str = "items";

/// The key of a page.
pub fn key(run: &str, number: u64) -> String {
    format!("{run}-{number}")
}

pub struct Pages;

#[object(name = "Pages", journal_retention = "0s", lazy_state = true)]
impl Pages {
    /// Keeps a page.
    #[handler(ingress_private = true)]
    async fn put(&self, ctx: ObjectContext<'_>, items: Json<Vec<Value>>) -> HandlerResult<()> {
        if ctx.get::<Json<Vec<Value>>>(ITEMS).await?.is_none() {
            ctx.set(ITEMS, items);
        }
        Ok(())
    }

    /// The items of the page: null when it is not there.
    #[handler]
    async fn get(&self, ctx: SharedObjectContext<'_>) -> HandlerResult<Json<Option<Vec<Value>>>> {
        Ok(Json(ctx.get::<Json<Vec<Value>>>(ITEMS).await?.map(Json::into_inner)))
    }

    /// Forgets it.
    #[handler]
    async fn remove(&self, ctx: ObjectContext<'_>) -> HandlerResult<()> {
        if ctx.get::<Json<Vec<Value>>>(ITEMS).await?.is_some() {
            ctx.clear(ITEMS);
        }
        Ok(())
    }
}
