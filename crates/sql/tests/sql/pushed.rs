//! Which requests a statement takes: `pushed.toml` says it for each.
//! `UPDATE_EXPECT=1` writes down what is sent; read the difference.

use std::fmt::Write as _;
use std::path::Path;

use crate::support::{Stack, rows};

#[tokio::test(flavor = "multi_thread")]
async fn each_statement_sends_what_is_written_down() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sql/pushed.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    let cases: toml::Table = text.parse().unwrap();
    let mut written = String::from(
        "# Statements, the requests that they send to the emulator, and how many rows come of them.\n",
    );
    for case in cases["case"].as_array().unwrap() {
        let sql = case["sql"].as_str().unwrap();
        let stack = Stack::start().await;
        let session = stack.session();
        let statement = fill(&stack, sql);
        let found = rows(&session, &statement).await.len();
        let mut requests: Vec<String> = stack
            .control
            .requests()
            .iter()
            .map(|request| format!("{} {}", request.method, without_bookmark(&request.target)))
            .collect();
        // Several are under way at once.
        requests.sort();
        let counted = session.activity().requests();
        assert_eq!(counted, requests.len() as u64, "{sql}: the session counts its requests");
        write!(written, "\n[[case]]\nsql = '''{sql}'''\nrows = {found}\nrequests = [\n").unwrap();
        for request in requests {
            writeln!(written, "    '{request}',").unwrap();
        }
        written.push_str("]\n");
    }
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(&path, written).unwrap();
    } else {
        let expected: toml::Table = text.parse().unwrap();
        let found: toml::Table = written.parse().unwrap();
        for (expected, found) in
            expected["case"].as_array().unwrap().iter().zip(found["case"].as_array().unwrap())
        {
            assert_eq!(expected, found);
        }
    }
}

/// Ids that differ from run to run stand for themselves.
fn fill(stack: &Stack, sql: &str) -> String {
    let board = |name| stack.control.board_id(name).unwrap();
    sql.replace("{prints}", &board("Botanical prints"))
        .replace("{plants}", &board("Plants for small rooms"))
        .replace("{account}", &stack.control.ad_account_id())
}

/// Bookmarks tell nothing.
fn without_bookmark(target: &str) -> String {
    let Some((path, query)) = target.split_once('?') else { return target.to_owned() };
    let kept: Vec<&str> = query
        .split('&')
        .map(|it| if it.starts_with("bookmark=") { "bookmark" } else { it })
        .collect();
    format!("{path}?{}", kept.join("&"))
}
