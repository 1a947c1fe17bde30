fn main() -> anyhow::Result<()> {
    connector_catalog::build("catalog")
}
