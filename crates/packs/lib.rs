//! Packs for the engines that people already use, made from a component and its manifest.
//!
//! Each platform is a module that turns a [`Source`] into files: the component as JavaScript, the
//! driver that runs it, thin glue of the platform's own, and whatever the platform wants to read
//! about actions and triggers. All that a pack says about the service comes from the manifest.

#![forbid(unsafe_code)]

mod appmixer;
mod celigo;
mod choice;
mod js;
mod mcpb;
mod n8n;
mod npm;
mod probe;
mod python;
mod said;
mod skills;
mod typed;
mod values;

use std::fs;
use std::path::{Component, Path};

use anyhow::{Context, Result, bail, ensure};
use connector_host::{Connector, Engine, manifest};
use serde_json::Value;

pub use appmixer::appmixer;
pub use celigo::celigo;
pub use choice::Choice;
pub use js::runtime;
pub use mcpb::{Program, Publisher, mcpb};
pub use n8n::n8n;
pub use npm::npm;
pub use python::python;
pub use skills::skills;

/// What makes a pack for one platform.
pub type Pack = fn(&Source) -> Result<Vec<File>>;

/// Every platform by the name that people type.
pub const PLATFORMS: &[(&str, Pack)] = &[("appmixer", appmixer), ("celigo", celigo), ("n8n", n8n)];

/// Those of them that poll: the triggers for which the service calls are not in them.
pub const POLLING: &[&str] = &["appmixer", "celigo"];

/// Packages for programs, by the languages' own names: webhooks too are in them.
pub const PACKAGES: &[(&str, Pack)] = &[("npm", npm), ("python", python)];

/// What is for language models, by the names that people type: they need no driver.
pub const FOR_MODELS: &[(&str, Pack)] = &[("mcpb", mcpb), ("skills", skills)];

/// The licences, as files of a package.
const LICENSES: [(&str, &str); 2] = [
    ("LICENSE-APACHE", include_str!("LICENSE-APACHE")),
    ("LICENSE-MIT", include_str!("LICENSE-MIT")),
];

/// A file of a pack.
pub struct File {
    /// Relative, with slashes.
    pub path: String,
    pub bytes: Vec<u8>,
}

impl File {
    /// A file of bytes or text.
    pub fn new(path: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        File { path: path.into(), bytes: bytes.into() }
    }

    /// A file of indented JSON.
    pub fn json(path: impl Into<String>, value: &Value) -> Self {
        File::new(path, format!("{value:#}\n"))
    }
}

/// What a pack is made from: a component, and nothing else but what its own members name. No connection, no setting and no
/// variable of the machine has a part in it, so the same component gives the same bytes anywhere.
pub struct Source {
    /// The component.
    pub(crate) wasm: Vec<u8>,
    /// The same, compiled.
    pub(crate) connector: Connector,
    /// What the component says about itself: `connector.json` as the host makes it.
    pub(crate) manifest: Value,
    /// In whose name the pack is published, on platforms where names begin with that.
    pub(crate) vendor: Option<String>,
    /// The command line, for a pack that has it inside.
    pub program: Option<Program>,
    /// Who publishes the pack, for one that says so.
    pub publisher: Option<Publisher>,
}

impl Source {
    /// The versions of Node that run the component, for `engines`.
    pub(crate) fn node(&self) -> &'static str {
        match self.connector.has_extended_constants() {
            true => ">=22",
            false => ">=20",
        }
    }

    /// Compiles a component and reads what it says about itself. Fails when it is no connector.
    pub fn new(engine: &Engine, wasm: Vec<u8>) -> Result<Self> {
        let connector = Connector::from_bytes(engine, &wasm)?;
        let manifest = serde_json::to_value(manifest(&connector)?)?;
        Ok(Source { wasm, connector, manifest, vendor: None, program: None, publisher: None })
    }

    /// Leaves out what was not chosen. Without it everything is in the pack. Fails when there is no such group or
    /// action.
    pub fn choose(&mut self, choice: &Choice) -> Result<()> {
        choice.apply(&mut self.manifest)
    }

    /// In whose name it is published: a word of lower-case letters, digits and hyphens, which begins with a letter.
    pub fn set_vendor(&mut self, vendor: &str) -> Result<()> {
        let is_word =
            |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-';
        let fits = vendor.starts_with(|first: char| first.is_ascii_lowercase())
            && vendor.chars().all(is_word);
        ensure!(
            fits,
            "`{vendor}` is no vendor: it is a word of lower-case letters, digits and hyphens"
        );
        self.vendor = Some(vendor.to_owned());
        Ok(())
    }

    /// The version of the pack instead of the connector's: three numbers, such as `1.2.0`.
    pub fn set_version(&mut self, version: &str) -> Result<()> {
        let numbers: Vec<_> = version.split('.').collect();
        let is_number =
            |it: &&str| it.parse::<u32>().is_ok_and(|number| number.to_string() == **it);
        let fits = numbers.len() == 3 && numbers.iter().all(is_number);
        ensure!(fits, "`{version}` is no version: it is three numbers, such as 1.2.0");
        self.manifest["connector"]["version"] = version.into();
        Ok(())
    }

    /// The pack for a platform of [`PLATFORMS`], or one of [`PACKAGES`] or [`FOR_MODELS`].
    pub fn pack(&self, platform: &str) -> Result<Vec<File>> {
        let known =
            PLATFORMS.iter().chain(PACKAGES).chain(FOR_MODELS).find(|(name, _)| *name == platform);
        let Some((_, pack)) = known else { bail!("there is no platform `{platform}`") };
        pack(self)
    }
}

/// Writes a pack into a folder, which is made if it is not there. A folder with something in it is
/// refused: what an older pack left there would be taken for a part of this one.
pub fn write(files: &[File], out: &Path) -> Result<()> {
    let shown = out.display();
    fs::create_dir_all(out).with_context(|| format!("cannot make {shown}"))?;
    let mut there = fs::read_dir(out).with_context(|| format!("cannot read {shown}"))?;
    ensure!(there.next().is_none(), "{shown} is not empty; remove it or choose another folder");
    for File { path, bytes } in files {
        // Names of files are made from ids that the component chose.
        let inside = Path::new(path).components().all(|part| matches!(part, Component::Normal(_)));
        ensure!(inside && !path.is_empty(), "`{path}` is not a path inside a pack");
        let place = out.join(path);
        let folder = place.parent().unwrap_or(out);
        fs::create_dir_all(folder)
            .and_then(|()| fs::write(&place, bytes))
            .with_context(|| format!("cannot write {}", place.display()))?;
    }
    Ok(())
}
