//! The statements of the guide run as they stand there.

use std::path::Path;

use crate::support::{Stack, rows};

#[tokio::test(flavor = "multi_thread")]
async fn every_statement_of_the_guide_runs() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/sql.md");
    let text = std::fs::read_to_string(path).unwrap();
    let stack = Stack::start().await;
    let session = stack.session();
    let blocks = text.split("```sql\n").skip(1).filter_map(|rest| rest.split("```").next());
    let statements: Vec<&str> = blocks.collect();
    assert!(statements.len() >= 18, "{}", statements.len());
    for statement in statements {
        rows(&session, statement).await;
    }
}
