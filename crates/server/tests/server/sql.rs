//! Statements, and what a client gets of what runs them.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use axum::body::Bytes;
use connector_server::{Pages, Right, Rows, Sql, SqlError, Statement};
use futures_util::{StreamExt, stream};
use reqwest::{Method, Response, StatusCode};
use serde_json::value::RawValue;
use serde_json::{Value, json};

use crate::support::{Stack, client};

/// Answers each statement with pages that are given for it; `!` in place of one fails.
#[derive(Debug, Default)]
struct Prepared {
    pages: HashMap<&'static str, Vec<&'static str>>,
    /// Statements whose answers are being read.
    open: Arc<AtomicUsize>,
}

struct Open(Arc<AtomicUsize>);

impl Drop for Open {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

fn failed() -> SqlError {
    SqlError::Partly { why: "it failed on the way".into(), refused: vec![json!({"row": 2})] }
}

impl Prepared {
    fn found(&self, sql: &str) -> Result<Pages<&'static str>, SqlError> {
        if sql == "endless" {
            self.open.fetch_add(1, Ordering::SeqCst);
            let open = Open(Arc::clone(&self.open));
            let pages = stream::repeat(r#"{"n": 1}"#).map(move |page| {
                let _open = &open;
                Ok(page)
            });
            return Ok(pages.boxed());
        }
        let Some(pages) = self.pages.get(sql).cloned() else {
            return Err(SqlError::Statement("no such statement".into()));
        };
        let mut pages = pages.into_iter();
        // Polled after its end it panics.
        let pages = stream::unfold((), move |()| {
            let page =
                pages.next().map(|page| (if page == "!" { Err(failed()) } else { Ok(page) }, ()));
            async { page }
        });
        Ok(pages.boxed())
    }
}

#[async_trait]
impl Sql for Prepared {
    async fn rows(&self, statement: Statement) -> Result<Rows, SqlError> {
        let changes = statement.sql.starts_with("change");
        if changes && !statement.writes {
            return Err(SqlError::ReadsOnly("it only reads".into()));
        }
        let pages = self.found(&statement.sql)?;
        let row = |line: &str| RawValue::from_string(line.to_owned()).unwrap();
        let pages = pages.map(move |page| page.map(|page| page.lines().map(row).collect()));
        let columns = vec!["n".to_owned()];
        Ok(Rows { columns, pages: pages.boxed(), changes, requests: Box::new(|| 3) })
    }

    async fn arrow(&self, statement: Statement, _: u64) -> Result<Pages<Bytes>, SqlError> {
        let pages = self.found(&statement.sql)?;
        Ok(pages.map(|page| page.map(Bytes::from)).boxed())
    }
}

const TWO: &str = "{\"n\": 1}\n{\"n\": 2}";
const LINES: &str = "application/x-ndjson";
const ARROW: &str = "application/vnd.apache.arrow.stream";

async fn stack() -> (Stack, Arc<AtomicUsize>) {
    let pages = HashMap::from([
        ("none", vec![]),
        ("three", vec![TWO, "{\"n\": 3}"]),
        ("change three", vec![TWO, "{\"n\": 3}"]),
        ("fails", vec!["!"]),
        ("fails late", vec![TWO, "!"]),
    ]);
    let prepared = Prepared { pages, ..Prepared::default() };
    let open = Arc::clone(&prepared.open);
    (Stack::with(|options| options.sql = Some(Arc::new(prepared))).await, open)
}

async fn sent(stack: &Stack, key: &str, accept: &str, body: Value) -> Response {
    let request = client().post(format!("{}/v1/mine/sql", stack.url)).bearer_auth(key);
    request.header("accept", accept).json(&body).send().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_without_sql_says_so() {
    let stack = Stack::start().await;
    let body = Some(json!({"sql": "SELECT 1"}));
    let (status, problem) = stack.ask(&stack.one, Method::POST, "/v1/mine/sql", body).await;
    assert_eq!((status, &problem["code"]), (StatusCode::NOT_IMPLEMENTED, &json!("no-sql")));
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_are_the_same_in_every_form() {
    let (stack, _) = stack().await;
    let whole = stack.post("/v1/mine/sql", json!({"sql": "three"})).await;
    let rows = json!([{"n": 1}, {"n": 2}, {"n": 3}]);
    assert_eq!(whole, json!({"columns": ["n"], "rows": rows, "requests": 3}));
    let first = stack.post("/v1/mine/sql", json!({"sql": "three", "limit": 1})).await;
    assert_eq!((&first["rows"], &first["truncated"]), (&json!([{"n": 1}]), &json!(true)));
    for (accept, limit, wanted) in [
        (LINES, 9, "{\"n\": 1}\n{\"n\": 2}\n{\"n\": 3}\n"),
        (LINES, 2, "{\"n\": 1}\n{\"n\": 2}\n"),
        ("text/csv", 9, "n\r\n1\r\n2\r\n3\r\n"),
        (ARROW, 9, "{\"n\": 1}\n{\"n\": 2}{\"n\": 3}"),
    ] {
        let body = json!({"sql": "three", "limit": limit});
        let answer = sent(&stack, &stack.one, accept, body).await;
        assert_eq!(answer.text().await.unwrap(), wanted, "{accept}");
    }
    for (accept, wanted) in [(LINES, ""), ("text/csv", "n\r\n"), (ARROW, "")] {
        let answer = sent(&stack, &stack.one, accept, json!({"sql": "none"})).await;
        assert_eq!(answer.status(), StatusCode::OK);
        assert_eq!(answer.text().await.unwrap(), wanted, "{accept}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_fails_is_told_and_is_never_taken_for_whole() {
    let (stack, _) = stack().await;
    for accept in ["application/json", LINES, "text/csv", ARROW] {
        let answer = sent(&stack, &stack.one, accept, json!({"sql": "fails"})).await;
        assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY, "{accept}");
        let problem: Value = answer.json().await.unwrap();
        assert_eq!(problem["refused"], json!([{"row": 2}]), "{problem}");
        let answer = sent(&stack, &stack.one, accept, json!({"sql": "unknown"})).await;
        assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY, "{accept}");
    }
    for accept in ["text/csv", ARROW] {
        let answer = sent(&stack, &stack.one, accept, json!({"sql": "fails late"})).await;
        assert!(answer.text().await.is_err(), "{accept}");
    }
    let answer = sent(&stack, &stack.one, LINES, json!({"sql": "fails late"})).await;
    let text = answer.text().await.unwrap();
    let last: Value = serde_json::from_str(text.lines().last().unwrap()).unwrap();
    assert_eq!(last["problem"]["detail"], "it failed on the way", "{text}");
    for limit in [0, 10_001] {
        let body = json!({"sql": "three", "limit": limit});
        let answer = sent(&stack, &stack.one, "application/json", body).await;
        assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY);
    }
}

/// A change is read to its end, however few of its rows are wanted.
#[tokio::test(flavor = "multi_thread")]
async fn a_change_needs_the_right_and_is_done_as_a_whole() {
    let (stack, _) = stack().await;
    let reader = stack.key(&[Right::Read]).await;
    let answer = sent(&stack, &reader, LINES, json!({"sql": "change three"})).await;
    assert_eq!(answer.status(), StatusCode::FORBIDDEN);
    let body = json!({"sql": "change three", "limit": 1});
    let answer = sent(&stack, &stack.one, LINES, body).await;
    assert_eq!(answer.text().await.unwrap().lines().count(), 3);
    let answer =
        stack.ask(&stack.two, Method::POST, "/v1/theirs/sql", Some(json!({"sql": "none"}))).await;
    assert_eq!(answer.0, StatusCode::NOT_FOUND);
    let audit = stack.get("/v1/audit").await.to_string();
    assert!(audit.contains("sql change") && !audit.contains("three"), "{audit}");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_goes_away_ends_what_runs() {
    let (stack, open) = stack().await;
    let mut answer = sent(&stack, &stack.one, LINES, json!({"sql": "endless"})).await;
    answer.chunk().await.unwrap().unwrap();
    assert_eq!(open.load(Ordering::SeqCst), 1);
    drop(answer);
    while open.load(Ordering::SeqCst) > 0 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
