//! `connect`: makes a connection, or authorizes one again.

use std::sync::Arc;

use clap::Args;
use connector_auth::{
    Client, ConnectionSpec, FirstChoice, Loopback, Page, Status, StoredConnection, Tested, Tokens,
    VaultError, first_choices,
};
use connector_host::contract::{CredentialSource, Oauth2};
use connector_host::sources::{Proof, Source};
use connector_host::{FixedCredentials, Secret};
use serde_json::Value;

use crate::app::App;
use crate::authorize::{self, Granted};
use crate::connected::no_client;
use crate::connection_test;
use crate::error::Error;
use crate::options::Options;
use crate::{connected, options, output, prompt, status, variables};

const EXAMPLES: &str = r#"Examples:
  connector connect
  connector connect --manual
  connector connect work --scopes boards:read,pins:read
  echo "$MY_TOKEN" | connector connect --token
  connector --component sheets.wasm connect < key.json
  connector --component drive.wasm connect --credential service-account < key.json"#;

/// Connect an account: in a browser, or with a token from stdin
///
/// Asks the person in a browser, or, as the connector declares it, for a code that the person enters
/// elsewhere, or takes a key from stdin; tests the connection and stores it. The app's secret is in the
/// variable CONNECTOR_CLIENT_SECRET or asked for. What a connection of this name has already is
/// used again.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Connect {
    /// The connection's name [default: that of the connector, and of the environment if it is not
    /// the first]
    name: Option<String>,
    /// The environment to connect to [default: the first]
    #[arg(long)]
    environment: Option<String>,
    /// The id of the app at the service
    #[arg(long, env = "CONNECTOR_CLIENT_ID", value_name = "ID")]
    client_id: Option<String>,
    /// Scopes to ask for, separated by commas [default: the suggested ones]
    #[arg(long, value_delimiter = ',', value_name = "SCOPES")]
    scopes: Vec<String>,
    /// An address on this machine that is registered for the app; port 0 takes a free one
    /// [default: the connector's own]
    #[arg(long, value_name = "URL")]
    redirect_uri: Option<String>,
    /// No browser reaches this machine: read from stdin what it shows
    #[arg(long)]
    manual: bool,
    /// Connect as the app itself, without a person
    #[arg(long, conflicts_with = "manual")]
    client_credentials: bool,
    /// Store a token that somebody else got: from stdin, or typed unseen. It need not be said where the
    /// connector knows no other way
    #[arg(long, conflicts_with_all = ["client_credentials", "manual", "scopes", "redirect_uri"])]
    token: bool,
    /// Where there are several: the credential to connect with, or one to add to a connection, with
    /// --token [default: the first that is required]
    #[arg(long, value_name = "ID")]
    credential: Option<String>,
    /// The user name or key id, when the credential is a pair; the password comes from stdin
    #[arg(long, value_name = "USER")]
    user: Option<String>,
}

impl Connect {
    pub async fn run(self, mut options: Options) -> Result<(), Error> {
        if options.emulator {
            return Err(Error::Usage("--emulator is connected already".into()));
        }
        if let Some(environment) = &self.environment {
            let settings = options.settings.get_or_insert_default();
            settings.insert("environment".into(), environment.as_str().into());
        }
        let mut app = App::open(options).await?;
        let is_another = self.credential.as_ref().is_some_and(|id| !app.choose(id));
        let name = self.name.clone().unwrap_or_else(|| default_name(&app));
        let old = connected::find(&app, &name)?;
        let old = old.as_ref();
        if is_another {
            return self.add(&app, &name, old);
        }
        let (id, held) = (app.credential()?, app.credential_of(old)?);
        if id != held {
            let message =
                format!("`{name}` has a {held}: disconnect it first, or take another name");
            return Err(Error::Usage(message));
        }
        let draft = self.draft(&app, name, old)?;
        // Fails early when there is no such environment, or a setting does not fit.
        app.connector.before_consent(&draft.settings)?;
        let granted = self.authorize(&app, &draft).await?;
        // The browser waits for what comes of it.
        match made(&app, draft, &granted.tokens).await {
            Ok(made) => {
                granted.show(made.page(&app)).await;
                made.print(&app)
            }
            Err(error) => {
                granted.show(authorize::failed(&error)).await;
                Err(error)
            }
        }
    }

    /// Adds a credential beside the one that makes the connection.
    fn add(&self, app: &App, name: &str, old: Option<&StoredConnection>) -> Result<(), Error> {
        let id = self.credential.as_deref().unwrap_or_default();
        let declared = &app.connector.descriptor().credentials;
        if !declared.iter().any(|declared| declared.id == id) {
            let ids: Vec<_> = declared.iter().map(|declared| declared.id.as_str()).collect();
            let message = format!("there is no credential `{id}`, only {}", ids.join(", "));
            return Err(Error::Usage(message));
        }
        if !self.token {
            return Err(Error::Usage(format!("`{id}` is added to a connection: say --token")));
        }
        let old = old.ok_or_else(|| Error::Usage(format!("connect `{name}` itself first")))?;
        app.vault()?.connection_for(&old.name, &app.asker(old)?)?;
        let value = Tokens::pasted(self.pasted(app, id)?);
        app.vault()?.store(&old.name, id, &value)?;
        output::line(format!("The connection {name} has a {id} now"))
    }

    /// Whether the connection is made with a value that a person pastes: as the person says, or because
    /// the connector has no other way.
    fn is_pasted(&self, app: &App) -> Result<bool, Error> {
        let id = app.credential()?;
        let mut declared = app.connector.descriptor().credentials.iter();
        let pasted = declared.any(|declared| {
            let source = &declared.source;
            declared.id == id
                && matches!(source, CredentialSource::Secret(_) | CredentialSource::Pair(_))
        });
        match (self.token || pasted, &self.user) {
            (false, Some(_)) => Err(Error::Usage(format!("`{id}` is no pair: leave out --user"))),
            (pasted, _) => Ok(pasted),
        }
    }

    /// A value that a person pastes; of a pair the user is an option, and the password is pasted.
    fn pasted(&self, app: &App, id: &str) -> Result<Secret, Error> {
        let mut declared = app.connector.descriptor().credentials.iter();
        let declared = declared.find(|declared| declared.id == id);
        match (declared.map(|declared| &declared.source), &self.user) {
            (Some(CredentialSource::Pair(pair)), user) => {
                let user = match user {
                    Some(user) => user.clone(),
                    None => prompt::shown(&pair.user, "--user")?,
                };
                let password = prompt::hidden(&pair.password)?;
                Ok(Secret::pair(user, password.expose()))
            }
            (_, Some(_)) => Err(Error::Usage(format!("`{id}` is no pair: leave out --user"))),
            (_, None) => prompt::hidden("token"),
        }
    }

    fn draft(
        &self,
        app: &App,
        name: String,
        old: Option<&StoredConnection>,
    ) -> Result<ConnectionSpec, Error> {
        let id = app.connector.descriptor().id.clone();
        if let Some(other) = old.filter(|old| old.connector != id) {
            let message =
                format!("`{name}` is a connection of `{}`: take another name", other.connector);
            return Err(Error::Usage(message));
        }
        let stored = old.and_then(|old| old.requested.clone());
        Ok(ConnectionSpec {
            client: self.client(app, old)?,
            scopes: (!self.scopes.is_empty()).then(|| self.scopes.clone()).or(stored),
            environment: app.environment(old),
            settings: app.settings(old)?,
            binding: app.connector.binding().clone(),
            name,
        })
    }

    /// The app: as typed, as stored when it has worked before, or else asked for. A pasted token
    /// needs none.
    fn client(&self, app: &App, old: Option<&StoredConnection>) -> Result<Option<Client>, Error> {
        let worked = old.filter(|old| old.status != Status::Draft);
        let stored = worked.map(|old| stored_client(app, &old.name)).transpose()?.flatten();
        let source = app.source(app.credential()?)?;
        if self.is_pasted(app)? || matches!(source, Some(Source::JwtBearer(_))) {
            return Ok(stored);
        }
        let has_no_secret = match &source {
            Some(Source::DeviceCode(device)) => device.client_authentication == Proof::None,
            _ => false,
        };
        let id = match (&self.client_id, &stored) {
            (Some(id), _) => id.clone(),
            (None, Some(stored)) => stored.id.clone(),
            (None, None) => prompt::shown("client id", "--client-id or CONNECTOR_CLIENT_ID")?,
        };
        let secret = match (variables::client_secret(), stored) {
            (Some(secret), _) => secret,
            (None, _) if has_no_secret => Secret::new(""),
            (None, Some(stored)) if stored.id == id => stored.secret,
            (None, _) => prompt::hidden("client secret")?,
        };
        Ok(Some(Client { id, secret }))
    }

    async fn authorize(&self, app: &App, draft: &ConnectionSpec) -> Result<Granted, Error> {
        if self.is_pasted(app)? {
            return Ok(Granted::unseen(Tokens::pasted(self.pasted(app, app.credential()?)?)));
        }
        let id = app.credential()?;
        let client = draft.client.clone().or_else(|| no_client(app, id));
        let client = client.ok_or_else(|| Error::Usage("the client id is needed".into()))?;
        let oauth = app.oauth(id, &draft.environment, &draft.settings, client)?;
        let scopes = draft.scopes.as_deref();
        if oauth.takes_key() {
            let key = prompt::whole("key")?;
            return Ok(Granted::unseen(oauth.for_key(&key).await?));
        }
        if oauth.takes_device_code() {
            return authorize::elsewhere(&oauth, scopes).await.map(Granted::unseen);
        }
        if self.client_credentials {
            return Ok(Granted::unseen(oauth.client_credentials(scopes).await?));
        }
        let redirect_uri = match &self.redirect_uri {
            Some(uri) => uri,
            None => declared_redirect_uri(app)?,
        };
        if self.manual {
            return authorize::by_hand(redirect_uri, &oauth, scopes).await.map(Granted::unseen);
        }
        let loopback = Loopback::listen(redirect_uri).await?;
        authorize::in_browser(loopback, &oauth, scopes, authorize::open).await
    }
}

/// The app of a connection that is made again. A connector that asks for more than it was made for
/// does not get the secret: where it would send it, may be new.
fn stored_client(app: &App, name: &str) -> Result<Option<Client>, Error> {
    let asker = app.asker(&app.vault()?.connection(name)?)?;
    match app.vault()?.client(name, &asker) {
        Err(changed @ (VaultError::Changed { .. } | VaultError::Unbound(_))) => {
            output::note(format_args!("{changed}\nThe app that is stored is not used for this"));
            Ok(None)
        }
        stored => Ok(stored?),
    }
}

/// A connection that works and is stored.
struct Made {
    entry: StoredConnection,
    tested: Tested,
    /// About settings that were chosen by themselves.
    chosen: Vec<String>,
}

/// Tests what was granted, and stores it only when it works: nothing is left of an attempt that came
/// to nothing.
async fn made(app: &App, draft: ConnectionSpec, tokens: &Tokens) -> Result<Made, Error> {
    let id = app.credential()?;
    let shared = tokens.shared.iter().map(|(id, tokens)| (id.clone(), tokens));
    let all = shared.chain([(id.to_owned(), tokens)]);
    let values = all.clone().map(|(id, tokens)| (id, tokens.access_token.clone()));
    let settings = with_those_of(&draft.settings, tokens)?;
    let trial = app
        .builder(settings.clone())?
        .granted(tokens.scopes.clone())
        .credentials(Arc::new(FixedCredentials::new(values)))
        .build()?;
    let tested = Tested::of(&trial, tokens.scopes.clone()).await?;
    let mut settings = options::object(&settings).map_err(Error::Unexpected)?;
    let choices = first_choices(&trial, &settings, tokens.scopes.as_deref()).await?;
    let chosen = choices.iter().map(first_choice).collect();
    settings.extend(choices.into_iter().map(|choice| (choice.setting, choice.value)));
    let settings = Value::Object(settings).to_string();
    let binding = app.connector.with_settings(&settings)?.binding().clone();
    let draft = ConnectionSpec { settings, binding, ..draft };
    let vault = app.vault()?;
    vault.put(&draft)?;
    for (id, tokens) in all {
        vault.store(&draft.name, &id, tokens)?;
    }
    vault.set_account(&draft.name, &tested.account())?;
    Ok(Made { entry: vault.connection(&draft.name)?, tested, chosen })
}

/// What was chosen by itself, for people.
fn first_choice(it: &FirstChoice) -> String {
    let value = it.value.as_str().map_or_else(|| it.value.to_string(), str::to_owned);
    format!("{}: {} ({value}), the first one", it.title, it.choice)
}

/// The settings with those that the token endpoint gave.
fn with_those_of(settings: &str, tokens: &Tokens) -> Result<String, Error> {
    let mut settings = options::object(settings).map_err(Error::Unexpected)?;
    let given = tokens.settings.iter();
    settings.extend(given.map(|(name, value)| (name.clone(), value.as_str().into())));
    Ok(Value::Object(settings).to_string())
}

impl Made {
    fn print(self, app: &App) -> Result<(), Error> {
        let Made { entry, tested, chosen } = self;
        if app.options.json {
            return output::json(&json(&entry, &tested));
        }
        let mut lines = vec![format!("The connection {} is stored", entry.name)];
        lines.extend(connection_test::lines(&tested));
        lines.extend(chosen);
        lines.extend(entry.credential(app.credential()?).and_then(status::end));
        output::lines(lines)
    }

    /// The last page in the browser.
    fn page(&self, app: &App) -> Page {
        let descriptor = app.connector.descriptor();
        let account = self.tested.account();
        let page = Page::done("Connected")
            .line(format!("{} is connected as {}.", descriptor.title, account.name))
            .line("You can close this window and go back to the terminal.")
            .fact("Account", format!("{} (id {})", account.name, account.id))
            .fact("Connection", &self.entry.name);
        let mut environments = descriptor.environments.iter();
        match environments.find(|it| it.id == self.entry.environment) {
            Some(environment) if descriptor.environments.len() > 1 => {
                page.fact("Environment", &environment.title)
            }
            _ => page,
        }
    }
}

fn json(entry: &StoredConnection, tested: &Tested) -> Value {
    let mut json = status::json(entry);
    json["lacking"] = tested.output["lacking"].clone();
    json
}

fn default_name(app: &App) -> String {
    let descriptor = app.connector.descriptor();
    let first = descriptor.environments.first().map(|first| first.id.as_str());
    let environment = app.environment(None);
    match first == Some(&environment) || environment.is_empty() {
        true => descriptor.id.clone(),
        false => format!("{}-{environment}", descriptor.id),
    }
}

fn declared_redirect_uri(app: &App) -> Result<&str, Error> {
    let id = app.credential()?;
    let credentials = app.connector.descriptor().credentials.iter();
    let mut sources = credentials.filter(|it| it.id == id).map(|it| &it.source);
    let Some(CredentialSource::Oauth2(Oauth2 { redirect_uris, .. })) = sources.next() else {
        return Err(Error::Usage(format!("`{id}` is got in another way than by an address")));
    };
    let mut uris = redirect_uris.iter();
    uris.find(|it| it.uri.starts_with("http://localhost"))
        .map(|it| it.uri.as_str())
        .ok_or_else(|| Error::Usage("--redirect-uri is needed".into()))
}
