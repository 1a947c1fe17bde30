//! My connector. What is known of the service is in `catalog/`; what takes more than one request is a
//! function here, which an action names as its `flow`.

mod catalog {
    connector_sdk::tables!();
}

connector_sdk::export!(Connector, &catalog::CATALOG, &[]);
