//! A client that goes away while its statement is under way, and nothing is sent to it by which that would be known.

use std::io;
use std::time::Duration;

use tokio::io::Interest;
use tokio::net::TcpStream;

/// How often it is looked for, and how long what came before is still worked on.
const TURN: Duration = Duration::from_secs(1);

/// A second handle of a client's socket.
pub(super) struct Watched(TcpStream);

impl Watched {
    /// The socket, and what watches it.
    pub fn of(socket: TcpStream) -> io::Result<(TcpStream, Self)> {
        let socket = socket.into_std()?;
        let watched = socket.try_clone()?;
        Ok((TcpStream::from_std(socket)?, Watched(TcpStream::from_std(watched)?)))
    }

    /// Ends when the client has gone.
    pub async fn gone(&self) {
        // Nothing is read here, so that what was once known stays.
        while !matches!(self.0.ready(Interest::READABLE).await, Ok(ready) if ready.is_read_closed())
        {
            tokio::time::sleep(TURN).await;
        }
        tokio::time::sleep(TURN).await;
    }
}
