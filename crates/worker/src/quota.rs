//! `Quota`: what the service lets through, counted for all workers of the cluster together.
//!
//! A worker asks for leave to send so many requests within a moment. What it was given counts as used from the
//! end of that moment on for as long as the limit's window, wherever the service's own windows begin.

mod book;

use restate_sdk::prelude::*;

use crate::handler::{kept, time};
use book::Book;

pub use book::{Ask, Declared, Grant, Said};

const BOOK: &str = "book";

pub struct Quotas;

#[object(name = "Quota", journal_retention = "0s", idempotency_retention = "1m")]
impl Quotas {
    /// Gives leave, or says how long there is none.
    #[handler]
    async fn take(&self, ctx: ObjectContext<'_>, ask: Json<Ask>) -> HandlerResult<Json<Grant>> {
        let ask = ask.into_inner();
        let mut book: Book = kept(ctx.get(BOOK).await?);
        // The journal has the time, so that what is taken up again comes to the same.
        let now = ctx.run(time).name("time").await?;
        let grant = book.take(&ask, now);
        ctx.set(BOOK, Json(book));
        Ok(Json(grant))
    }
}
