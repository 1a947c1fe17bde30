//! The wheel of the driver, which each connector's needs: so that no other place than the pack has to have it.

use anyhow::{Context, Result};
use include_dir::{Dir, include_dir};
use toml::Table;

use super::wheel::{About, wheel};
use crate::File;

static SOURCES: Dir = include_dir!("$CARGO_MANIFEST_DIR/python/driver");
const PROJECT: &str = include_str!("driver.toml");
const README: &str = include_str!("driver.md");

/// The wheel, as the driver's own project file says.
pub fn driver() -> Result<File> {
    let project: Table = PROJECT.parse()?;
    let project = project["project"].as_table().context("there is no project")?;
    let text = |name: &str| project[name].as_str().unwrap_or_default().to_owned();
    let mut keywords: Vec<_> = texts(&project["keywords"]).collect();
    keywords.sort_unstable();
    let mut more = vec![("Keywords", keywords.join(","))];
    more.extend(texts(&project["classifiers"]).map(|it| ("Classifier", it.to_owned())));
    more.extend(texts(&project["dependencies"]).map(|need| ("Requires-Dist", need.to_owned())));
    for (extra, needs) in project["optional-dependencies"].as_table().into_iter().flatten() {
        more.push(("Provides-Extra", extra.clone()));
        let needs = texts(needs).map(|need| format!("{need}; extra == '{extra}'"));
        more.extend(needs.map(|need| ("Requires-Dist", need)));
    }
    let about = About {
        name: text("name"),
        version: text("version"),
        summary: text("description"),
        requires_python: text("requires-python"),
        more,
        readme: README.to_owned(),
    };
    let mut files = Vec::new();
    collect(&SOURCES, &mut files);
    wheel(&about, files)
}

/// The texts of a list.
fn texts(list: &toml::Value) -> impl Iterator<Item = &str> {
    list.as_array().into_iter().flatten().filter_map(|one| one.as_str())
}

/// What is source, and not what Python made of it while it ran.
fn collect(folder: &Dir, files: &mut Vec<File>) {
    let sources = folder.files().filter(|file| {
        file.path().extension().is_some_and(|end| end == "py") || file.path().ends_with("py.typed")
    });
    files.extend(sources.map(|file| {
        let path = file.path().components().map(|part| part.as_os_str().to_string_lossy());
        File::new(
            format!("connector_driver/{}", path.collect::<Vec<_>>().join("/")),
            file.contents(),
        )
    }));
    folder.dirs().for_each(|inner| collect(inner, files));
}
