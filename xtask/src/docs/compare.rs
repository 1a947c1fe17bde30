//! The page on what people use today, from `docs/compare.toml`: nothing stands there without a source.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use connector_catalog::files::read;
use serde::Deserialize;

use super::manifest::Manifest;
use super::markdown::{GENERATED, Table, spans};

/// What a cell says of which the sources say nothing.
const NOTHING: &str = "not said";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Compare {
    introduction: String,
    table: Vec<Comparison>,
}

/// A table of products that are used for the same.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Comparison {
    title: String,
    product: Vec<Product>,
    feature: Vec<Feature>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Product {
    /// By which features name it.
    id: String,
    name: String,
    /// The page that says what its cells say.
    source: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Feature {
    name: String,
    /// What there is here; `{actions}` and the like are counted.
    here: String,
    /// The page of the book that says so.
    page: String,
    /// By product.
    #[serde(default)]
    others: BTreeMap<String, Cell>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Cell {
    /// The product's own page says so.
    Says(String),
    /// Another one does.
    Elsewhere { says: String, source: String },
}

/// Fails when the file cannot be read, a source is no address, or a feature is of a product that is not there.
pub fn page(root: &Path, manifest: &Manifest) -> Result<String> {
    let compare: Compare = read(&root.join("docs/compare.toml"))?;
    let mut page = format!("{GENERATED}# How it compares\n\n{}\n\n", compare.introduction.trim());
    for table in &compare.table {
        page += &format!("## {}\n\n", table.title);
        page += &table.finish(manifest).with_context(|| table.title.clone())?;
    }
    Ok(page.trim_end().to_owned() + "\n")
}

impl Comparison {
    fn finish(&self, manifest: &Manifest) -> Result<String> {
        let names = self.product.iter().map(|it| format!("[{}]({})", it.name, it.source));
        let head = ["".to_owned(), "here".to_owned()].into_iter().chain(names).collect::<Vec<_>>();
        let mut table = Table::with(&head);
        for product in &self.product {
            ensure!(is_address(&product.source), "{} has no source", product.name);
        }
        for feature in &self.feature {
            let known = |id: &String| self.product.iter().any(|it| it.id == *id);
            let unknown = feature.others.keys().find(|id| !known(id));
            ensure!(unknown.is_none(), "`{}` names {unknown:?}, which is no product", feature.name);
            let here =
                format!("{} ([more]({}))", spans(&counted(&feature.here, manifest)), feature.page);
            let cells = self.product.iter().map(|it| feature.others.get(&it.id));
            let cells = cells.map(|cell| cell.map_or(Ok(NOTHING.to_owned()), Cell::text));
            let cells = cells.collect::<Result<Vec<_>>>()?;
            let row = [spans(&feature.name), here].into_iter().chain(cells).collect::<Vec<_>>();
            table.cells(&row);
        }
        Ok(table.finish())
    }
}

impl Cell {
    fn text(&self) -> Result<String> {
        match self {
            Cell::Says(says) => Ok(spans(says)),
            Cell::Elsewhere { says, source } => {
                ensure!(is_address(source), "`{says}` has no source");
                Ok(format!("{} ([source]({source}))", spans(says)))
            }
        }
    }
}

fn is_address(source: &str) -> bool {
    source.starts_with("https://") || source.starts_with("http://")
}

/// With the figures of the manifest in it.
fn counted(text: &str, manifest: &Manifest) -> String {
    let operations = manifest.actions.iter().filter(|it| it.about.operation_id.is_some()).count();
    let figures = [
        ("{actions}", manifest.actions.len()),
        ("{operations}", operations),
        ("{triggers}", manifest.triggers.len()),
        ("{webhooks}", manifest.webhooks.len()),
        ("{resources}", manifest.resources.len()),
    ];
    let replaced =
        |text: String, (name, count): (&str, usize)| text.replace(name, &count.to_string());
    figures.into_iter().fold(text.to_owned(), replaced)
}
