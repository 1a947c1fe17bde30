//! A client that nobody here wrote.

use connector_host::Secret;
use connector_sql::wire::{User, serve};
use tokio::net::TcpListener;
use tokio_postgres::{Client, Config, NoTls};

use crate::support::Stack;

const PASSWORD: &str = "a password for this test";

async fn listen(stack: &Stack) -> Config {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let user = User {
        name: "reader".into(),
        password: Secret::new(PASSWORD),
        database: stack.database.clone(),
    };
    tokio::spawn(serve(listener, vec![user], None, 4));
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
}

#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_know_the_password_stays_outside() {
    let stack = Stack::start().await;
    let config = listen(&stack).await;
    for (user, password) in [("reader", "wrong"), ("nobody", PASSWORD), ("reader", "")] {
        let mut wrong = config.clone();
        wrong.user(user).password(password);
        assert!(wrong.connect(NoTls).await.is_err(), "{user} with {password:?}");
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
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        token.cancel_query(NoTls).await.unwrap();
    });
    assert!(query.is_err());
    let sent = stack.control.requests().len();
    assert!(sent < 15_000, "{sent} requests");
}
