use connector_emulator::{Emulator, Options};
use reqwest::Client;

use crate::api::Api;

#[tokio::test]
async fn a_taken_port_is_an_error() {
    let first = Emulator::start(Options::default()).await.unwrap();
    let port = first.origin().rsplit(':').next().unwrap().parse().unwrap();
    let second = Emulator::start(Options { port, ..Options::default() }).await;
    assert_eq!(second.err().unwrap().kind(), std::io::ErrorKind::AddrInUse);
}

#[tokio::test]
async fn it_stops_when_dropped() {
    let api = Api::start().await;
    assert_eq!(api.get("/v5/boards").await.status, 200);
    let Api { emulator, origin, token, .. } = api;
    drop(emulator);
    let ask =
        async || Client::new().get(format!("{origin}/v5/boards")).bearer_auth(&token).send().await;
    // The listener learns of it as soon as its task runs.
    while ask().await.is_ok() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn two_emulators_share_nothing() {
    let (one, two) = (Api::start().await, Api::start().await);
    one.new_pin(&one.board("Moss and stone")).await;
    assert_eq!(two.get("/v5/user_account").await.body["pin_count"], 105);
    assert_eq!(one.get("/v5/user_account").await.body["pin_count"], 106);
}
