//! Files of gigabytes pass through in little memory.

use std::fs::File;
use std::sync::Arc;

use connector_host::{Blobs, Call, Connection, Folders, Observer, Routes, Transfer};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::peak;
use crate::support::fixture;

const FILE: u64 = 2 << 30;
const ANSWER: u64 = 200 << 20;
/// Above what the process needs when it is idle.
const MOST: u64 = 100 << 20;

/// Notes the furthest that it is told of, and whether it ever went back.
#[derive(Default)]
struct Watcher {
    last: Transfer,
    told: u32,
}

impl Observer for Watcher {
    fn transferring(&mut self, transfer: &Transfer) {
        assert!(transfer.sent >= self.last.sent && transfer.received >= self.last.received);
        assert!(transfer.sent <= transfer.to_send);
        (self.last, self.told) = (*transfer, self.told + 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn files_of_gigabytes_take_little_memory() {
    let _turn = peak::TURN.lock().await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sparse.mp4");
    File::create(&path).unwrap().set_len(FILE).unwrap();
    let address = serve().await;
    let mut routes = Routes::default();
    routes.add("https://api.example.com", &address).unwrap();
    let blobs = Arc::new(Blobs::default().folders(Folders::new([folder.path()])));
    let connection = Connection::builder(fixture()).routes(routes).blobs(blobs).build().unwrap();
    // Everything that is made once is made.
    run(&connection, json!({"method": "post", "text": "warm"})).await;

    let pieces = json!([{"text": "<"}, {"base64": path}, {"text": ">"}]);
    let (answer, watcher) =
        flat(&connection, "pieces", json!({"method": "post", "pieces": pieces})).await;
    assert_eq!(answer["body"], (FILE.div_ceil(3) * 4 + 2).to_string());
    assert!(watcher.told > 0 && watcher.last.to_send == FILE, "{:?}", watcher.last);

    let parts = json!([["key", null, {"text": "v"}], ["file", "s.mp4", {"blob": path}]]);
    let (answer, _) = flat(&connection, "form", json!({"method": "post", "parts": parts})).await;
    let received: u64 = answer["body"].as_str().unwrap().parse().unwrap();
    assert!((FILE..FILE + 1000).contains(&received), "{received}");

    let (digest, watcher) = flat(&connection, "kept", json!({"save": true})).await;
    assert_eq!((&digest["read"], &digest["sum"]), (&json!(ANSWER), &json!(ANSWER * 7)));
    assert!(watcher.told == 0 || watcher.last.to_receive == Some(ANSWER), "{:?}", watcher.last);
}

/// Runs a request, and measures what it takes.
async fn flat(connection: &Connection, what: &str, input: Value) -> (Value, Watcher) {
    peak::of(what, MOST, run(connection, input)).await
}

async fn run(connection: &Connection, input: Value) -> (Value, Watcher) {
    let mut watcher = Watcher::default();
    let call = Call::Action { id: "request".into(), input: input.to_string() };
    let outcome = connection.run(call, &mut watcher).await.unwrap();
    (serde_json::from_str(&outcome.output).unwrap(), watcher)
}

/// Answers a POST with how many bytes its body had, and a GET with 200 MiB of sevens.
async fn serve() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        loop {
            let (socket, _) = listener.accept().await.unwrap();
            tokio::spawn(answer(socket));
        }
    });
    address
}

async fn answer(mut socket: TcpStream) {
    let mut buffer = vec![0; 64 << 10];
    let mut filled = 0;
    let head = loop {
        filled += socket.read(&mut buffer[filled..]).await.unwrap();
        let end = buffer[..filled].windows(4).position(|four| four == b"\r\n\r\n");
        if let Some(end) = end {
            break end + 4;
        }
    };
    let text = String::from_utf8_lossy(&buffer[..head]).to_lowercase();
    if text.starts_with("get") {
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {ANSWER}\r\n\r\n");
        socket.write_all(head.as_bytes()).await.unwrap();
        let sevens = vec![7; 1 << 20];
        for _ in 0..ANSWER >> 20 {
            socket.write_all(&sevens).await.unwrap();
        }
        return;
    }
    let length = text.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
    let length: u64 = length.parse().unwrap();
    let mut received = (filled - head) as u64;
    while received < length {
        let read = socket.read(&mut buffer).await.unwrap();
        assert!(read > 0, "the body ends after {received} of {length} bytes");
        received += read as u64;
    }
    let body = received.to_string();
    let head =
        format!("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {}\r\n\r\n", body.len());
    socket.write_all((head + &body).as_bytes()).await.unwrap();
}
