//! Every table can be read, or says what it needs.

use connector_sql::{Hidden, Rights};
use serde_json::{Map, Value, json};

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

/// Rows that are texts by themselves have one column.
#[tokio::test(flavor = "multi_thread")]
async fn rows_that_are_no_objects_have_a_column() {
    let stack = Stack::start().await;
    let sql = "SELECT value FROM suggested_terms WHERE term = 'autumn' ORDER BY value LIMIT 2";
    let found = rows(&stack.session(), sql).await;
    assert!(!found.is_empty() && found.iter().all(|row| row["value"].is_string()), "{found:?}");
}

/// What `->` gives is text of JSON where a statement ends, whatever it finds.
#[tokio::test(flavor = "multi_thread")]
async fn parts_of_json_are_text() {
    let stack = Stack::start().await;
    let session = stack.session();
    for (part, text) in [
        ("a", json!(r#"{"b":[1]}"#)),
        ("n", json!("5")),
        ("t", json!(r#""it's""#)),
        ("l", json!("[true]")),
        ("none", Value::Null),
    ] {
        let json = r#"{"a":{"b":[1]},"n":5,"t":"it''s","l":[true],"none":null}"#;
        let sql = format!("SELECT part, 1 AS one FROM (SELECT '{json}' -> '{part}' AS part)");
        let row = &rows(&session, &sql).await[0];
        assert_eq!(row.get("part").unwrap_or(&Value::Null), &text, "{part}");
    }
    let row =
        &rows(&session, "SELECT media -> 'media_type' AS kind FROM board_pins LIMIT 1").await[0];
    assert_eq!(row["kind"], "\"image\"");
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
    let first = session.copy("boards", &folder, false).await.unwrap();
    assert_eq!(first.changed, None);
    rows(&session, "INSERT INTO boards (name) VALUES ('New here')").await;
    rows(&session, "DELETE FROM boards WHERE name = 'Moss and stone'").await;
    let second = session.copy("boards", &folder, false).await.unwrap();
    assert_eq!((second.rows, second.changed), (first.rows, Some((1, 1))));
    let sent = stack.control.requests().len();
    let local = connector_sql::Session::local(&folder).await.unwrap();
    let sql = "SELECT name FROM boards WHERE name LIKE 'New%'";
    assert_eq!(rows(&local, sql).await.len(), 1);
    assert_eq!(stack.control.requests().len(), sent);
    assert!(session.whole_tables().len() > 30, "{:?}", session.whole_tables());
}

#[tokio::test(flavor = "multi_thread")]
async fn figures_are_read_again_for_the_days_that_may_change() {
    const TABLE: &str = "ad_account_analytics";
    let stack = Stack::start().await;
    let session = stack.session();
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("figures");
    drop(std::fs::remove_dir_all(&folder));
    std::fs::create_dir_all(&folder).unwrap();
    let first = session.copy(TABLE, &folder, false).await.unwrap();
    assert!(first.rows > 20 && first.since.is_none(), "{first:?}");
    let days = |from: usize| {
        let requests = stack.control.requests();
        let query = |target: &str| target.split_once('?').map(|(_, query)| query.to_owned());
        let queries = requests[from..].iter().filter_map(|request| query(&request.target));
        let start = |query: String| {
            query.split('&').find_map(|it| it.strip_prefix("start_date=").map(str::to_owned))
        };
        queries.filter_map(start).collect::<Vec<_>>()
    };
    let (before, sent) = (days(0), stack.control.requests().len());
    let second = session.copy(TABLE, &folder, false).await.unwrap();
    let after = days(sent);
    assert!(after[0] > before[0], "{after:?} after {before:?}");
    assert!(second.since.as_ref().unwrap().contains(&after[0]), "{second:?}");
    assert_eq!(second.rows, first.rows);
    let sent = stack.control.requests().len();
    let whole = session.copy(TABLE, &folder, true).await.unwrap();
    assert_eq!((whole.rows, days(sent)), (first.rows, before));
    let local = connector_sql::Session::local(&folder).await.unwrap();
    let sql =
        format!("SELECT count(*) AS n, count(DISTINCT (ad_account_id, date)) AS days FROM {TABLE}");
    let found = rows(&local, &sql).await;
    assert_eq!(found[0]["n"], found[0]["days"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn limits_say_how_much_room_they_have() {
    let stack = Stack::start().await;
    let session = stack.session();
    let sql = "SELECT name, requests, seconds, room FROM connector.limits WHERE requests > 0 ORDER BY name";
    let before = rows(&session, sql).await;
    assert!(before.len() > 1, "{before:?}");
    assert!(before.iter().all(|limit| limit["room"] == limit["requests"]), "{before:?}");
    rows(&session, "SELECT name FROM boards").await;
    let spent = |limits: &[Map<String, Value>]| -> u64 {
        let left = |it: &Map<String, Value>| {
            it["requests"].as_u64().unwrap() - it["room"].as_u64().unwrap()
        };
        limits.iter().map(left).max().unwrap_or_default()
    };
    let after = rows(&session, sql).await;
    assert!(spent(&after) >= 1, "{after:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_are_told_as_constraints() {
    let stack = Stack::start().await;
    let session = stack.session();
    let columns = "string_agg(column_name, ', ' ORDER BY ordinal_position) AS columns";
    let found = rows(
        &session,
        &format!(
            "SELECT constraint_type, {columns} FROM information_schema.table_constraints t \
             JOIN information_schema.key_column_usage c ON c.constraint_name = t.constraint_name \
             WHERE t.table_name = 'ads' GROUP BY t.constraint_name, constraint_type ORDER BY 1, 2"
        ),
    )
    .await;
    let all: Vec<_> = found
        .iter()
        .map(|key| (key["constraint_type"].as_str(), key["columns"].as_str()))
        .collect();
    assert!(all.contains(&(Some("PRIMARY KEY"), Some("ad_account_id, id"))), "{all:?}");
    assert!(all.contains(&(Some("FOREIGN KEY"), Some("ad_account_id, ad_group_id"))), "{all:?}");
    assert!(all.contains(&(Some("FOREIGN KEY"), Some("ad_account_id"))), "{all:?}");
    let with_keys = "SELECT count(DISTINCT table_name) AS tables FROM information_schema.table_constraints \
                     WHERE constraint_type = 'PRIMARY KEY'";
    let count = rows(&session, with_keys).await[0]["tables"].as_u64().unwrap();
    assert!(count > 60, "{count} tables have a key");
    let referred = "SELECT count(*) AS n FROM information_schema.referential_constraints \
                    WHERE unique_constraint_name = ''";
    assert_eq!(rows(&session, referred).await[0]["n"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_others_are_not_to_see_is_hidden_before_a_statement_looks() {
    let emails = "SELECT user_email AS a, \"user\"->>'email' AS b FROM business_members WHERE user_email LIKE '%@%'";
    let tokens = "SELECT partner_access_token AS a FROM integrations WHERE partner_access_token <> '[secret]'";
    for (hidden, seen) in [
        (Hidden::Nothing, (true, true)),
        (Hidden::Secrets, (true, false)),
        (Hidden::Personal, (false, false)),
    ] {
        let stack = Stack::with(Rights { hidden, ..Rights::default() }).await;
        let session = stack.session();
        let found = (rows(&session, emails).await, rows(&session, tokens).await);
        assert_eq!((!found.0.is_empty(), !found.1.is_empty()), seen, "{hidden:?}: {found:?}");
        let called =
            rows(&session, "SELECT partner_access_token FROM run('integrations.list')").await;
        let is_shown = called.iter().any(|row| row["partner_access_token"] != "[secret]");
        assert_eq!(is_shown, seen.1, "{hidden:?}: {called:?}");
        let members = rows(&session, "SELECT id FROM business_members").await;
        assert!(!members.is_empty());
    }
}
