use std::time::{Duration, Instant};

use connector_emulator::Options;
use serde_json::Value;

use crate::api::Api;

async fn walk(api: &Api, list: &str) -> Vec<Vec<Value>> {
    let mut pages = Vec::new();
    let mut bookmark = String::new();
    loop {
        let page = api.get(&format!("{list}{bookmark}")).await;
        assert_eq!(page.status, 200, "{}", page.body);
        pages.push(page.items().to_vec());
        match &page.body["bookmark"] {
            Value::Null => return pages,
            next => bookmark = format!("&bookmark={}", next.as_str().unwrap()),
        }
    }
}

#[tokio::test]
async fn a_last_page_with_pins_is_followed_by_an_empty_one() {
    let api = Api::start().await;
    let list = format!("/v5/boards/{}/pins?page_size=31", api.board("Plants for small rooms"));
    let pages = walk(&api, &list).await;
    assert_eq!(pages.iter().map(Vec::len).collect::<Vec<_>>(), [31, 31, 0]);
    let pages = walk(&api, &list.replace("=31", "=250")).await;
    assert_eq!(pages.iter().map(Vec::len).collect::<Vec<_>>(), [62, 0]);
}

#[tokio::test]
async fn pins_are_newest_first_and_each_comes_once() {
    let api = Api::start().await;
    let ids: Vec<_> = walk(&api, "/v5/pins?page_size=10").await.concat();
    let ids: Vec<u64> =
        ids.iter().map(|pin| pin["id"].as_str().unwrap().parse().unwrap()).collect();
    assert_eq!(ids.len(), 62 + 9 + 4 + 3 + 27);
    assert!(ids.is_sorted_by(|a, b| a > b));
}

#[tokio::test]
async fn a_page_does_not_shift_when_pins_arrive() {
    let api = Api::start().await;
    let board = api.board("Plants for small rooms");
    let first = api.get(&format!("/v5/boards/{board}/pins?page_size=5")).await;
    api.new_pin(&board).await;
    let next = format!("/v5/boards/{board}/pins?page_size=5&bookmark={}", first.text("bookmark"));
    let next = api.get(&next).await;
    assert!(next.items().iter().all(|pin| !first.items().contains(pin)));
    assert_eq!(next.items().len(), 5);
}

#[tokio::test]
async fn boards_and_sections_end_with_their_last_item() {
    let api = Api::start().await;
    let pages = walk(&api, "/v5/boards?page_size=4").await;
    assert_eq!(pages.iter().map(Vec::len).collect::<Vec<_>>(), [4, 2]);
    let list = format!("/v5/boards/{}/sections?page_size=2", api.board("Plants for small rooms"));
    assert_eq!(walk(&api, &list).await.iter().map(Vec::len).collect::<Vec<_>>(), [2, 1]);
}

#[tokio::test]
async fn page_sizes_have_bounds_and_a_default() {
    let api = Api::start().await;
    assert_eq!(api.get("/v5/pins").await.items().len(), 25);
    for (size, rule) in
        [("0", "minimum=1"), ("251", "maximum=250"), ("ten", "integer"), ("", "integer")]
    {
        api.get(&format!("/v5/pins?page_size={size}")).await.refused(400, 1, rule);
    }
}

#[tokio::test]
async fn a_bookmark_is_good_for_its_own_list_only() {
    let api = Api::start().await;
    let bookmark = api.get("/v5/pins?page_size=1").await.text("bookmark");
    api.get("/v5/pins?bookmark=made-up").await.refused(400, 1, "bookmark");
    api.get(&format!("/v5/pins?bookmark={bookmark}x")).await.refused(400, 1, "bookmark");
    api.get(&format!("/v5/pins?pin_filter=exclude_repins&bookmark={bookmark}"))
        .await
        .refused(400, 1, "bookmark");
    let other = format!("/v5/boards/{}/pins?bookmark={bookmark}", api.board("Autumn table"));
    api.get(&other).await.refused(400, 1, "bookmark");
    assert_eq!(
        api.get(&format!("/v5/pins?page_size=7&bookmark={bookmark}")).await.items().len(),
        7
    );
}

#[tokio::test]
async fn reading_on_after_the_cap_is_refused() {
    let api = Api::start_with(Options { page_cap: Some(50), ..Options::for_bench() }).await;
    let list = format!("/v5/boards/{}/pins?page_size=25", api.board("Plants for small rooms"));
    let first = api.get(&list).await.text("bookmark");
    let second = api.get(&format!("{list}&bookmark={first}")).await.text("bookmark");
    api.get(&format!("{list}&bookmark={second}")).await.refused(400, 1, "100.000");
}

#[tokio::test]
async fn a_page_costs_the_same_at_the_start_and_at_the_end_of_a_long_board() {
    let api = Api::start_with(Options::for_bench()).await;
    let board = api.board("Moss and stone");
    api.control().seed_pins(&board, 100_000);
    let mut times = Vec::new();
    let (mut bookmark, mut read) = (String::new(), 0);
    loop {
        let begin = Instant::now();
        let page = api.get(&format!("/v5/boards/{board}/pins?page_size=250{bookmark}")).await;
        times.push(begin.elapsed());
        read += page.items().len();
        match page.body["bookmark"].as_str() {
            Some(next) => bookmark = format!("&bookmark={next}"),
            None => break,
        }
    }
    assert_eq!(read, 100_000);
    times.pop();
    // The fastest of many shows the work without the noise of the machine.
    let fastest = |times: &[Duration]| *times.iter().min().unwrap();
    let (first, last) = (fastest(&times[..50]), fastest(&times[350..]));
    assert!(last < first * 3, "first pages take {first:?}, last pages {last:?}");
}
