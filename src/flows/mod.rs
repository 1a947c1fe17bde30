//! The composed actions, a file each, and what several of them need.

// What they share.
mod name;
mod new_pin;
mod period;
mod personal;
mod place;

mod analytics;
mod catalog_items;
mod conversion_events;
mod customer_list;
mod feed_ingestion;
mod final_metrics;
mod find;
mod image_pin;
mod leads;
mod report;
mod video_pin;

use connector_sdk::flow::{Run, many};

/// The flows by the names that the catalogue gives them.
pub static FLOWS: &[(&str, Run)] = &[
    ("analytics", analytics::run),
    ("catalog_items", catalog_items::run),
    ("conversion_events", conversion_events::run),
    ("customer_list", customer_list::run),
    ("feed_ingestion", feed_ingestion::run),
    ("final_metrics", final_metrics::poll),
    ("find", find::run),
    ("image_pin", image_pin::run),
    ("lead_subscription", leads::webhook),
    ("leads", leads::poll),
    ("many", many),
    ("report", report::run),
    ("video_pin", video_pin::run),
];

#[cfg(test)]
mod tests {
    use super::FLOWS;
    use crate::catalog::CATALOG;

    #[test]
    fn the_catalogue_names_these_flows_and_no_others() {
        let actions = CATALOG.actions.iter().filter_map(|action| action.flow);
        let triggers = CATALOG.triggers.iter();
        let triggers = triggers.chain(CATALOG.webhooks.iter().map(|webhook| &webhook.trigger));
        let mut named: Vec<_> = actions
            .chain(triggers.filter_map(|trigger| trigger.flow))
            .map(|composed| composed.flow)
            .collect();
        named.sort_unstable();
        named.dedup();
        let known: Vec<_> = FLOWS.iter().map(|(name, _)| *name).collect();
        assert_eq!(named, known);
    }
}
