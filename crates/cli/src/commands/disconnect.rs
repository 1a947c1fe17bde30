//! `disconnect`: ends a connection.

use clap::Args;
use connector_auth::StoredConnection;

use super::webhook;
use crate::app::App;
use crate::error::Error;
use crate::options::Options;
use crate::output;

const EXAMPLES: &str = r#"Examples:
  connector disconnect work"#;

/// End a connection, and forget it
///
/// Has the service end webhooks and tokens where it can, and forgets the connection in any case.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Disconnect {
    /// The connection
    name: String,
}

impl Disconnect {
    pub async fn run(self, mut options: Options) -> Result<(), Error> {
        options.connections = vec![self.name.clone()];
        let app = App::open(options).await?;
        let entry = app.vault()?.connection(&self.name)?;
        let left = webhook::end_all(&app, &entry).await?;
        let revoked = revoke(&app, &entry).await;
        app.vault()?.forget(&self.name)?;
        let by_hand = "to end it there too, remove the app in the account's settings";
        let lines = [
            format!("The connection {} is forgotten", self.name),
            match revoked {
                Ok(true) => "The service has ended its tokens".into(),
                Ok(false) => format!("The service was not told: {by_hand}"),
                Err(error) => format!("The service did not end its tokens ({error}): {by_hand}"),
            },
        ];
        output::lines(lines.into_iter().chain(left))
    }
}

/// Whether the service has ended the tokens; false when there are none or it offers no way.
async fn revoke(app: &App, entry: &StoredConnection) -> Result<bool, Error> {
    let id = app.credential_of(Some(entry))?;
    let (vault, asker) = (app.vault()?, &app.asker(entry)?);
    let tokens = vault.tokens(&entry.name, asker, id)?;
    let (Some(tokens), Some(client)) = (tokens, vault.client(&entry.name, asker)?) else {
        return Ok(false);
    };
    Ok(app.oauth(id, &entry.environment, &entry.settings, client)?.revoke(&tokens).await?)
}
