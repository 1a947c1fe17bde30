//! The browser that has brought the answer.

use std::fmt;

use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio::task::{JoinHandle, JoinSet};

use super::page::Page;
use super::server::{Server, tell};

/// Tabs that wait for the page: somebody loads the address again. Of more the oldest is let go.
const WAITING: usize = 8;

/// Waits for the page that says what came of its answer. Dropped without one, it says that the
/// program has ended.
pub struct Browser {
    page: oneshot::Sender<Page>,
    serving: JoinHandle<()>,
}

impl Browser {
    pub(super) fn new(server: Server, stream: TcpStream) -> Self {
        let (page, wanted) = oneshot::channel();
        Browser { page, serving: tokio::spawn(serve(server, stream, wanted)) }
    }

    /// Shows the page, and listens no more. Takes some seconds at most.
    pub async fn show(self, page: Page) {
        // One that has gone needs no page.
        let _ = self.page.send(page);
        let _ = self.serving.await;
    }
}

async fn serve(mut server: Server, stream: TcpStream, mut wanted: oneshot::Receiver<Page>) {
    let mut waiting = vec![stream];
    let page = loop {
        tokio::select! {
            page = &mut wanted => break page.unwrap_or_else(|_| unfinished()),
            (_, stream) = server.next() => {
                if waiting.len() == WAITING {
                    waiting.remove(0);
                }
                waiting.push(stream);
            }
        }
    };
    drop(server);
    let mut telling = JoinSet::new();
    for stream in waiting {
        let page = page.clone();
        telling.spawn(async move { tell(stream, "200 OK", &page).await });
    }
    telling.join_all().await;
}

fn unfinished() -> Page {
    Page::failed("Not connected")
        .line("The program that asked for this has ended before it was done.")
}

impl fmt::Debug for Browser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Browser").finish_non_exhaustive()
    }
}
