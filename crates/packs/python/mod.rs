//! Wheels for Python: the component with types of every action's input and output, and the driver that it
//! needs.

mod clients;
mod driver;
mod readme;
mod stub;
mod types;
mod wheel;

use anyhow::{Context, Result, ensure};

use crate::typed::member;
use crate::{File, Source};
use readme::readme;
use stub::stubs;
use wheel::{About, wheel};

/// The wheels of connector and driver, and the README of the former.
pub fn python(source: &Source) -> Result<Vec<File>> {
    let connector = &source.manifest["connector"];
    let text = |name: &str| connector[name].as_str().unwrap_or_default();
    let module = format!("{}_connector", text("id").replace('-', "_"));
    let vendor = source.vendor.as_ref().map_or(String::new(), |vendor| format!("{vendor}-"));
    let name = format!("{vendor}{}-connector", text("id"));
    ensure!(member(&module), "`{module}` is no name of a module in Python");
    let version = text("version");
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    ensure!(
        version.split('.').all(is_number),
        "the version {version} has something beside numbers, which Python writes otherwise: give another one with --version"
    );
    let minor = env!("CARGO_PKG_VERSION").rsplit_once('.').context("no version")?.0;
    let keywords = ["connector", "webassembly", text("id"), text("title")].join(",");
    let about = About {
        version: version.to_owned(),
        summary: text("summary").to_owned(),
        requires_python: ">=3.11".to_owned(),
        more: vec![
            ("Requires-Dist", format!("connector-driver=={minor}.*")),
            ("Keywords", keywords),
            ("Classifier", "Typing :: Typed".to_owned()),
        ],
        readme: readme(&name, &module, &source.manifest),
        name,
    };
    let (types, stub) = stubs(&source.manifest);
    let readme = File::new("README.md", about.readme.clone());
    let files = [
        ("__init__.py", include_str!("package.py").into()),
        ("__init__.pyi", stub.into_bytes()),
        ("types.py", types.into_bytes()),
        ("py.typed", Vec::new()),
        ("component.wasm", source.wasm.clone()),
    ];
    let files =
        files.map(|(path, bytes): (_, Vec<u8>)| File::new(format!("{module}/{path}"), bytes));
    Ok(vec![wheel(&about, files.into())?, driver::driver()?, readme])
}
