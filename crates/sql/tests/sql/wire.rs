//! A client that nobody here wrote.

use std::future::poll_fn;
use std::time::Duration;

use connector_host::Secret;
use connector_sql::wire::{Limits, User, serve};
use futures_util::StreamExt;
use tokio::net::TcpListener;
use tokio_postgres::{Client, Config, NoTls, SimpleQueryMessage};

use crate::support::Stack;

const PASSWORD: &str = "a password for this test";

async fn listen(stack: &Stack) -> Config {
    listen_within(stack, Limits { clients: 4, ..Limits::default() }).await
}

async fn listen_within(stack: &Stack, limits: Limits) -> Config {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let user = User {
        name: "reader".into(),
        password: Secret::new(PASSWORD),
        database: stack.database.clone(),
    };
    tokio::spawn(serve(listener, vec![user], None, limits));
    let mut config = Config::new();
    config.host("127.0.0.1").port(port).user("reader").password(PASSWORD).dbname("connector");
    config
}

async fn connect(config: &Config) -> Client {
    let (client, connection) = config.connect(NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_are_read_written_and_counted() {
    let stack = Stack::start().await;
    let config = listen(&stack).await;
    let client = connect(&config).await;
    let boards =
        client.query("SELECT id, name, pin_count FROM boards ORDER BY name", &[]).await.unwrap();
    assert!(boards.len() > 1);
    let name: String = boards[0].get("name");
    let pins: i64 = boards[0].get("pin_count");
    let same =
        client.query("SELECT pin_count FROM boards WHERE name = $1", &[&name]).await.unwrap();
    assert_eq!(same[0].get::<_, i64>(0), pins);
    let made = client.execute("INSERT INTO boards (name) VALUES ($1)", &[&"From a client"]).await;
    assert_eq!(made.unwrap(), 1);
    let sql = "UPDATE boards SET description = 'told' WHERE name = 'From a client'";
    assert_eq!(client.execute(sql, &[]).await.unwrap(), 1);
    let gone = client.execute("DELETE FROM boards WHERE name = 'From a client'", &[]).await;
    assert_eq!(gone.unwrap(), 1);
    let sql = "INSERT INTO boards (name) VALUES ($1) RETURNING id, name || '!' AS loud";
    let made = client.query_one(sql, &[&"Given back"]).await.unwrap();
    let (id, loud): (String, String) = (made.get("id"), made.get("loud"));
    assert_eq!(loud, "Given back!");
    let gone = client.execute("DELETE FROM boards WHERE id = $1 RETURNING id", &[&id]).await;
    assert_eq!(gone.unwrap(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_know_the_password_stays_outside() {
    let stack = Stack::start().await;
    let config = listen(&stack).await;
    for (user, password) in [("reader", "wrong"), ("nobody", PASSWORD), ("reader", "")] {
        let mut wrong = config.clone();
        wrong.user(user).password(password);
        let error = wrong.connect(NoTls).await.err().map(|error| format!("{error:?}"));
        let said = error.unwrap_or_else(|| panic!("{user} with {password:?} is inside"));
        assert!(password.is_empty() || said.contains(&format!("\\\"{user}\\\"")), "{said}");
    }
    assert!(stack.control.requests().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_query_ends_its_calls() {
    let stack = Stack::start().await;
    let board = stack.control.board_id("Plants for small rooms").unwrap();
    stack.control.seed_pins(&board, 20_000);
    let config = listen(&stack).await;
    let client = connect(&config).await;
    let token = client.cancel_token();
    let sql =
        format!("SELECT count(*) FROM board_pins WHERE board_id = '{board}' AND page_size = 1");
    let (query, ()) = tokio::join!(client.query(&sql, &[]), async {
        while stack.control.requests().len() < 5 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        token.cancel_query(NoTls).await.unwrap();
    });
    assert!(query.is_err());
    let sent = stack.control.requests().len();
    assert!(sent < 15_000, "{sent} requests");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_stops_reading_is_disconnected_and_its_calls_end() {
    let stack = Stack::start().await;
    let board = stack.control.board_id("Plants for small rooms").unwrap();
    stack.control.seed_pins(&board, 40_000);
    let limits = Limits { clients: 1, patience: Duration::from_secs(1), ..Limits::default() };
    let config = listen_within(&stack, limits).await;
    let (client, mut connection) = config.connect(NoTls).await.unwrap();
    let sql = format!("SELECT * FROM board_pins WHERE board_id = '{board}'");
    // The statement is sent, and nothing is read of what comes.
    let query = tokio::spawn(async move { client.simple_query(&sql).await.map(|_| ()) });
    let begun = async {
        while stack.control.requests().is_empty() {
            let turn = poll_fn(|context| {
                drop(std::pin::Pin::new(&mut connection).poll_message(context));
                std::task::Poll::Ready(())
            });
            turn.await;
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    begun.await;
    // There is one place, so that another client has it only when the first one is gone.
    let next = tokio::time::timeout(Duration::from_secs(30), connect(&config)).await;
    let sent = stack.control.requests().len();
    assert!(sent < 150, "{sent} requests for what nobody reads");
    next.unwrap().simple_query("SELECT 1").await.unwrap();
    assert_eq!(stack.control.requests().len(), sent);
    query.abort();
}

#[tokio::test(flavor = "multi_thread")]
async fn tables_are_looked_for_in_the_schema_that_is_shown() {
    let stack = Stack::start().await;
    let client = connect(&listen(&stack).await).await;
    for before in ["SELECT 1", "SET search_path = 'elsewhere'"] {
        client.simple_query(before).await.unwrap();
        let told = client.simple_query("SHOW search_path").await.unwrap();
        let row = told.iter().find_map(|message| match message {
            SimpleQueryMessage::Row(row) => row.get(0),
            _ => None,
        });
        assert_eq!(row, Some(crate::support::SCHEMA), "{before}");
    }
}

/// More rows than anybody counts.
const ENDLESS: &str =
    "SELECT count(*) FROM generate_series(1, 1000000000) a, generate_series(1, 1000000000) b";

/// The same without waiting for anything once the first table is there.
const JOINED: &str =
    "SELECT count(*) FROM generate_series(1, 10000000) a, generate_series(1, 1000000000) b";

#[tokio::test(flavor = "multi_thread")]
async fn a_statement_that_does_not_end_is_ended() {
    let stack = Stack::start().await;
    let limits = Limits { statement: Duration::from_secs(1), ..Limits::default() };
    let client = connect(&listen_within(&stack, limits).await).await;
    for sql in [ENDLESS, JOINED, ENDLESS] {
        let ended = tokio::time::timeout(Duration::from_secs(20), client.query(sql, &[]));
        let error = ended.await.unwrap().unwrap_err();
        assert_eq!(
            error.code().map(tokio_postgres::error::SqlState::code),
            Some("57014"),
            "{error:?}"
        );
    }
    client.simple_query("SELECT 1").await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_has_gone_leaves_nothing_behind() {
    let stack = Stack::start().await;
    let limits = Limits { clients: 1, ..Limits::default() };
    let config = listen_within(&stack, limits).await;
    let (client, connection) = config.connect(NoTls).await.unwrap();
    let connection = tokio::spawn(connection);
    let query = tokio::spawn(async move { client.query(ENDLESS, &[]).await.map(|_| ()) });
    tokio::time::sleep(Duration::from_millis(500)).await;
    connection.abort();
    // There is one place.
    let next = tokio::time::timeout(Duration::from_secs(20), connect(&config)).await;
    next.unwrap().simple_query("SELECT 1").await.unwrap();
    query.abort();
}

/// Rows are not collected first, however many are asked for.
#[tokio::test(flavor = "multi_thread")]
async fn rows_are_sent_as_they_come() {
    let stack = Stack::start().await;
    let client = connect(&listen(&stack).await).await;
    let sql = "SELECT value FROM generate_series(1, 1000000000000)";
    let rows = client.query_raw(sql, Vec::<String>::new()).await.unwrap();
    let mut rows = std::pin::pin!(rows);
    for wanted in 1..=5_000_i64 {
        let row = tokio::time::timeout(Duration::from_secs(20), rows.next());
        assert_eq!(row.await.unwrap().unwrap().unwrap().get::<_, i64>(0), wanted);
    }
    let client = connect(&listen(&stack).await).await;
    let declared = "DECLARE c CURSOR FOR SELECT value FROM generate_series(1, 3)";
    client.simple_query(declared).await.unwrap();
    for (most, wanted) in [("2", 2), ("18446744073709551615", 1), ("ALL", 0), ("1", 0)] {
        let messages = client.simple_query(&format!("FETCH {most} FROM c")).await.unwrap();
        let rows = messages.iter().filter(|it| matches!(it, SimpleQueryMessage::Row(_)));
        assert_eq!(rows.count(), wanted, "{most}");
    }
    assert!(client.simple_query("FETCH 1 FROM nobody").await.is_err());
    assert!(client.simple_query("FETCH PRIOR FROM c").await.is_err());
}
