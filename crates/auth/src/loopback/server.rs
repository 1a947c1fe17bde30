//! Serves several connections at once: a browser opens some that it may need later, and none of
//! them may keep the answer out.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{AbortHandle, JoinSet};
use tokio::time::{sleep, timeout};
use url::Url;

use super::page::Page;
use super::request::{find, head};

/// Bytes of a request's head, at most.
const HEAD: u64 = 16 << 10;
/// How long a connection may take to ask.
const ASKING: Duration = Duration::from_secs(30);
/// How long it may take to read what it is told.
const READING: Duration = Duration::from_secs(5);
/// Connections that have not asked yet; one more ends the oldest.
const OPEN: usize = 64;
/// Before the next try when no connection can be taken, as when too many files are open.
const PAUSE: Duration = Duration::from_millis(100);

/// Waits for requests with the right state.
pub struct Server {
    listener: TcpListener,
    expected: Arc<(Url, String)>,
    open: JoinSet<Option<(Url, TcpStream)>>,
    /// Those of `open`, oldest first.
    order: VecDeque<AbortHandle>,
}

impl Server {
    pub fn new(listener: TcpListener, uri: Url, state: &str) -> Self {
        let expected = Arc::new((uri, state.to_owned()));
        Server { listener, expected, open: JoinSet::new(), order: VecDeque::new() }
    }

    /// The next request with the right state: its address, and the connection that waits for its
    /// answer. All others are refused. Nothing is lost when the caller stops waiting.
    pub async fn next(&mut self) -> (Url, TcpStream) {
        loop {
            tokio::select! {
                accepted = self.listener.accept() => match accepted {
                    Ok((stream, _)) => self.open(stream),
                    Err(error) => {
                        tracing::debug!(%error, "a connection of the browser is not taken yet");
                        // It waits in the queue of the system, and there is a file less.
                        self.end_oldest();
                        sleep(PAUSE).await;
                    }
                },
                Some(ended) = self.open.join_next() => {
                    if let Ok(Some(found)) = ended {
                        return found;
                    }
                }
            }
        }
    }

    fn open(&mut self, stream: TcpStream) {
        self.order.retain(|task| !task.is_finished());
        if self.order.len() >= OPEN {
            self.end_oldest();
        }
        let expected = Arc::clone(&self.expected);
        let asked = async move { asked(stream, &expected.0, &expected.1).await };
        self.order.push_back(self.open.spawn(asked));
    }

    fn end_oldest(&mut self) {
        if let Some(oldest) = self.order.pop_front() {
            oldest.abort();
        }
    }
}

/// Reads one request. Gives the one that is waited for, and refuses any other.
async fn asked(mut stream: TcpStream, uri: &Url, state: &str) -> Option<(Url, TcpStream)> {
    let (read, _) = stream.split();
    let head = timeout(ASKING, head(BufReader::new(read.take(HEAD)))).await.ok()?.ok()?;
    match find(&head, uri, state) {
        Ok(url) => Some((url, stream)),
        Err((status, words)) => {
            tell(stream, status, &Page::failed("Nothing happened").line(words)).await;
            None
        }
    }
}

/// Sends a page. The answer counts, also when the browser does not wait for it.
pub async fn tell(mut stream: TcpStream, status: &str, page: &Page) {
    let (html, policy) = (page.html(), page.policy());
    let length = html.len();
    // The address holds the code: no page that comes later may learn it.
    let answer = format!(
        "HTTP/1.1 {status}\r\ncontent-type: text/html; charset=utf-8\r\n\
         content-length: {length}\r\ncontent-security-policy: {policy}\r\n\
         x-content-type-options: nosniff\r\ncache-control: no-store\r\n\
         referrer-policy: no-referrer\r\nconnection: close\r\n\r\n{html}"
    );
    let told = async {
        stream.write_all(answer.as_bytes()).await?;
        stream.shutdown().await
    };
    let _ = timeout(READING, told).await;
}
