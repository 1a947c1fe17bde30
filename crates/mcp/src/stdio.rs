//! The client that started this process.

use rmcp::{ServiceExt, transport};

use crate::server::Server;
use crate::session::Session;

/// Serves the client at stdin and stdout until it hangs up.
pub async fn stdio(server: Server) -> std::io::Result<()> {
    let wrong = std::io::Error::other::<Box<dyn std::error::Error + Send + Sync>>;
    let session = Session::new(server);
    let serving = Box::pin(session.serve(transport::stdio()));
    let running = serving.await.map_err(|error| wrong(error.into()))?;
    running.waiting().await.map_err(|error| wrong(error.into()))?;
    Ok(())
}
