//! What statements try that they may not.

use connector_sql::Rights;

use crate::support::{Stack, try_rows};

/// What reads files of this machine, or changes what is there, in a session that may do anything at the service.
#[tokio::test(flavor = "multi_thread")]
async fn no_statement_reaches_this_machine() {
    let stack = Stack::start().await;
    let session = stack.session();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out").display().to_string();
    for sql in [
        "SELECT * FROM '/etc/passwd'".to_owned(),
        "SELECT * FROM \"/etc/passwd\"".to_owned(),
        "SELECT * FROM \"file:///etc/passwd\"".to_owned(),
        "SELECT * FROM read_parquet('/etc/passwd')".to_owned(),
        "SELECT * FROM read_csv('/etc/passwd')".to_owned(),
        "SELECT * FROM parquet_metadata('/etc/passwd')".to_owned(),
        "SELECT pg_read_file('/etc/passwd')".to_owned(),
        "SELECT lo_import('/etc/passwd')".to_owned(),
        "CREATE EXTERNAL TABLE t STORED AS CSV LOCATION '/etc/passwd'".to_owned(),
        "CREATE EXTERNAL TABLE t (a TEXT) STORED AS PARQUET LOCATION 'http://169.254.169.254/'"
            .to_owned(),
        "CREATE TABLE t AS SELECT 1".to_owned(),
        "CREATE VIEW t AS SELECT 1".to_owned(),
        "CREATE FUNCTION f() RETURNS INT RETURN 1".to_owned(),
        "CREATE DATABASE d".to_owned(),
        "CREATE SCHEMA s".to_owned(),
        "DROP SCHEMA mine CASCADE".to_owned(),
        "DROP FUNCTION upper".to_owned(),
        "EXPLAIN ANALYZE CREATE TABLE t AS SELECT 1".to_owned(),
        format!("COPY (SELECT 1) TO '{path}'"),
        format!("COPY boards TO '{path}' STORED AS CSV"),
        format!("EXPLAIN ANALYZE COPY (SELECT 1) TO '{path}'"),
        format!("COPY boards FROM '{path}'"),
        format!("INSERT INTO '{path}' SELECT 1"),
        "SET datafusion.execution.batch_size = 1".to_owned(),
        "SET datafusion.runtime.memory_limit = '100G'".to_owned(),
        "SET datafusion.sql_parser.recursion_limit = 1000000".to_owned(),
        "SET datafusion.execution.enable_recursive_ctes = true".to_owned(),
        "RESET datafusion.execution.enable_recursive_ctes".to_owned(),
        "INSERT INTO connector.calls VALUES ('x')".to_owned(),
        "DELETE FROM connector.calls".to_owned(),
        "UPDATE connector.outcomes SET action = 'x'".to_owned(),
        "INSERT INTO information_schema.tables (table_name) VALUES ('x')".to_owned(),
        "TRUNCATE TABLE boards".to_owned(),
        "PREPARE p AS CREATE TABLE t AS SELECT 1".to_owned(),
        format!("PREPARE p AS COPY (SELECT 1) TO '{path}'"),
    ] {
        assert!(try_rows(&session, &sql).await.is_err(), "{sql}");
        let _ = try_rows(&session, "EXECUTE p").await;
        let _ = try_rows(&session, "DEALLOCATE p").await;
        assert!(!folder.path().join("out").exists(), "{sql}");
    }
    assert!(stack.control.requests().iter().all(|request| request.method == "GET"));
}

/// What would change something, whatever it is wrapped in, in a session that only reads.
#[tokio::test(flavor = "multi_thread")]
async fn no_disguise_makes_a_change() {
    let stack = Stack::with(Rights::default()).await;
    let session = stack.session();
    let create = r#"run('boards.create', '{"name": "One"}')"#;
    for sql in [
        "WITH x AS (INSERT INTO boards (name) VALUES ('x') RETURNING id) SELECT * FROM x"
            .to_owned(),
        "SELECT * FROM (DELETE FROM boards RETURNING id)".to_owned(),
        "INSERT INTO boards (name) SELECT 'x' RETURNING id".to_owned(),
        "EXPLAIN ANALYZE INSERT INTO boards (name) VALUES ('x')".to_owned(),
        "EXPLAIN ANALYZE DELETE FROM boards".to_owned(),
        "EXPLAIN ANALYZE UPDATE boards SET name = 'x' RETURNING id".to_owned(),
        format!("EXPLAIN ANALYZE SELECT * FROM {create}"),
        format!("SELECT (SELECT id FROM {create})"),
        format!("SELECT * FROM boards WHERE EXISTS (SELECT 1 FROM {create})"),
        format!("SELECT * FROM boards JOIN {create} r ON true"),
        format!("SELECT * FROM boards CROSS JOIN LATERAL {create} r"),
        format!("WITH x AS (SELECT * FROM {create}) SELECT * FROM x"),
        format!("SELECT 1 UNION ALL SELECT 2 FROM {create}"),
        r#"SELECT * FROM RUN('boards.create', '{"name": "One"}')"#.to_owned(),
        r#"SELECT * FROM "run"('boards.create', '{"name": "One"}')"#.to_owned(),
        r#"SELECT * FROM run('boards.' || 'create', '{"name": "One"}')"#.to_owned(),
        r#"CALL "boards.create"('{"name": "One"}')"#.to_owned(),
        r#"CALL boards.delete('{"board_id": "1"}')"#.to_owned(),
        r#"CALL "boards.list'), run('boards.create', '{}"('{"name": "One"}')"#.to_owned(),
        r#"CALL boards.list('{}'), ('{}')"#.to_owned(),
        "PREPARE p AS INSERT INTO boards (name) VALUES ($1)".to_owned(),
        "MERGE INTO boards USING pins ON true WHEN MATCHED THEN DELETE".to_owned(),
    ] {
        let _ = try_rows(&session, &sql).await;
        let _ = try_rows(&session, "EXECUTE p('x')").await;
        let _ = try_rows(&session, "DEALLOCATE p").await;
        let changed = stack.control.requests().into_iter().find(|request| request.method != "GET");
        assert!(changed.is_none(), "{sql}: {changed:?}");
    }
}

/// What a value says is a value for the service, too: it is a part of one path, or of one parameter.
#[tokio::test(flavor = "multi_thread")]
async fn no_value_leads_elsewhere() {
    let stack = Stack::start().await;
    let session = stack.session();
    for value in [
        "1' OR '1'='1",
        "../user_account",
        "..",
        ".",
        "1/../../user_account",
        "1/pins",
        "%2e%2e%2fuser_account",
        "1?page_size=1&x=",
        "1#x",
        "1;x",
        "\\..\\user_account",
        "1\r\nx-evil: 1",
        "\u{0}",
        "",
        "@example.com/",
        "\u{202e}",
    ] {
        let quoted = value.replace('\'', "''");
        let json = serde_json::json!({"board_id": value}).to_string().replace('\'', "''");
        for sql in [
            format!("SELECT * FROM board_pins WHERE board_id = '{quoted}'"),
            format!("SELECT * FROM boards WHERE id = '{quoted}'"),
            format!("SELECT * FROM boards WHERE privacy = '{quoted}'"),
            format!("UPDATE boards SET description = 'x' WHERE id = '{quoted}'"),
            format!("DELETE FROM boards WHERE id = '{quoted}'"),
            format!("INSERT INTO board_sections (board_id, name) VALUES ('{quoted}', 'x')"),
            format!("SELECT * FROM run('boards.get', '{json}')"),
            format!("SELECT * FROM run('{quoted}')"),
            format!("SELECT * FROM choices('{quoted}')"),
            format!("CALL boards.delete('{json}')"),
        ] {
            let _ = try_rows(&session, &sql).await;
        }
    }
    for request in stack.control.requests() {
        let template = request.template.unwrap_or_default();
        let is_known = template.starts_with("/v5/boards");
        let names = request.target.split_once('?').map(|(_, query)| query).unwrap_or_default();
        assert!(is_known && !names.contains("x="), "{request:?}");
    }
}

/// What makes parsers and planners go deep, or on and on.
#[tokio::test(flavor = "multi_thread")]
async fn no_depth_and_no_length_ends_the_program() {
    let stack = Stack::start().await;
    let session = stack.session();
    let deep = 20_000;
    let many = 3_000;
    let list = |one: &dyn Fn(usize) -> String, between: &str, count: usize| -> String {
        (0..count).map(one).collect::<Vec<_>>().join(between)
    };
    for sql in [
        format!("SELECT {}1{}", "(".repeat(deep), ")".repeat(deep)),
        format!("SELECT {} true", "NOT ".repeat(deep)),
        format!("SELECT {}1", "- ".repeat(deep)),
        format!("SELECT {}", list(&|at| at.to_string(), " + ", many)),
        format!("SELECT 1 WHERE {}", list(&|at| format!("{at} = {at}"), " AND ", many)),
        format!("SELECT 1 WHERE {}", list(&|at| format!("'a' LIKE '{at}%'"), " OR ", many)),
        format!("SELECT {}1{}", "abs(".repeat(deep), ")".repeat(deep)),
        format!("SELECT {}1{}", "CASE WHEN true THEN ".repeat(deep), " END".repeat(deep)),
        format!("SELECT * FROM {}boards{}", "(SELECT * FROM ".repeat(deep), ") x".repeat(deep)),
        format!("SELECT {}1{}", "[".repeat(deep), "]".repeat(deep)),
        list(&|at| format!("SELECT {at}"), " UNION ALL ", 500),
        format!("SELECT * FROM {}", list(&|at| format!("(SELECT {at}) t{at}"), ", ", 100)),
        format!("WITH {} SELECT 1", list(&|at| format!("c{at} AS (SELECT {at})"), ", ", 500)),
        format!("SELECT '{}'::bigint[]", "{".repeat(deep)),
        format!("SELECT * FROM run('boards.list', '{}')", "[".repeat(deep)),
        format!("SELECT '{}' -> 'a'", "[".repeat(deep)),
        format!("SELECT 'a' ~ '{}'", "(".repeat(deep)),
        "SELECT 'a' ~ '((((a{1,500}){1,500}){1,500}){1,500}){1,500}'".to_owned(),
        "WITH RECURSIVE t AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM t) SELECT * FROM t"
            .to_owned(),
    ] {
        let limit = std::time::Duration::from_secs(60);
        let ended = tokio::time::timeout(limit, try_rows(&session, &sql)).await;
        assert!(ended.is_ok(), "{}… takes too long", &sql[..60]);
    }
    assert!(try_rows(&session, "SELECT 1").await.is_ok());
}
