//! Tools that query records with SQL.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use connector_mcp::{Account, More, MoreTool};
use connector_records::Record;
use connector_sql::{Database, Hidden, Rights, Room, Session};
use serde_json::{Map, Value, json};

use crate::error::Error;
use crate::failed::failed;
use crate::queried::{Timed, lines};

const TABLES: &str = "get_tables";
const COLUMNS: &str = "get_columns";
const QUERY: &str = "query";

/// Rows of an answer, unless the call says otherwise, and at most.
const ROWS: u64 = 50;
const MOST: u64 = 500;
/// Bytes of the rows of an answer, at most: a model has to read them.
const BYTES: usize = 40_000;
/// Requests that one query may send.
const REQUESTS: u64 = 200;
/// How long one may take.
const TIME: Duration = Duration::from_secs(120);

/// The databases of connections, by their names.
#[derive(Debug)]
pub struct Tables(BTreeMap<String, Database>);

impl Tables {
    /// They only read. Without `personal` what tells of persons is hidden; secrets always are.
    pub fn shared(accounts: &[Account], personal: bool) -> Result<Arc<dyn More>, Error> {
        let hidden = if personal { Hidden::Secrets } else { Hidden::Personal };
        let rights = Rights { writes: false, hidden };
        let room = Room::new().map_err(failed)?;
        let database = |account: &Account| {
            let schema = account.connection.connector().descriptor().id.clone();
            let database = Database::new([(schema, account.connection.clone())], rights);
            Ok((account.name.clone(), database.map_err(failed)?.within(&room)))
        };
        Ok(Arc::new(Tables(accounts.iter().map(database).collect::<Result<_, Error>>()?)))
    }

    async fn answer(
        &self,
        connection: &str,
        tool: &str,
        arguments: &Map<String, Value>,
    ) -> Result<Value, Error> {
        let database = self.0.get(connection);
        let database = database.ok_or_else(|| {
            Error::Usage(format!("connection: there is no connection `{connection}`"))
        })?;
        let session = database.session().map_err(failed)?;
        let budget = format!("SET connector.max_requests = {REQUESTS}");
        session.sql(&budget).await.map_err(failed)?;
        let text = |name: &str| {
            let found = arguments.get(name).and_then(Value::as_str).filter(|it| !it.is_empty());
            found.ok_or_else(|| Error::Usage(format!("{name}: must be a text")))
        };
        match tool {
            TABLES => {
                let sql = "SELECT table_name AS name, title FROM connector.tables WHERE readable";
                let (rows, _) = asked(&session, sql, usize::MAX, usize::MAX).await?;
                Ok(json!({"tables": rows}))
            }
            COLUMNS => {
                let table = text("table")?;
                let sql = format!(
                    "SELECT column_name AS name, data_type AS type, use, required, comment \
                     FROM connector.columns WHERE table_name = '{}'",
                    table.replace('\'', "''")
                );
                let (rows, more) = asked(&session, &sql, usize::MAX, BYTES).await?;
                if rows.is_empty() {
                    return Err(Error::Usage(format!(
                        "table: there is no table `{table}`; {TABLES} lists them"
                    )));
                }
                Ok(answer("columns", rows, more))
            }
            _ => {
                let limit = arguments.get("limit").map_or(Some(ROWS), Value::as_u64);
                let limit = limit.filter(|limit| (1..=MOST).contains(limit));
                let limit = limit.ok_or_else(|| {
                    Error::Usage(format!("limit: must be a whole number from 1 to {MOST}"))
                })?;
                let limit = usize::try_from(limit).unwrap_or(usize::MAX);
                let (rows, more) = asked(&session, text("sql")?, limit, BYTES).await?;
                let mut answer = answer("rows", rows, more);
                answer["requests"] = session.activity().requests().into();
                Ok(answer)
            }
        }
    }
}

/// So many rows, in so many bytes of JSON, and whether there are more. Nothing is asked for beyond them.
async fn asked(
    session: &Session,
    sql: &str,
    limit: usize,
    bytes: usize,
) -> Result<(Vec<Record>, bool), Error> {
    let mut batches = Timed::start(session, sql, TIME).await.map_err(failed)?;
    let (mut rows, mut size) = (Vec::new(), 0);
    while let Some(slices) = batches.next().await {
        for slice in slices.map_err(failed)? {
            for line in lines(&slice, false).map_err(failed)?.lines() {
                size += line.len();
                if rows.len() == limit || size > bytes {
                    return Ok((rows, true));
                }
                let row = serde_json::from_str(line);
                rows.push(row.map_err(|error| Error::Unexpected(error.to_string()))?);
            }
        }
    }
    Ok((rows, false))
}

fn answer(name: &str, rows: Vec<Record>, more: bool) -> Value {
    let mut answer = json!({name: rows});
    if more {
        answer["truncated"] = true.into();
    }
    answer
}

#[async_trait]
impl More for Tables {
    fn tools(&self) -> Vec<MoreTool> {
        let tool =
            |name, title, description: &str, properties: Value, required: &[&str]| MoreTool {
                name,
                title,
                description: description.to_owned(),
                input: Map::from_iter([
                    ("type".to_owned(), "object".into()),
                    ("properties".to_owned(), properties),
                    ("required".to_owned(), json!(required)),
                    ("additionalProperties".to_owned(), false.into()),
                ]),
            };
        vec![
            tool(TABLES, "Tables", "Lists the tables that SQL queries.", json!({}), &[]),
            tool(
                COLUMNS,
                "Columns of a table",
                "Lists the columns of a table. Those that are `required` need a value in WHERE; those whose use is \
                 `input` are compared with values, too.",
                json!({"table": {"type": "string"}}),
                &["table"],
            ),
            tool(
                QUERY,
                "Query with SQL",
                "Runs one SELECT in PostgreSQL's manner over these tables: joins, groups, windows. What the service \
                 filters by is asked of it; a statement sends 200 requests at most. EXPLAIN shows which.",
                json!({
                    "sql": {"type": "string"},
                    "limit": {"type": "integer", "minimum": 1, "maximum": MOST, "default": ROWS},
                }),
                &["sql"],
            ),
        ]
    }

    async fn call(
        &self,
        connection: &str,
        tool: &str,
        arguments: Map<String, Value>,
    ) -> Result<Value, Value> {
        let said = |error: Error| {
            let kind = match error {
                Error::Usage(_) => "invalid-input",
                _ => "rejected",
            };
            json!({"kind": kind, "code": "sql", "message": error.text()})
        };
        self.answer(connection, tool, &arguments).await.map_err(said)
    }
}
