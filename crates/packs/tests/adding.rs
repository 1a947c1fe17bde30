//! An action that is added to a component is in every pack, and nothing had to be written for it
//! in `crates/packs/` or `drivers/`: the example connector is packed as it is, and with one more.

use std::fs;
use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use connector_host::{Engine, EngineOptions};
use connector_pack::{File, PLATFORMS, Source, write};

const ADDED: &str = "issues.report";

/// The example with one action more: see `more/`.
static CHANGED: LazyLock<Vec<u8>> = LazyLock::new(|| built("github_issues_more"));

#[test]
fn an_added_action_is_in_every_pack() {
    let original = built("github_issues");
    for platform in PLATFORMS.iter().map(|(platform, _)| *platform).chain(["npm"]) {
        let [before, after] = [&original, &CHANGED].map(|wasm| pack(wasm, platform));
        assert!(!tells_of(&before, ADDED), "{platform}: it is there already");
        assert!(tells_of(&after, ADDED), "{platform}: what was made of the manifest lacks it");
        let [old, new] = [&before, &after].map(|files| below(files, "driver/"));
        assert!(old == new && !new.is_empty(), "{platform}: the driver is another one");
        // The source of this one is compiled first: its own tests do that.
        if platform != "n8n" {
            starts_in_node(&after, platform);
        }
    }
}

/// Of the wheels: the connector's has the action in its types, and the driver's is the same.
#[test]
fn an_added_action_is_in_the_wheel() {
    let [before, after] =
        [built("github_issues"), CHANGED.clone()].map(|wasm| pack(&wasm, "python"));
    let types = |files: &[File]| {
        let wheel =
            files.iter().find(|file| file.path.starts_with("github_issues_connector")).unwrap();
        let mut archive = zip::ZipArchive::new(Cursor::new(&wheel.bytes)).unwrap();
        let mut text = String::new();
        archive
            .by_name("github_issues_connector/__init__.pyi")
            .unwrap()
            .read_to_string(&mut text)
            .unwrap();
        text
    };
    let told = format!("action: Literal[\"{ADDED}\"], input: IssuesReportInput");
    assert!(!types(&before).contains(&told));
    assert!(types(&after).contains(&told), "{}", types(&after));
    let driver = |files: &[File]| {
        files.iter().find(|file| file.path.starts_with("connector_driver")).unwrap().bytes.clone()
    };
    assert!(driver(&before) == driver(&after), "the driver is another one");
}

/// The pack of a component.
fn pack(wasm: &[u8], platform: &str) -> Vec<File> {
    let engine = Engine::new(EngineOptions::default()).unwrap();
    Source::new(&engine, wasm.to_vec()).unwrap().pack(platform).unwrap()
}

/// Whether the platform's own files name an action, be it in what they hold or in how they are
/// called.
fn tells_of(files: &[File], action: &str) -> bool {
    let folders = ["component/", "driver/"].map(|folder| format!("{}{folder}", root(files)));
    let own = |file: &&File| !folders.iter().any(|folder| file.path.starts_with(folder));
    files.iter().filter(own).any(|file| {
        String::from_utf8_lossy(&file.bytes).contains(action) || file.path.contains(action)
    })
}

/// The files of a folder beside the driver's.
fn below<'a>(files: &'a [File], folder: &str) -> Vec<(&'a str, &'a [u8])> {
    let folder = format!("{}{folder}", root(files));
    let there = files.iter().filter(|file| file.path.starts_with(&folder));
    there.map(|file| (&*file.path, &*file.bytes)).collect()
}

/// The folder of the pack that holds component and driver; a platform may want it further down.
fn root<'a>(files: &'a [File]) -> &'a str {
    let strip = |file: &'a File| {
        let known = ["driver/index.mjs", "driver/connect.js"];
        known.iter().find_map(|end| file.path.strip_suffix(end))
    };
    let root = files.iter().find_map(strip);
    root.expect("the pack has the driver")
}

/// The pack's driver starts the action in the pack's component.
fn starts_in_node(files: &[File], platform: &str) {
    if Command::new("node").arg("--version").output().is_err() {
        return eprintln!("SKIPPED: there is no node on this machine");
    }
    let out = folder(platform).join("pack");
    write(files, &out).unwrap();
    let script = out.with_file_name("start.mjs");
    let root = root(files);
    let text = format!(
        "import {{ connect, load }} from './pack/{root}driver/index.mjs';
         const connector = connect(await load(new URL('pack/{root}component', import.meta.url)));
         const input = {{ repository: 'octocat/hello-world', title: 'a' }};
         const step = connector.start.action('{ADDED}', input);
         if (step.val.request.method.tag !== 'post') throw new Error(step.val.request.method.tag);"
    );
    fs::write(&script, text).unwrap();
    node(&script, &[]);
}

fn node(script: &Path, arguments: &[&Path]) {
    let done = Command::new("node").arg(script).args(arguments).output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

/// A component of the target folder.
fn built(name: &str) -> Vec<u8> {
    let path = target().join("wasm32-unknown-unknown/release").join(name).with_extension("wasm");
    fs::read(&path)
        .unwrap_or_else(|error| panic!("{}: {error}: run `make examples fixtures`", path.display()))
}

fn target() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap().to_owned()
}

/// An empty folder for one use.
fn folder(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("added").join(name);
    fs::remove_dir_all(&path).ok();
    fs::create_dir_all(&path).unwrap();
    path
}
