//! `catalog_feed_ingestions.run`: has a feed read, waits for that, and gives its processing result.

use connector_sdk::flow::{Flow, FlowResult, answer_id};
use serde_json::Value;

use super::catalog_items::is_over;

pub fn run(flow: &mut Flow) -> FlowResult<Value> {
    let service = flow.service();
    let input = flow.fitting("catalog_feeds.ingest", flow.input())?;
    let id = flow.call_for("catalog_feeds.ingest", input, |begun| begun["id"].clone())?;
    let id = answer_id(service, &id)?;
    let mut look = flow.fitting("catalog_feed_results.list", flow.input())?;
    // A feed that is ingested every day has more results than a page of the usual size.
    look.insert("page_size".to_owned(), 250.into());
    flow.wait("Pinterest to process the feed", "catalog_feed_results.list", look, |page| {
        let results = page["items"].as_array().map_or(&[][..], Vec::as_slice);
        let is_own = |result: &&Value| answer_id(service, &result["id"]).is_ok_and(|own| own == id);
        let own = results.iter().find(is_own);
        Ok(own.filter(|result| is_over(service, &result["status"])).cloned())
    })
}
