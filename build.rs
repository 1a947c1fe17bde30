//! Compiles `catalog/` into Rust tables.

fn main() -> anyhow::Result<()> {
    connector_catalog::build("catalog")
}
