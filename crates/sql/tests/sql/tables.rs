//! Every table can be read, or says what it needs.

use crate::support::{SCHEMA, Stack, rows, try_rows};

#[tokio::test(flavor = "multi_thread")]
async fn every_table_is_read_or_says_which_column_it_needs() {
    let stack = Stack::start().await;
    let session = stack.session();
    let tables = rows(
        &session,
        &format!(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = '{SCHEMA}'"
        ),
    )
    .await;
    assert!(tables.len() > 100, "{} tables", tables.len());
    let (mut read, mut wrong) = (0, Vec::new());
    for table in &tables {
        let name = table["table_name"].as_str().unwrap();
        match try_rows(&session, &format!("SELECT * FROM {name} LIMIT 5")).await {
            Ok(found) if found.len() <= 5 => read += 1,
            Ok(found) => wrong.push(format!("{name}: {} rows", found.len())),
            Err(error) => {
                let said = error.to_string();
                let says = said.contains("needs a value for") || said.contains("cannot be read");
                if !says {
                    wrong.push(format!("{name}: {said}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(read > 65, "only {read} of {} tables were read", tables.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn tables_are_joined_grouped_and_looked_into() {
    let stack = Stack::start().await;
    let session = stack.session();
    let found = rows(
        &session,
        "SELECT b.name, count(*) AS pins, max(p.created_at) AS newest, min(p.media_images_600x_url) AS url \
         FROM boards b JOIN board_pins p ON p.board_id = b.id JOIN user_account u ON true \
         GROUP BY b.name ORDER BY b.name",
    )
    .await;
    assert!(found.len() > 1, "{found:?}");
    assert!(found[0]["newest"].as_str().unwrap().ends_with('Z'), "{found:?}");
    assert!(found[0]["url"].as_str().unwrap().starts_with("http"), "{found:?}");
    let kinds = rows(&session, "SELECT media->>'media_type' AS kind FROM board_pins LIMIT 1").await;
    assert!(kinds[0]["kind"].is_string(), "{kinds:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_this_machine_can_be_read_or_written() {
    let stack = Stack::start().await;
    let session = stack.session();
    for sql in [
        "CREATE EXTERNAL TABLE t STORED AS CSV LOCATION '/etc/passwd'",
        "SELECT * FROM '/etc/passwd'",
        "COPY (SELECT 1) TO '/tmp/connector-sql.csv'",
        "EXPLAIN ANALYZE COPY (SELECT 1) TO '/tmp/connector-sql.csv'",
        "DROP TABLE boards",
        "SET datafusion.runtime.memory_limit = '100G'",
        "SELECT 1; SELECT 2",
    ] {
        let error = try_rows(&session, sql).await.unwrap_err();
        assert!(stack.control.requests().is_empty(), "{sql}: {error}");
    }
    assert!(!std::path::Path::new("/tmp/connector-sql.csv").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_budget_is_kept() {
    let stack = Stack::start().await;
    let session = stack.session();
    rows(&session, "SET connector.max_requests = 3").await;
    let refused = try_rows(&session, "SELECT * FROM pins WHERE id IN ('1', '2', '3', '4')").await;
    assert!(refused.unwrap_err().to_string().contains("connector.max_requests"));
    assert_eq!(stack.control.requests().len(), 0);
    let ended = try_rows(&session, "SELECT count(*) FROM board_pins").await;
    assert!(ended.unwrap_err().to_string().contains("not complete"));
    assert!(stack.control.requests().len() <= 4, "{}", stack.control.requests().len());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_is_queried_without_the_service() {
    let stack = Stack::start().await;
    let session = stack.session();
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("copy");
    drop(std::fs::remove_dir_all(&folder));
    std::fs::create_dir_all(&folder).unwrap();
    let first = session.copy("boards", &folder).await.unwrap();
    assert_eq!(first.changed, None);
    rows(&session, "INSERT INTO boards (name) VALUES ('New here')").await;
    rows(&session, "DELETE FROM boards WHERE name = 'Moss and stone'").await;
    let second = session.copy("boards", &folder).await.unwrap();
    assert_eq!((second.rows, second.changed), (first.rows, Some((1, 1))));
    let sent = stack.control.requests().len();
    let local = connector_sql::Session::local(&folder).await.unwrap();
    let sql = "SELECT name FROM boards WHERE name LIKE 'New%'";
    assert_eq!(rows(&local, sql).await.len(), 1);
    assert_eq!(stack.control.requests().len(), sent);
    assert!(session.whole_tables().len() > 30, "{:?}", session.whole_tables());
}
