//! Which files a connector reads: the cases in `tests/files`, which every host plays, and a
//! connector that wants more.

use std::collections::HashMap;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use connector_host::contract::{Range, Step};
use connector_host::{
    BlobError, BlobStore, Blobs, Call, Content, Error, Folders, Outgoing, Policy, Transport, rule,
};
use serde_json::{Value, json};
use tokio::io::AsyncReadExt;

use crate::http::{Server, routed, text};
use crate::support::{Answer, Script, answer, run, scripted};

fn cases() -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/files/cases.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn lay_out(root: &Path, layout: &Value) {
    for (name, what) in layout.as_object().unwrap() {
        let path = root.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        let target = what["link"].as_str().map(|it| it.replace("{root}", root.to_str().unwrap()));
        match (what.as_str(), target) {
            (Some(content), _) => std::fs::write(path, content).unwrap(),
            (_, Some(target)) => std::os::unix::fs::symlink(target, path).unwrap(),
            _ if what["fifo"] == true => {
                assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
            }
            _ => std::fs::create_dir(path).unwrap(),
        }
    }
}

/// What a reference leads to, or the words in which it is refused.
async fn opened(folders: &Folders, reference: &str) -> Result<String, BlobError> {
    let mut blob = folders.open(reference, 0).await?;
    let mut content = String::new();
    blob.reader.read_to_string(&mut content).await.unwrap();
    assert_eq!(blob.len, content.len() as u64, "{reference}");
    Ok(content)
}

#[tokio::test]
async fn files_below_folders_are_read_and_no_others() {
    let cases = cases();
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().canonicalize().unwrap();
    lay_out(&root, &cases["layout"]);
    let at = |text: &Value| text.as_str().unwrap().replace("{root}", root.to_str().unwrap());
    let all = |list: &Value| list.as_array().into_iter().flatten().map(at).collect::<Vec<_>>();
    let mut refusals = HashMap::new();
    for case in cases["files"].as_array().unwrap() {
        let name = case["name"].as_str().unwrap();
        let folders = Folders::new(all(&case["folders"])).deny(all(&case["denied"]));
        let reference = at(&case["reference"]);
        let found = match opened(&folders, &reference).await {
            Ok(content) => json!({ "read": content }),
            Err(BlobError::Unreadable(_)) => "unreadable".into(),
            Err(BlobError::Refused(words)) => {
                refusals.insert(name, words.replace(&reference, "it"));
                "refused".into()
            }
        };
        assert_eq!(found, case["outcome"], "{name}");
    }
    for list in cases["alike"].as_array().unwrap() {
        let words = list.as_array().unwrap().iter().map(|name| &refusals[name.as_str().unwrap()]);
        let words: Vec<_> = words.collect();
        assert!(words.windows(2).all(|two| two[0] == two[1]), "{words:?}");
    }
}

#[test]
fn a_connector_uses_what_the_input_names_and_nothing_else() {
    let connection = scripted(&Script::new([])).build().unwrap();
    for case in cases()["claims"].as_array().unwrap() {
        let call = Call::Action { id: "digest".into(), input: case["input"].to_string() };
        let blob = case["reference"].as_str().unwrap().to_owned();
        let step = Step::Read(Range { blob, offset: 0, length: 1, checkpoint: Vec::new() });
        let usable = match connection.permit_blobs(&call, &step) {
            Ok(()) => true,
            Err(Error::Refused { rule: rule::BLOB, .. }) => false,
            Err(other) => panic!("{other}"),
        };
        assert_eq!(usable, case["usable"], "{}", case["name"]);
    }
}

/// The fixture's `reversed` uses a file whose name it was given backwards.
#[tokio::test]
async fn a_file_that_the_input_does_not_name_is_neither_read_nor_sent() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("private");
    std::fs::write(&path, "PRIVATE").unwrap();
    let path = path.to_str().unwrap();
    let server = Server::start(Vec::new()).await;
    let reversed: String = path.chars().rev().collect();
    for (id, input) in [
        ("reversed", json!({"text": reversed})),
        ("reversed", json!({"text": reversed, "also": format!("not {path}")})),
        ("reversed", json!({"text": reversed, path: true})),
        ("send-reversed", json!({"text": reversed})),
    ] {
        let blobs = Arc::new(Blobs::default().folders(Folders::new([folder.path()])));
        let connection = routed(&server.address).blobs(blobs).build().unwrap();
        let error = run(&connection, id, input).await.unwrap_err();
        assert!(matches!(error, Error::Refused { rule: rule::BLOB, .. }), "{error}");
        assert!(error.to_string().ends_with("is not in the call's input"), "{error}");
    }
    assert!(server.received().is_empty());
}

/// While a path's folder is exchanged for a link that leads out, over and over, nothing outside is
/// ever read.
#[tokio::test(flavor = "multi_thread")]
async fn exchanging_a_folder_for_a_link_leads_nowhere() {
    let root = tempfile::tempdir().unwrap();
    let path = |name: &str| root.path().join(name);
    for (folder, content) in [("allowed/a", "inside"), ("outside", "OUTSIDE")] {
        std::fs::create_dir_all(path(folder)).unwrap();
        std::fs::write(path(folder).join("file"), content).unwrap();
    }
    std::os::unix::fs::symlink("../outside", path("allowed/link")).unwrap();
    let (over, stop) = (Arc::new(AtomicBool::new(false)), path("allowed"));
    let flag = over.clone();
    let exchanging = std::thread::spawn(move || {
        let names = ["a", "link", "spare"].map(|name| stop.join(name));
        while !flag.load(Ordering::Relaxed) {
            for (from, to) in [(0, 2), (1, 0), (0, 1), (2, 0)] {
                std::fs::rename(&names[from], &names[to]).unwrap();
            }
        }
    });
    let folders = Folders::new([path("allowed")]);
    let reference = path("allowed/a/file").to_str().unwrap().to_owned();
    let mut read = 0;
    for _ in 0..3000 {
        match opened(&folders, &reference).await {
            Ok(content) => {
                assert_eq!(content, "inside");
                read += 1;
            }
            Err(BlobError::Refused(_) | BlobError::Unreadable(_)) => {}
        }
    }
    over.store(true, Ordering::Relaxed);
    exchanging.join().unwrap();
    assert!(read > 0);
}

/// Descriptors of this process that lead to files of this name.
fn descriptors(name: &str) -> usize {
    let open = std::fs::read_dir("/proc/self/fd").unwrap().flatten();
    let leads = |entry: std::fs::DirEntry| std::fs::read_link(entry.path()).ok();
    open.filter_map(leads).filter(|path| path.ends_with(name)).count()
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_file_in_many_pieces_is_open_once_at_a_time() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("in-many-pieces");
    std::fs::write(&path, "ab").unwrap();
    let server = Server::start(vec![text("HTTP/1.1 204 No Content\n\n")]).await;
    let blobs = Arc::new(Blobs::default().folders(Folders::new([folder.path()])));
    let connection = routed(&server.address).blobs(blobs.clone()).build().unwrap();
    let input =
        json!({"method": "post", "effect": "write", "pieces": vec![json!({"blob": path}); 3000]});
    run(&connection, "request", input.clone()).await.unwrap();
    let sent = &server.received()[0];
    assert!(sent.ends_with(&"ab".repeat(3000)), "{}", sent.len());
    // Nor is it open before the first byte is sent.
    let transport = Arc::new(Counting::default());
    let connection = scripted(&Script::new([])).transport(transport.clone()).blobs(blobs);
    run(&connection.build().unwrap(), "request", input).await.unwrap();
    assert_eq!(*transport.0.lock().unwrap(), [0]);
}

/// Counts how often the file is open while a request is about to be sent.
#[derive(Default)]
struct Counting(Mutex<Vec<usize>>);

#[async_trait]
impl Transport for Counting {
    async fn exchange(&self, request: Outgoing) -> Answer {
        let Content::Pieces(pieces) = &request.body else { panic!("it is in pieces") };
        assert_eq!(pieces.len(), 3000);
        self.0.lock().unwrap().push(descriptors("in-many-pieces"));
        answer(204, &[], "")
    }
}

#[tokio::test]
async fn a_call_uses_so_many_files_and_a_body_so_many_pieces() {
    let few = || Policy { blobs: 2, pieces: 3, ..Policy::default() };
    let connection = scripted(&Script::new([])).policy(few()).build().unwrap();
    let pieces = |uris: &[&str]| {
        let pieces: Vec<Value> = uris.iter().map(|uri| json!({ "blob": uri })).collect();
        json!({"method": "post", "pieces": pieces})
    };
    let error = run(&connection, "request", pieces(&["data:,a", "data:,b", "data:,c"])).await;
    let error = error.unwrap_err().to_string();
    assert!(error.ends_with("more than 2 different files in one call"), "{error}");
    let error = run(&connection, "request", pieces(&["data:,a"; 4])).await.unwrap_err();
    assert!(matches!(error, Error::Refused { rule: rule::PIECES, .. }), "{error}");
    assert!(error.to_string().ends_with("a body of 4 pieces; the limit is 3"), "{error}");
}
