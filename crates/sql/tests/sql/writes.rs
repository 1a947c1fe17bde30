//! What statements change, and what is said of rows that are refused.

use connector_sql::Rights;
use serde_json::json;

use crate::support::{Stack, rows, try_rows};

#[tokio::test(flavor = "multi_thread")]
async fn rows_are_made_changed_and_taken_away() {
    let stack = Stack::start().await;
    let session = stack.session();
    let made = rows(
        &session,
        "INSERT INTO boards (name, description) VALUES ('One', 'first'), ('Two', 'second')",
    )
    .await;
    assert_eq!(made[0]["count"], 2);
    let changed = rows(
        &session,
        "UPDATE boards SET description = upper(description) WHERE name IN ('One', 'Two')",
    )
    .await;
    assert_eq!(changed[0]["count"], 2);
    let found = rows(&session, "SELECT description FROM boards WHERE name = 'Two'").await;
    assert_eq!(found[0]["description"], "SECOND");
    let gone = rows(&session, "DELETE FROM boards WHERE name = 'One'").await;
    assert_eq!(gone[0]["count"], 1);
    assert_eq!(rows(&session, "SELECT id FROM boards WHERE name = 'One'").await.len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_row_holds_no_other_back_and_is_named() {
    let stack = Stack::start().await;
    let session = stack.session();
    let error = try_rows(
        &session,
        "UPDATE campaigns SET daily_spend_cap = 25000000, \
         status = CASE WHEN name = 'Autumn teaser' THEN 'ASLEEP' ELSE status END",
    )
    .await;
    let said = error.unwrap_err().to_string();
    let outcomes =
        rows(&session, "SELECT ok, key, error FROM connector.outcomes ORDER BY row").await;
    let refused: Vec<_> = outcomes.iter().filter(|row| row["ok"] == json!(false)).collect();
    assert_eq!(refused.len(), 1, "{outcomes:?}");
    assert!(outcomes.len() > 1);
    let key = refused[0]["key"].as_str().unwrap();
    assert!(said.contains(key), "{said} names {key}");
    let caps = rows(&session, "SELECT id FROM campaigns WHERE daily_spend_cap = 25000000").await;
    assert_eq!(caps.len(), outcomes.len() - 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_only_reads_changes_nothing() {
    let stack = Stack::with(Rights::default()).await;
    let session = stack.session();
    for sql in [
        "INSERT INTO boards (name) VALUES ('One')",
        "UPDATE boards SET description = 'x'",
        "DELETE FROM boards",
        r#"SELECT * FROM run('boards.create', '{"name": "One"}')"#,
        r#"CALL boards.create('{"name": "One"}')"#,
    ] {
        let error = try_rows(&session, sql).await.unwrap_err().to_string();
        assert!(error.contains("only reads"), "{sql}: {error}");
    }
    assert!(stack.control.requests().iter().all(|request| request.method == "GET"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dry_run_sends_no_change() {
    let stack = Stack::start().await;
    let session = stack.session();
    rows(&session, "SET connector.dry_run = true").await;
    let done = rows(&session, "DELETE FROM boards WHERE name = 'Moss and stone'").await;
    assert_eq!(done[0]["count"], 1);
    assert!(stack.control.requests().iter().all(|request| request.method == "GET"));
}

#[tokio::test(flavor = "multi_thread")]
async fn actions_are_procedures_and_choices_a_table() {
    let stack = Stack::start().await;
    let session = stack.session();
    let made = rows(&session, r#"CALL boards.create('{"name": "Called"}')"#).await;
    assert_eq!(made[0]["name"], "Called");
    let found = rows(&session, "SELECT value, title FROM choices('board_id')").await;
    assert!(found.iter().any(|row| row["title"] == "Called"), "{found:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn writes_give_their_rows_back() {
    let stack = Stack::start().await;
    let session = stack.session();
    let made = rows(
        &session,
        "INSERT INTO boards (name, description) SELECT name || ' again', 'x' FROM boards \
         WHERE name LIKE 'Moss%' RETURNING id, upper(name) AS loud, description, pin_count, boards.privacy",
    )
    .await;
    assert_eq!(made.len(), 1, "{made:?}");
    assert_eq!(
        (&made[0]["loud"], &made[0]["pin_count"]),
        (&json!("MOSS AND STONE AGAIN"), &json!(0))
    );
    let id = made[0]["id"].as_str().unwrap().to_owned();
    let found = rows(&session, &format!("SELECT privacy FROM boards WHERE id = '{id}'")).await;
    assert_eq!(found[0]["privacy"], made[0]["privacy"]);
    let changed = rows(
        &session,
        &format!(
            "UPDATE boards SET description = 'y' WHERE id = '{id}' RETURNING name, description"
        ),
    )
    .await;
    assert_eq!(json!(changed), json!([{"name": "Moss and stone again", "description": "y"}]));
    let sent = stack.control.requests().len();
    let gone =
        rows(&session, &format!("DELETE FROM boards AS b WHERE id = '{id}' RETURNING *")).await;
    assert_eq!((gone.len(), &gone[0]["description"]), (1, &json!("y")), "{gone:?}");
    assert!(stack.control.requests().len() > sent);
    let none = rows(&session, "DELETE FROM boards WHERE name = 'no such' RETURNING id").await;
    assert!(none.is_empty());
    let wrong = try_rows(&session, "DELETE FROM boards RETURNING nothing_like_that").await;
    assert!(wrong.unwrap_err().to_string().contains("nothing_like_that"));
    assert!(rows(&session, "SELECT id FROM boards").await.len() > 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_that_are_not_refused_come_before_the_failure() {
    use futures_util::StreamExt;
    let stack = Stack::start().await;
    let session = stack.session();
    let sql = "UPDATE campaigns SET status = CASE WHEN name = 'Autumn teaser' THEN 'ASLEEP' ELSE status END \
               RETURNING name";
    let mut batches = session.sql(sql).await.unwrap().execute_stream().await.unwrap();
    let (mut given, mut failed) = (0, None);
    while let Some(batch) = batches.next().await {
        match batch {
            Ok(batch) if failed.is_none() => given += batch.num_rows(),
            Ok(_) => panic!("rows after the failure"),
            Err(error) => failed = Some(error.to_string()),
        }
    }
    let all = rows(&session, "SELECT id FROM campaigns").await.len();
    assert_eq!(given, all - 1);
    assert!(failed.unwrap().contains("1 were not"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_a_column_of_bytes() {
    let stack = Stack::start().await;
    let session = stack.session();
    let board = stack.control.board_id("Moss and stone").unwrap();
    // A whole PNG, of one grey point.
    let png = "89504e470d0a1a0a0000000d4948445200000001000000010800000000 3a7e9b550000000a49444154789c63600000000200015e\
               f8a3e60000000049454e44ae426082"
        .replace(' ', "");
    let sql = format!(
        "INSERT INTO pins (board_id, title, media_source_data) VALUES ('{board}', 'From bytes', X'{png}') RETURNING id, title"
    );
    let made = rows(&session, &sql).await;
    assert_eq!(made[0]["title"], "From bytes");
    let sent = stack.control.requests();
    let body = &sent.iter().find(|it| it.method == "POST").unwrap().body;
    assert!(body.contains("\"image/png\"") && body.contains("iVBORw0KGgo"), "{body}");
    let sql = format!(
        "INSERT INTO pins (board_id, media_source_data) VALUES ('{board}', X'00112233445566778899aabb')"
    );
    let error = try_rows(&session, &sql);
    let error = error.await.unwrap_err().to_string();
    assert!(error.contains("media_source_content_type"), "{error}");
}
