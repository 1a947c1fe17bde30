//! `serve`: many accounts over HTTP, and a page.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;
use connector_auth::{Client, ConnectionSpec, Tokens};
use connector_host::Connector;
use connector_server::{DEFAULT, Right, Rights, Server, Tls};
use url::Url;

use crate::app::App;
use crate::emulated::CREDENTIAL;
use crate::error::Error;
use crate::options::Options;
use crate::{interrupt, output, variables};

const EXAMPLES: &str = r#"Examples:
  connector --emulator serve
  connector serve --listen 127.0.0.1:8930 --client-id 1234567
  connector serve --url https://connect.example.com --behind-proxy --listen 10.0.0.5:8930
  connector serve --make-key reporting --right read"#;

/// Serve connectors to many accounts over HTTP, with a page to look at
///
/// Each tenant has keys, connections, runs and triggers of its own. The first start makes the tenant
/// `default` with a key, and prints it once. `docs/server.md` lists the routes. With --emulator the account
/// of the emulator is there as a connection, and others can be connected at it.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Serve {
    /// The address to listen at; port 0 takes a free one
    #[arg(long, default_value = "127.0.0.1:8930", value_name = "ADDRESS")]
    listen: SocketAddr,
    /// Under which people and services reach it, if that is another address
    #[arg(long, value_name = "URL")]
    url: Option<Url>,
    /// The certificate, in PEM
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    tls_cert: Option<PathBuf>,
    /// Its key, in PEM
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    tls_key: Option<PathBuf>,
    /// Listen without TLS at an address that others reach: a proxy in front has it
    #[arg(long)]
    behind_proxy: bool,
    /// The id of the app at the service; its secret is in the variable CONNECTOR_CLIENT_SECRET. Callers may
    /// bring their own
    #[arg(long, env = "CONNECTOR_CLIENT_ID", value_name = "ID")]
    client_id: Option<String>,
    /// An application that people are sent back to when they have connected (may be repeated)
    #[arg(long, value_name = "URL")]
    return_to: Vec<Url>,
    /// The path of the redirect URI instead of /callback, such as /auth/acme/callback; answers are taken at
    /// further ones, too (may be repeated)
    #[arg(long = "callback", value_name = "PATH", value_parser = path)]
    callbacks: Vec<String>,
    /// Seconds between two polls of a trigger, at least
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..))]
    poll_every: u64,
    /// Send events also to addresses that are not public
    #[arg(long)]
    private_webhooks: bool,
    /// Calls of one tenant at the same time
    #[arg(long, default_value_t = 1000)]
    calls: usize,
    /// Requests of one tenant in a minute
    #[arg(long, default_value_t = 60_000)]
    rate: u32,
    /// Make a key of this name, print it and end
    #[arg(long, value_name = "NAME")]
    make_key: Option<String>,
    /// The tenant of that key; a new one is made
    #[arg(long, default_value = DEFAULT, value_name = "NAME")]
    tenant: String,
    /// What that key allows (may be repeated): read, write, destructive, connect, admin [default: all]
    #[arg(long = "right", requires = "make_key", value_parser = right)]
    rights: Vec<Right>,
}

impl Serve {
    pub async fn run(self, options: Options) -> Result<(), Error> {
        let reached = !self.listen.ip().is_loopback();
        if reached && self.tls_cert.is_none() && !self.behind_proxy && self.make_key.is_none() {
            let message = "others reach this address: say --tls-cert and --tls-key, or \
                --behind-proxy if a proxy has TLS";
            return Err(Error::Usage(message.into()));
        }
        let mut components = options.components.clone();
        let more = components.split_off(components.len().min(1));
        let app = App::open(Options { components, watched: true, ..options }).await?;
        let mut connectors = vec![app.connector.clone()];
        for path in more {
            connectors.push(Connector::load(&app.engine, &path)?);
        }
        more_files();
        let server = Server::open(self.options(&app, connectors)?).map_err(wrong)?;
        if let Some(name) = &self.make_key {
            let rights: Rights = match self.rights.is_empty() {
                true => Rights::all(),
                false => self.rights.iter().copied().collect(),
            };
            let key = server.make_key(&self.tenant, name, &rights).map_err(wrong)?;
            return output::line(key);
        }
        if app.emulated.is_some() {
            connect_emulator(&app, &server)?;
        }
        let first = server.is_new().map_err(wrong)?;
        let key = first.then(|| server.make_key(DEFAULT, "first", &Rights::all()));
        let key = key.transpose().map_err(wrong)?;
        if !connector_server::has_page() {
            output::note("It has no page: build the program with `make studio`, where Node is");
        }
        let started = |url: &Url| {
            if let Some(emulated) = &app.emulated {
                let path = self.callbacks.first().map_or("/callback", |path| path);
                emulated.app(&format!("{}{path}", url.as_str().trim_end_matches('/')));
            }
            output::note(format_args!("Serving at {url}; stop it with Ctrl-C"));
            if let Some(key) = key {
                output::note(format_args!("The key of the tenant {DEFAULT}, not shown again:"));
                // The one line of stdout, so that a script can read it.
                let _ = output::line(key);
            }
        };
        server.serve(started, interrupt::signal()).await.map_err(Error::io(self.listen))
    }

    fn options(
        &self,
        app: &App,
        connectors: Vec<Connector>,
    ) -> Result<connector_server::Options, Error> {
        let id = app.connector.descriptor().id.clone();
        let client = match (&app.emulated, &self.client_id) {
            // Its redirect URI is registered when the port is known.
            (Some(emulated), _) => Some(emulated.app("http://localhost/callback")),
            (None, Some(client)) => {
                let secret = variables::client_secret();
                let secret = secret.ok_or_else(|| {
                    Error::Usage("CONNECTOR_CLIENT_SECRET holds the secret of the app".into())
                })?;
                Some(Client { id: client.clone(), secret })
            }
            (None, None) => None,
        };
        let tls = self.tls_cert.clone().zip(self.tls_key.clone());
        Ok(connector_server::Options {
            connectors,
            folder: app.server_folder(),
            vault_key: variables::vault_key(),
            seal: app.seal()?,
            listen: self.listen,
            url: self.url.clone(),
            tls: tls.map(|(certificate, key)| Tls { certificate, key }),
            apps: client.map(|client| (id, client)).into_iter().collect::<BTreeMap<_, _>>(),
            return_to: self.return_to.clone(),
            callbacks: self.callbacks.clone(),
            routes: app.routes()?,
            links: app.options.links.clone(),
            private_webhooks: self.private_webhooks,
            poll_every: self.poll_every,
            calls: self.calls,
            rate: self.rate,
        })
    }
}

/// The account of the emulator as a connection, with the token that it has this time.
fn connect_emulator(app: &App, server: &Server) -> Result<(), Error> {
    let Some(emulated) = &app.emulated else { return Ok(()) };
    let environment = app.environment(None);
    let spec = ConnectionSpec {
        name: "emulator".into(),
        binding: app.connector.binding().clone(),
        environment: environment.clone(),
        settings: app.settings(None)?,
        client: None,
        scopes: None,
    };
    let mut tokens = Tokens::pasted(emulated.token(&environment));
    tokens.scopes = Some(emulated.scopes());
    server.put(DEFAULT, &spec, CREDENTIAL, &tokens).map_err(wrong)
}

/// Each caller has a socket, each run files of its own: as many as the system lets this process have.
fn more_files() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, getrlimit, setrlimit};
        let mut limit = getrlimit(Resource::Nofile);
        limit.current = limit.maximum;
        if let Err(error) = setrlimit(Resource::Nofile, limit) {
            tracing::warn!(%error, "no more files than usual");
        }
    }
}

fn wrong(error: connector_server::Error) -> Error {
    Error::Usage(error.to_string())
}

fn right(word: &str) -> Result<Right, String> {
    let right = serde_json::from_value(word.into());
    right.map_err(|_| "one of read, write, destructive, connect, admin".into())
}

/// None of the server's own.
fn path(text: &str) -> Result<String, String> {
    let own = [
        "/v1",
        "/mcp",
        "/connect",
        "/callback",
        "/healthz",
        "/metrics",
        "/openapi.json",
        "/assets",
    ];
    let plain = |c: char| c.is_ascii_alphanumeric() || "/-_.~".contains(c);
    let fits = text.starts_with('/') && text.len() > 1 && text.chars().all(plain);
    match fits && !own.iter().any(|own| text.starts_with(own)) {
        true => Ok(text.to_owned()),
        false => Err("a path such as /auth/acme/callback, and none of the server's own".into()),
    }
}
