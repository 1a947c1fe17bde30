//! Google Drive: a person's consent or the key of a service account, channels that live for a day, and
//! deliveries that only say that there is something new.

mod changes;
mod channel;
mod time;

use connector_sdk::flow::Run;

mod catalog {
    connector_sdk::tables!();
}

static FLOWS: &[(&str, Run)] = &[("changes", changes::changes), ("channel", channel::channel)];

connector_sdk::export!(Connector, &catalog::CATALOG, FLOWS);
