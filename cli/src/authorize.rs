//! The authorization code flow (RFC 6749, section 4.1): the browser goes to the service and comes
//! back with a code.

use std::time::Duration;

use connector_host::{OAuth, Secret, Tokens};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;
use url::Url;

use crate::error::Error;

/// Bytes of a request line, at most.
const LINE: u64 = 16 << 10;
/// How long a connection may take to ask for something.
const PATIENCE: Duration = Duration::from_secs(2);

/// A listener at a redirect URI on this machine.
pub struct Callback {
    listener: TcpListener,
    /// What the service is told to send the browser to.
    pub uri: Url,
    /// What the service has to give back: it ties the answer to this flow.
    state: String,
}

impl Callback {
    /// Listens where the URI says; port 0 takes a free one.
    pub async fn listen(uri: &str) -> Result<Self, Error> {
        let wrong = || Error::Usage(format!("redirect URI `{uri}`: http, on this machine"));
        let mut url: Url = uri.parse().map_err(|_| wrong())?;
        let host = url.host_str().filter(|_| url.scheme() == "http");
        let host = host.filter(|host| ["localhost", "127.0.0.1"].contains(host));
        let address = (host.ok_or_else(wrong)?, url.port().unwrap_or(80));
        let listener = TcpListener::bind(address).await.map_err(Error::io(uri))?;
        if url.port() == Some(0) {
            let port = listener.local_addr().map_err(Error::io(uri))?.port();
            url.set_port(Some(port)).map_err(|()| wrong())?;
        }
        Ok(Callback { listener, uri: url, state: random()? })
    }

    /// Gets tokens. `open` brings a person to an address. Without `scopes` the suggested ones are
    /// asked for.
    pub async fn authorize(
        self,
        oauth: &OAuth,
        scopes: Option<&[String]>,
        open: impl FnOnce(Url),
    ) -> Result<Tokens, Error> {
        let uri = self.uri.to_string();
        open(oauth.authorize_url(&uri, scopes, &self.state)?);
        let code = self.code().await?;
        Ok(oauth.exchange(&code, &uri).await?)
    }

    /// Waits for the code. Requests that do not carry the state are answered and forgotten.
    async fn code(self) -> Result<Secret, Error> {
        loop {
            let (stream, _) = self.listener.accept().await.map_err(Error::io(&self.uri))?;
            if let Some(answer) = self.answer(stream).await {
                return answer;
            }
        }
    }

    async fn answer(&self, mut stream: TcpStream) -> Option<Result<Secret, Error>> {
        let (read, mut write) = stream.split();
        let mut line = String::new();
        let mut read = BufReader::new(read.take(LINE));
        // Browsers open connections that they may need, and say nothing or hang up.
        timeout(PATIENCE, read.read_line(&mut line)).await.ok()?.ok()?;
        let found = line.split(' ').nth(1).and_then(|target| self.find(target));
        let (status, text) = match &found {
            Some(Ok(_)) => ("200 OK", "Connected. This page can be closed."),
            Some(Err(_)) => ("200 OK", "Not connected. This page can be closed."),
            None => ("404 Not Found", "Nothing is here."),
        };
        let head = "content-type: text/plain\r\nconnection: close";
        let length = text.len();
        let answer =
            format!("HTTP/1.1 {status}\r\n{head}\r\ncontent-length: {length}\r\n\r\n{text}");
        // The code counts, also when the browser does not wait for its page.
        let _ = timeout(PATIENCE, write.write_all(answer.as_bytes())).await;
        found
    }

    /// What a request to this path and query brings; none when it is not the service's answer.
    fn find(&self, target: &str) -> Option<Result<Secret, Error>> {
        let url = self.uri.join(target).ok()?;
        let value = |name: &str| {
            let mut pairs = url.query_pairs();
            pairs.find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
        };
        if url.path() != self.uri.path() || value("state")? != self.state {
            return None;
        }
        match (value("code"), value("error")) {
            (Some(code), _) => Some(Ok(Secret::new(code))),
            (None, Some(error)) => Some(Err(Error::Unexpected(format!("not connected: {error}")))),
            (None, None) => None,
        }
    }
}

/// 128 bits that nobody can guess.
pub fn random() -> Result<String, Error> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes)
        .map_err(|error| Error::Unexpected(format!("no randomness: {error}")))?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}
