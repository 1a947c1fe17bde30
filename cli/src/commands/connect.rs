//! `connect`: gets a credential and stores it.

use std::io::{self, IsTerminal};

use clap::Args;
use connector_host::contract::{CredentialSource, Oauth2};
use connector_host::{Client, Draft, Secret, Tokens};

use crate::app::{self, App};
use crate::authorize::Callback;
use crate::error::Error;
use crate::options::Options;
use crate::output;

/// Asks the person in a browser, unless --paste. The client secret is in the variable
/// CONNECTOR_CLIENT_SECRET or asked for.
#[derive(Args)]
pub struct Connect {
    /// Store a token that somebody else got: from stdin, or typed unseen
    #[arg(long, conflicts_with_all = ["client_id", "scopes", "redirect_uri"])]
    paste: bool,
    /// The id of the app at the service
    #[arg(long, env = "CONNECTOR_CLIENT_ID", value_name = "ID")]
    client_id: Option<String>,
    /// A scope to ask for (may be repeated) [default: the suggested ones]
    #[arg(long = "scope", value_name = "SCOPE")]
    scopes: Vec<String>,
    /// An address on this machine that is registered for the app [default: the connector's own]
    #[arg(long, value_name = "URL")]
    redirect_uri: Option<String>,
}

impl Connect {
    pub async fn run(self, options: Options) -> Result<(), Error> {
        if options.emulator {
            return Err(Error::Usage("--emulator is connected already".into()));
        }
        let app = App::open(options).await?;
        let (draft, tokens) = match self.paste {
            true => (app.draft(None, None), Tokens::pasted(hidden("token")?)),
            false => self.authorize(&app).await?,
        };
        let vault = app.vault()?;
        vault.put(&draft)?;
        vault.store(&draft.name, app.credential()?, &tokens)?;
        let mut lines = vec![format!("The connection {} is stored", draft.name)];
        lines.extend(tokens.scopes.map(|scopes| format!("Granted: {}", scopes.join(" "))));
        output::lines(lines)
    }

    async fn authorize(self, app: &App) -> Result<(Draft, Tokens), Error> {
        let missing = || Error::Usage("--client-id or CONNECTOR_CLIENT_ID is needed".into());
        let client = Client {
            id: self.client_id.ok_or_else(missing)?,
            secret: app::client_secret().map_or_else(|| hidden("client secret"), Ok)?,
        };
        let redirect_uri = match self.redirect_uri {
            Some(uri) => uri,
            None => declared_redirect_uri(app)?.to_owned(),
        };
        let scopes = (!self.scopes.is_empty()).then_some(self.scopes.as_slice());
        let callback = Callback::listen(&redirect_uri).await?;
        let oauth = app.oauth(client.clone())?;
        let open = |url| eprintln!("Open this address in a browser:\n{url}");
        let tokens = callback.authorize(&oauth, scopes, open).await?;
        Ok((app.draft(Some(client), scopes.map(<[String]>::to_vec)), tokens))
    }
}

fn declared_redirect_uri(app: &App) -> Result<&str, Error> {
    let id = app.credential()?;
    let credentials = app.connector.descriptor().credentials.iter();
    let mut sources = credentials.filter(|it| it.id == id).map(|it| &it.source);
    let Some(CredentialSource::Oauth2(Oauth2 { redirect_uris, .. })) = sources.next() else {
        return Err(Error::Usage(format!("`{id}` is a pasted value: say --paste")));
    };
    let mut uris = redirect_uris.iter();
    uris.find(|it| it.uri.starts_with("http://localhost"))
        .map(|it| it.uri.as_str())
        .ok_or_else(|| Error::Usage("--redirect-uri is needed".into()))
}

/// Asks on a terminal without showing what is typed; otherwise reads a line.
fn hidden(what: &str) -> Result<Secret, Error> {
    let line = match io::stdin().is_terminal() {
        true => rpassword::prompt_password(format!("{what}: ")),
        false => io::stdin().lines().next().unwrap_or(Ok(String::new())),
    };
    let line = line.map_err(Error::io("stdin"))?;
    match line.trim() {
        "" => Err(Error::Usage(format!("the {what} is empty"))),
        value => Ok(Secret::new(value)),
    }
}
