//! What a statement may make of little.

use std::collections::BTreeMap;

use connector_sql::datafusion::arrow::array::Array;
use futures_util::StreamExt;

use crate::support::{Stack, rows, try_rows};

#[tokio::test(flavor = "multi_thread")]
async fn what_would_be_too_large_is_refused_before_it_is_made() {
    let stack = Stack::start().await;
    let session = stack.session();
    for sql in [
        "SELECT repeat('x', 1000000000)",
        "SELECT repeat(name, 100000000) FROM boards",
        "SELECT length(lpad('x', 1000000000, 'ab')), 1",
        "SELECT rpad(name, 1000000000) FROM boards",
        "SELECT replace(repeat('x', 60000), 'x', repeat('y', 60000))",
        "SELECT replace(repeat('x', 60000), '', repeat('y', 60000))",
        "SELECT regexp_replace(repeat('x', 60000), 'x', repeat('y', 60000), 'g')",
        r"SELECT regexp_replace(repeat('x', 60000), '(x+)', repeat('\1', 20000))",
        "SELECT concat(x, x, x, x) FROM (SELECT repeat('x', 60000) AS x)",
        "SELECT concat_ws(x, '', '', '') FROM (SELECT repeat('x', 60000) AS x)",
        "SELECT x || x FROM (SELECT repeat('x', 60000) AS x)",
        "SELECT name || x || x FROM boards, (SELECT repeat('x', 60000) AS x)",
        "SELECT array_repeat('x', 1000000000)",
        "SELECT array_repeat(1, 1000000000)",
        "SELECT range(1, 1000000000)",
        "SELECT generate_series(1000000000)",
        "SELECT generate_series(DATE '0001-01-01', DATE '9999-12-31', INTERVAL '1 day')",
        "SELECT generate_series(1000000000, 1, -1)",
        "SELECT array_resize([1], 1000000000)",
        "SELECT array_to_string(range(1, 8000), repeat('x', 60000))",
        "SELECT [x, x] FROM (SELECT repeat('x', 60000) AS x)",
        "SELECT make_array(x, x) FROM (SELECT repeat('x', 60000) AS x)",
        "SELECT OVERLAY(x PLACING x FROM 1 FOR 0) FROM (SELECT repeat('x', 60000) AS x)",
        "SELECT regexp_match(repeat('x', 60000), '(((x+)))')",
        "SELECT array_replace_all(array_repeat(1::bigint, 8000)::text[], '1', repeat('x', 60000))",
        "SELECT [x] || x FROM (SELECT repeat('x', 60000) AS x)",
        "SELECT count(repeat(a.value::text, 100000)) FROM generate_series(1, 100000) a",
    ] {
        let error = try_rows(&session, sql).await.err().map(|error| error.to_string());
        let said = error.unwrap_or_else(|| panic!("{sql} is made"));
        assert!(said.contains("are the most"), "{sql}: {said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_small_is_made_as_ever() {
    let stack = Stack::start().await;
    let session = stack.session();
    let sql = "SELECT repeat('ab', 3) AS a, lpad('7', 3, '0') AS b, replace('aXbX', 'X', 'yy') AS c, \
               regexp_replace('a1b22', '[0-9]+', '<\\0>', 'g') AS d, concat_ws('-', 'x', NULL, 'y') AS e, \
               'n' || 1 || NULL AS f, 'n' || 1 AS g, [1, 2] || 3 AS h, range(0, 6, 2) AS i, \
               array_to_string([1, 2], ', ') AS j, generate_series(3, 1, -1) AS k, [1] || [2] AS l";
    let made = serde_json::Value::from(rows(&session, sql).await.remove(0));
    let expected = serde_json::json!({
        "a": "ababab", "b": "007", "c": "ayybyy", "d": "a<1>b<22>", "e": "x-y", "g": "n1", "h": [1, 2, 3],
        "i": [0, 2, 4], "j": "1, 2", "k": [3, 2, 1], "l": [1, 2]
    });
    assert_eq!(made, expected);
}

/// What is far below the bounds in each column is above all of them together: in each of these batches 600 columns
/// would have 64 KiB in each of 1,024 rows.
#[tokio::test(flavor = "multi_thread")]
async fn hundreds_of_large_columns_come_a_few_rows_at_a_time() {
    let stack = Stack::start().await;
    let session = stack.session();
    let columns = |of: &dyn Fn(usize) -> String| (0..600).map(of).collect::<Vec<_>>().join(", ");
    let literals = columns(&|at| format!("'{}{at}' AS c{at}", "x".repeat(10_000)));
    let made = columns(&|at| format!("repeat(chr(65 + {at} % 26), 30000) AS c{at}"));
    let same = columns(&|at| format!("upper(x) AS c{at}"));
    for sql in [
        format!("SELECT {literals} FROM generate_series(1, 100000)"),
        format!("SELECT {made} FROM generate_series(1, 100000)"),
        format!(
            "SELECT {same} FROM (SELECT repeat('x', 60000) AS x FROM generate_series(1, 100000))"
        ),
        format!("SELECT * FROM (SELECT {made}) a, generate_series(1, 100000) b"),
    ] {
        let mut batches = session.sql(&sql).await.unwrap().execute_stream().await.unwrap();
        for _ in 0..3 {
            let batch = batches.next().await.unwrap().unwrap();
            // What several columns share is there once.
            let data = batch.columns().iter().map(Array::to_data);
            let data = data.flat_map(|data| data.buffers().to_vec());
            let buffers: BTreeMap<_, _> = data.map(|it| (it.as_ptr(), it.capacity())).collect();
            let size: usize = buffers.values().sum();
            assert!(size < 300 << 20, "{size} bytes of {} rows: {}", batch.num_rows(), &sql[..60]);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn plain_statements_have_batches_as_ever() {
    let stack = Stack::start().await;
    let session = stack.session();
    let ids = (0..10_000).map(|id| format!("'{id}'")).collect::<Vec<_>>().join(", ");
    for (sql, narrow) in [
        ("SELECT name || '!' AS n, description FROM boards".to_owned(), false),
        ("SELECT * FROM boards b JOIN board_pins p ON p.board_id = b.id".to_owned(), false),
        (format!("SELECT name || '!' AS n FROM boards WHERE name IN ({ids})"), false),
        (
            "SELECT *, repeat(b.name, 9) AS r FROM boards b JOIN pins p ON p.board_id = b.id"
                .to_owned(),
            true,
        ),
    ] {
        let plan = session.sql(&sql).await.unwrap().create_physical_plan().await.unwrap();
        assert_eq!(plan.name() == "Narrow", narrow, "{}", &sql[..40]);
    }
}
