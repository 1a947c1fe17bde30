//! A listener at a redirect URI on this machine (RFC 8252, section 7.3): the browser brings the
//! service's answer there, and waits for a page that says what came of it.

mod browser;
mod page;
pub(crate) mod request;
mod server;

use std::io;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::time::timeout;
use url::Url;

pub use self::browser::Browser;
pub use self::page::{Page, escaped};
use self::server::Server;

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
    Listen {
        /// The redirect URI.
        uri: String,
        /// Why not.
        source: io::Error,
    },
    /// The person did not come back.
    #[error("no answer came from the browser within {} minutes", .0.as_secs() / 60)]
    Late(Duration),
}

/// Listens until the answer has come, or until it is dropped.
#[derive(Debug)]
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

    /// Waits for the answer with this state. Whatever else is asked is refused and changes nothing.
    /// The browser that brought it waits for its page: see [`Browser::show`].
    pub async fn answer(
        self,
        state: &str,
        patience: Duration,
    ) -> Result<(Url, Browser), LoopbackError> {
        let mut server = Server::new(self.listener, self.uri, state);
        match timeout(patience, server.next()).await {
            Ok((answer, stream)) => Ok((answer, Browser::new(server, stream))),
            Err(_) => Err(LoopbackError::Late(patience)),
        }
    }
}
