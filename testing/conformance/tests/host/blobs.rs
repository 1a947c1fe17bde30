//! Files on their way out and in, by reference.

use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use connector_host::contract::{Context, Reply, Step};
use connector_host::{
    Blobs, Call, ConnectionBuilder, Error, Fetch, Folders, NoopObserver, Observer, Policy, Routes,
    rule,
};
use serde_json::{Value, json};

use crate::http::{Server, routed, text};
use crate::support::{Script, run, scripted};

const DONE: &str = "HTTP/1.1 204 No Content\n\n";

fn files(folder: &Path) -> Arc<Blobs> {
    Arc::new(Blobs::default().folders(Folders::new([folder])))
}

/// URLs on `files.example.org` lead to the server.
fn fetching(server: &Server) -> Fetch {
    let mut routes = Routes::default();
    routes.add("https://files.example.org", &server.address).unwrap();
    Fetch { routes, ..Fetch::default() }
}

async fn ran(connection: ConnectionBuilder, id: &str, input: Value) -> Result<Value, Error> {
    run(&connection.build().unwrap(), id, input).await
}

/// How many files are left in a folder.
fn left(folder: &Path) -> usize {
    std::fs::read_dir(folder).unwrap().count()
}

#[tokio::test]
async fn pieces_make_one_body_of_a_known_length() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.bin");
    std::fs::write(&path, "hello").unwrap();
    let server = Server::start(vec![text(DONE)]).await;
    let input = json!({"method": "post", "effect": "write", "pieces": [
        {"text": "{\"plain\":\""}, {"blob": path}, {"text": "\",\"base64\":\""},
        {"base64": path}, {"base64": "data:,ab"}, {"text": ""}, {"base64": "data:,"},
        {"text": "\"}"},
    ]});
    let connection = routed(&server.address).blobs(files(folder.path()));
    assert_eq!(ran(connection, "request", input).await.unwrap()["status"], 204);
    let sent = &server.received()[0];
    let (head, body) = sent.split_once("\r\n\r\n").unwrap();
    assert_eq!(body, r#"{"plain":"hello","base64":"aGVsbG8=YWI="}"#);
    assert!(head.contains(&format!("content-length: {}", body.len())), "{head}");
    assert!(!head.contains("transfer-encoding"), "{head}");
}

#[tokio::test]
async fn slices_are_the_bytes_that_they_name() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.bin");
    std::fs::write(&path, "0123456789").unwrap();
    let server = Server::start(vec![text(DONE)]).await;
    let connection = || routed(&server.address).blobs(files(folder.path()));
    let input = |pieces: Value| json!({"method": "post", "effect": "write", "pieces": pieces});
    let parts = json!([
        {"slice": [path, 7, 3]}, {"text": "-"}, {"slice": [path, 0, 2]}, {"slice": [path, 10, 0]},
        {"slice": ["data:,abc", 1, 1]},
    ]);
    ran(connection(), "request", input(parts)).await.unwrap();
    let sent = server.received().remove(0);
    let (head, body) = sent.split_once("\r\n\r\n").unwrap();
    assert_eq!(body, "789-01b");
    assert!(head.contains("content-length: 7"), "{head}");
    for (offset, length) in [(8, 3), (11, 0), (u64::MAX, 2), (0, u64::MAX)] {
        let beyond = json!([{"slice": [path, offset, length]}]);
        let error = ran(connection(), "request", input(beyond)).await.unwrap_err().to_string();
        assert!(error.contains("has 10 bytes"), "{error}");
    }
    assert_eq!(server.received().len(), 1, "nothing else was sent");
}

#[tokio::test]
async fn a_missing_file_is_told_and_nothing_is_sent() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("missing.mp4");
    let script = Script::new([]);
    let connection = || scripted(&script).blobs(files(folder.path()));
    let says = format!("`{}`: No such file or directory (os error 2)", missing.display());
    for input in [
        json!({"method": "post", "pieces": [{"base64": missing}]}),
        json!({"method": "post", "parts": [["file", "f", {"blob": missing}]]}),
    ] {
        let error = ran(connection(), "request", input).await.unwrap_err();
        assert_eq!(error.json()["message"], says);
    }
    let error = ran(connection(), "digest", json!({"blob": missing})).await.unwrap_err();
    assert_eq!(error.json()["message"], says);
    assert_eq!(script.count(), 0);
}

/// Changes a file before each repeat.
struct Changing<'a>(&'a Path);

impl Observer for Changing<'_> {
    fn page(&mut self, _items: &str, _count: u32) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }

    fn waiting(&mut self, _time: Duration, _reason: &str) {
        std::fs::write(self.0, "the second version").unwrap();
    }
}

#[tokio::test]
async fn a_repeat_sends_the_file_as_it_then_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("changing");
    let busy = text("HTTP/1.1 503 Busy\nContent-Length: 0\n\n");
    for body in
        [json!({"pieces": [{"blob": path}]}), json!({"parts": [["f", null, {"blob": path}]]})]
    {
        std::fs::write(&path, "first").unwrap();
        let server = Server::start(vec![busy.clone(), text(DONE)]).await;
        let connection = routed(&server.address).blobs(files(folder.path())).build().unwrap();
        let mut input = json!({"method": "post", "effect": "idempotent"});
        input.as_object_mut().unwrap().append(&mut body.as_object().unwrap().clone());
        let call = Call::Action { id: "request".into(), input: input.to_string() };
        connection.run(call, &mut Changing(&path)).await.unwrap();
        let bodies = server.received();
        assert!(bodies[0].contains("first"), "{}", bodies[0]);
        assert!(bodies[1].contains("the second version"), "{}", bodies[1]);
    }
}

#[tokio::test]
async fn blobs_are_read_in_ranges() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("large.csv");
    std::fs::write(&path, vec![1; (2 << 20) + 1]).unwrap();
    let connection = scripted(&Script::new([])).blobs(files(folder.path()));
    let digest = ran(connection, "digest", json!({"blob": path})).await.unwrap();
    let size = (2 << 20) + 1;
    assert_eq!((&digest["read"], &digest["sum"]), (&json!(size), &json!(size)));
    assert_eq!((&digest["size"], &digest["name"]), (&json!(size), &json!("large.csv")));

    let data = scripted(&Script::new([]));
    let digest = ran(data, "digest", json!({"blob": "data:;base64,aGVsbG8="})).await.unwrap();
    assert_eq!((&digest["first"], &digest["name"]), (&json!("hello"), &Value::Null));
}

#[tokio::test]
async fn a_url_is_fetched_once_for_a_call_and_without_a_credential() {
    let spool = tempfile::tempdir().unwrap();
    let moved = text("HTTP/1.1 302 Found\nLocation: /real%20name.txt\nContent-Length: 0\n\n");
    let body = "x".repeat((1 << 20) + 5);
    let whole = format!("HTTP/1.1 200 OK\nContent-Length: {}\n\n{body}", body.len());
    let server = Server::start(vec![moved, text(&whole)]).await;
    let blobs = Blobs::default().fetch(fetching(&server)).spool(spool.path());
    let connection = scripted(&Script::new([])).blobs(Arc::new(blobs));
    let url = "https://files.example.org/a%20b.txt?signature=1";
    let digest = ran(connection, "digest", json!({"blob": url})).await.unwrap();
    assert_eq!((&digest["read"], &digest["name"]), (&json!(body.len()), &json!("a b.txt")));
    let received = server.received();
    assert!(received[0].starts_with("GET /a%20b.txt?signature=1 HTTP/1.1\r\n"));
    assert!(received[1].starts_with("GET /real%20name.txt HTTP/1.1\r\n"));
    assert!(received.iter().all(|request| !request.contains("authorization")));
    assert_eq!(left(spool.path()), 0, "the copy goes with the call");
}

#[tokio::test]
async fn a_url_that_leads_nowhere_is_told_without_its_query() {
    let gone = "HTTP/1.1 404 Not Found\nContent-Length: 0\n\n";
    let large = "HTTP/1.1 200 OK\nContent-Length: 11\n\nhello world";
    let server = Server::start(vec![text(gone), text(large)]).await;
    let fetch = Fetch { bytes: 10, ..fetching(&server) };
    let blobs = Arc::new(Blobs::default().fetch(fetch));
    for says in ["the server answers 404 Not Found", "the response is larger than 10 bytes"] {
        let connection = scripted(&Script::new([])).blobs(blobs.clone());
        let url = "https://files.example.org/a?signature=secret";
        let error = ran(connection, "digest", json!({"blob": url})).await.unwrap_err();
        assert_eq!(error.json()["message"], format!("`https://files.example.org/a`: {says}"));
    }
}

#[tokio::test]
async fn only_public_addresses_are_fetched_from() {
    let refused = async |fetch: Fetch, url: &str| {
        let blobs = Arc::new(Blobs::default().fetch(fetch));
        let connection = scripted(&Script::new([])).blobs(blobs);
        ran(connection, "digest", json!({"blob": url})).await.unwrap_err().to_string()
    };
    for url in [
        "https://127.0.0.1/",
        "https://10.0.0.1/x",
        "https://[::1]/",
        "https://2130706433/",
        "https://169.254.169.254/latest/meta-data",
        "https://[::ffff:192.168.0.1]/",
        "https://localhost/",
        "HTTPS://LOCALHOST:8443/",
    ] {
        let message = refused(Fetch::default(), url).await;
        assert!(message.contains("not a public address"), "{url}: {message}");
    }
    for url in ["http://example.org/", "file:///etc/passwd", "ftp://example.org/"] {
        let message = refused(Fetch::default(), url).await;
        assert!(message.ends_with("only https is fetched"), "{url}: {message}");
    }
    for (target, why) in
        [("https://127.0.0.1/", "not a public address"), ("http://example.org/", "only https")]
    {
        let moved = format!("HTTP/1.1 302 Found\nLocation: {target}\nContent-Length: 0\n\n");
        let server = Server::start(vec![text(&moved)]).await;
        let message = refused(fetching(&server), "https://files.example.org/").await;
        assert!(message.contains(why), "{message}");
    }
    // Where it is allowed, it is tried.
    let allowed = Fetch { private_addresses: true, ..Fetch::default() };
    let message = refused(allowed, "https://localhost:1/").await;
    assert!(message.contains("not sent: ") && !message.contains("public"), "{message}");
    // And nothing is fetched by a host that was not told to.
    let connection = scripted(&Script::new([]));
    let error = ran(connection, "digest", json!({"blob": "https://example.org/?q"})).await;
    let error = error.unwrap_err().to_string();
    assert!(error.ends_with("`https://example.org/`: this host fetches no files"), "{error}");
}

#[tokio::test]
async fn a_connector_cannot_make_up_a_url() {
    let server = Server::start(Vec::new()).await;
    let blobs = Arc::new(Blobs::default().fetch(fetching(&server)));
    let connection = scripted(&Script::new([])).blobs(blobs);
    let input = json!({"url": "https://files.example.org/", "number": 42});
    let error = ran(connection, "made-up", input).await.unwrap_err().to_string();
    assert!(error.ends_with("`https://files.example.org/` is not in the call's input"), "{error}");
    assert!(server.received().is_empty());
}

#[tokio::test]
async fn an_answer_is_kept_only_when_it_is_a_good_one() {
    let spool = tempfile::tempdir().unwrap();
    let good = "HTTP/1.1 200 OK\nContent-Length: 5\n\nhello";
    let bad = "HTTP/1.1 404 Not Found\nContent-Length: 2\n\nno";
    let server = Server::start(vec![text(good), text(bad), text(good)]).await;
    let connection = |policy: Policy| {
        let blobs = Arc::new(Blobs::default().spool(spool.path()));
        routed(&server.address).policy(policy).blobs(blobs)
    };
    let save = json!({"save": true});
    let kept = ran(connection(Policy::default()), "request", save.clone()).await.unwrap();
    assert_eq!((&kept["first"], &kept["size"]), (&json!("hello"), &json!(5)));
    let bad = ran(connection(Policy::default()), "request", save.clone()).await.unwrap();
    assert_eq!((&bad["status"], &bad["body"]), (&json!(404), &json!("no")));
    let small = Policy { save_bytes: 4, ..Policy::default() };
    let error = ran(connection(small), "request", save).await.unwrap_err();
    assert!(matches!(error, Error::Refused { rule: rule::RESPONSE_SIZE, .. }), "{error}");
    assert_eq!(left(spool.path()), 0);
}

/// A durable engine goes on in another process: there the reference in the reply is still good.
#[tokio::test]
async fn a_kept_answer_outlives_its_process_in_a_folder_of_the_callers() {
    let spool = tempfile::tempdir().unwrap();
    let good = "HTTP/1.1 200 OK\nContent-Length: 5\n\nhello";
    let server = Server::start(vec![text(good)]).await;
    let connection = || {
        let blobs = Arc::new(Blobs::default().spool(spool.path()));
        routed(&server.address).blobs(blobs).build().unwrap()
    };
    let (checkpoint, reply) = {
        let first = connection();
        let input = json!({"save": true}).to_string();
        let call = Call::Action { id: "request".into(), input };
        let context = Context::fresh();
        let step = first.start(&call, &context).unwrap();
        let Step::Send(pending) = step else { panic!("it sends") };
        let sent = first.send(&pending, &context).await.unwrap();
        (pending.checkpoint, sent.into_reply())
    };
    let Reply::Saved(saved) = &reply else { panic!("{reply:?}") };
    assert!(!saved.blob.contains(spool.path().to_str().unwrap()), "no path in {}", saved.blob);
    let second = connection();
    let Step::Read(range) = second.resume(&checkpoint, &reply).unwrap() else { panic!("it looks") };
    let Reply::Chunk(chunk) = second.read(&range).await.unwrap() else { panic!("it is there") };
    assert_eq!(chunk.data, b"hello");
    second.blobs().forget(&saved.blob);
    assert_eq!(left(spool.path()), 0);
    let Reply::Undelivered(why) = second.read(&range).await.unwrap() else { panic!("it is gone") };
    assert_eq!(why, "the kept answer is gone");
}

#[tokio::test]
async fn a_reference_to_a_kept_answer_leads_nowhere_else() {
    let spool = tempfile::tempdir().unwrap();
    std::fs::write(spool.path().join("other"), "x").unwrap();
    let blobs = Arc::new(Blobs::default().spool(spool.path().join("inner")));
    for reference in ["kept:../../other", "kept:", "kept:0123456789abcdef0123456789abcdef/x"] {
        let connection = scripted(&Script::new([])).blobs(blobs.clone()).build().unwrap();
        let call =
            Call::Action { id: "digest".into(), input: json!({"blob": reference}).to_string() };
        let error = connection.run(call, &mut NoopObserver).await.unwrap_err();
        assert!(matches!(error, Error::Refused { rule: rule::BLOB, .. }), "{error}");
    }
}
