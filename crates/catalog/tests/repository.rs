//! The catalogues of this repository: all of their files are as the types say, and fit together.

use std::path::Path;

#[test]
fn every_catalogue_here_makes_tables() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let catalogues = [
        "catalog",
        "crates/cli/templates/rust/catalog",
        "crates/webhooks/tests/connector/catalog",
        "examples/connections/salesforce/catalog",
        "examples/connections/shopify/catalog",
        "examples/connections/slack/catalog",
        "examples/connections/stripe/catalog",
        "examples/github-issues/catalog",
        "examples/wikipedia/catalog",
    ];
    for catalogue in catalogues {
        let tables = connector_catalog::tables(&root.join(catalogue));
        let tables = tables.unwrap_or_else(|error| panic!("{catalogue}: {error:#}"));
        assert!(tables.contains("pub static CATALOG: Catalog ="), "{catalogue}");
    }
}
