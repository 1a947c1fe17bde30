//! A listener at a redirect URI on this machine (RFC 8252, section 7.3): the browser brings the
//! service's answer there, once.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::timeout;
use url::Url;

/// Bytes of a request's head, at most.
const HEAD: u64 = 16 << 10;
/// How long a connection may take to ask, or to read what it is told.
const TURN: Duration = Duration::from_secs(2);
/// The names by which a browser on this machine finds the listener. Any other name is a page
/// somewhere else that was made to lead here.
const NAMES: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];

/// Why no answer came.
#[derive(Debug, thiserror::Error)]
pub enum LoopbackError {
    /// The address cannot be listened at.
    #[error("the redirect URI `{0}` is not an http address on this machine")]
    NotLoopback(String),
    /// The port is taken, for example.
    #[error("cannot listen at {uri}: {source}")]
    Listen { uri: String, source: io::Error },
    /// The person did not come back.
    #[error("no answer came from the browser within {} minutes", .0.as_secs() / 60)]
    Late(Duration),
}

/// Listens until the answer has come, or until it is dropped.
pub struct Loopback {
    listener: TcpListener,
    uri: Url,
}

impl Loopback {
    /// How long a person has.
    pub const PATIENCE: Duration = Duration::from_secs(300);

    /// Listens where the URI says; port 0 takes a free one.
    pub async fn listen(uri: &str) -> Result<Self, LoopbackError> {
        let wrong = || LoopbackError::NotLoopback(uri.to_owned());
        let mut url: Url = uri.parse().map_err(|_| wrong())?;
        let host = url.host_str().filter(|host| url.scheme() == "http" && NAMES.contains(host));
        let host = host.ok_or_else(wrong)?.trim_matches(['[', ']']).to_owned();
        let failed = |source| LoopbackError::Listen { uri: uri.to_owned(), source };
        let address = (host.as_str(), url.port_or_known_default().unwrap_or_default());
        let listener = TcpListener::bind(address).await.map_err(failed)?;
        if url.port() == Some(0) {
            let port = listener.local_addr().map_err(failed)?.port();
            url.set_port(Some(port)).map_err(|()| wrong())?;
        }
        Ok(Loopback { listener, uri: url })
    }

    /// The redirect URI, with the port that was taken.
    pub fn uri(&self) -> &Url {
        &self.uri
    }

    /// Waits for the answer with this state, and then listens no more. Whatever else is asked is
    /// refused and changes nothing.
    pub async fn answer(self, state: &str, patience: Duration) -> Result<Url, LoopbackError> {
        let Loopback { listener, uri } = self;
        let expected = Arc::new((uri.clone(), state.to_owned()));
        let wait = async {
            // A browser opens connections that it may need later; they must not keep others out.
            let mut open = JoinSet::new();
            loop {
                tokio::select! {
                    accepted = listener.accept() => {
                        let (stream, _) = accepted?;
                        let expected = Arc::clone(&expected);
                        open.spawn(async move { serve(stream, &expected.0, &expected.1).await });
                    }
                    Some(Ok(Some(answer))) = open.join_next() => return Ok(answer),
                }
            }
        };
        match timeout(patience, wait).await {
            Ok(answer) => {
                answer.map_err(|source| LoopbackError::Listen { uri: uri.to_string(), source })
            }
            Err(_) => Err(LoopbackError::Late(patience)),
        }
    }
}

/// Answers one request; gives its address if it is the one that is waited for.
async fn serve(mut stream: TcpStream, uri: &Url, state: &str) -> Option<Url> {
    let (read, mut write) = stream.split();
    let head = timeout(TURN, head(BufReader::new(read.take(HEAD)))).await.ok()?.ok()?;
    let found = find(&head, uri, state);
    let (status, text) = match &found {
        Ok(_) => ("200 OK", "The answer has arrived. This page can be closed."),
        Err(refusal) => *refusal,
    };
    let length = text.len();
    // The address holds the code: no page that comes later may learn it.
    let answer = format!(
        "HTTP/1.1 {status}\r\ncontent-type: text/plain; charset=utf-8\r\ncontent-length: {length}\r\n\
         cache-control: no-store\r\nreferrer-policy: no-referrer\r\nconnection: close\r\n\r\n{text}"
    );
    // The answer counts, also when the browser does not wait for its page.
    let _ = timeout(TURN, write.write_all(answer.as_bytes())).await;
    found.ok()
}

/// The lines before the first empty one.
async fn head(mut read: impl AsyncBufReadExt + Unpin) -> io::Result<Vec<String>> {
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        if read.read_line(&mut line).await? == 0 || line.trim().is_empty() {
            return Ok(lines);
        }
        lines.push(line.trim().to_owned());
    }
}

type Refusal = (&'static str, &'static str);

/// The address that is asked for, or the status and the words of a refusal.
fn find(head: &[String], uri: &Url, state: &str) -> Result<Url, Refusal> {
    let mut hosts = head.iter().skip(1).filter_map(|line| line.split_once(':'));
    let host = hosts.find(|(name, _)| name.eq_ignore_ascii_case("host"));
    let port = uri.port_or_known_default().unwrap_or_default().to_string();
    let here = |host: &str| match host.rsplit_once(':') {
        Some((name, said)) if !said.ends_with(']') => NAMES.contains(&name) && said == port,
        _ => NAMES.contains(&host) && port == "80",
    };
    if !host.is_some_and(|(_, host)| here(&host.trim().to_ascii_lowercase())) {
        return Err(("421 Misdirected Request", "This address is not served here."));
    }
    let mut words = head.first().into_iter().flat_map(|line| line.split(' '));
    if words.next() != Some("GET") {
        return Err(("405 Method Not Allowed", "Only GET is answered here."));
    }
    let url = words.next().and_then(|target| uri.join(target).ok());
    let url = url.filter(|url| url.origin() == uri.origin() && url.path() == uri.path());
    let url = url.ok_or(("404 Not Found", "Nothing is here."))?;
    match url.query_pairs().any(|(key, value)| key == "state" && value == state) {
        true => Ok(url),
        false => Err(("400 Bad Request", "This answer belongs to another attempt to connect.")),
    }
}
