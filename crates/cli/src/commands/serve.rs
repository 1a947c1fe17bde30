//! `serve`: many accounts over HTTP, and a page.

#[cfg(feature = "sql")]
mod statements;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::str::FromStr;

use clap::Args;
use connector_auth::{Client, ConnectionSpec, Tokens};
use connector_host::Connector;
use connector_server::{DEFAULT, Limits, Quota, Right, Rights, Server, Tls};
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
  connector serve --make-key reporting --right read
  connector serve --quota 100000/day --app-limit 1000/day
  connector serve --tenant acme --set-quota 5000/day --set-quota 100000/week"#;

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
    /// Calls of one tenant in a window, such as 1000/day, where no others were set for it; a window is minute,
    /// hour, day, week, or seconds such as 7200s (may be repeated)
    #[arg(long = "quota", value_name = "CALLS/WINDOW")]
    quotas: Vec<Quota>,
    /// Requests to the service that go out over one app, of all tenants, such as 1000/day: more wait for their
    /// turn, by tenant. 10,000 in a window at most
    #[arg(long, value_name = "REQUESTS/WINDOW", value_parser = app_limit)]
    app_limit: Option<Quota>,
    /// Sockets that callers may have open at the same time
    #[arg(long, default_value_t = 4096, value_parser = clap::value_parser!(u32).range(1..))]
    sockets: u32,
    /// Set the quotas of the tenant of --tenant and end: CALLS/WINDOW (may be repeated), `none`, or `default` for
    /// those that the server has for all
    #[arg(
        long = "set-quota",
        value_name = "QUOTA",
        requires = "tenant",
        conflicts_with = "make_key"
    )]
    set_quotas: Vec<SetQuota>,
    /// Make a key of this name, print it and end
    #[arg(long, value_name = "NAME")]
    make_key: Option<String>,
    /// The tenant of that key, or of those quotas; a new one is made
    #[arg(long, default_value = DEFAULT, value_name = "NAME")]
    tenant: String,
    /// What that key allows (may be repeated): read, write, destructive, connect, admin [default: all]
    #[arg(long = "right", requires = "make_key", value_parser = right)]
    rights: Vec<Right>,
}

impl Serve {
    pub async fn run(self, options: Options) -> Result<(), Error> {
        let reached = !self.listen.ip().is_loopback();
        let only_sets = self.make_key.is_some() || !self.set_quotas.is_empty();
        if reached && self.tls_cert.is_none() && !self.behind_proxy && !only_sets {
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
        if !self.set_quotas.is_empty() {
            return self.set(&server);
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

    /// Sets the quotas of a tenant, and says them.
    fn set(&self, server: &Server) -> Result<(), Error> {
        let quotas: Vec<Quota> = self.set_quotas.iter().filter_map(|set| set.0.ok()).collect();
        let words = self.set_quotas.iter().filter_map(|set| set.0.err());
        let said = match *words.collect::<Vec<_>>() {
            [] => Some(&*quotas),
            [Word::None] if quotas.is_empty() => Some(&[][..]),
            [Word::Default] if quotas.is_empty() => None,
            _ => return Err(Error::Usage("`none` and `default` stand alone".into())),
        };
        server.set_quotas(&self.tenant, said).map_err(wrong)?;
        let told = match said {
            None => "those of the server".to_owned(),
            Some([]) => "none".to_owned(),
            Some(quotas) => quotas.iter().map(Quota::to_string).collect::<Vec<_>>().join(", "),
        };
        output::line(format!("{}: {told}", self.tenant))
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
            #[cfg(feature = "sql")]
            sql: Some(statements::Statements::shared()?),
            #[cfg(not(feature = "sql"))]
            sql: None,
            private_webhooks: self.private_webhooks,
            poll_every: self.poll_every,
            limits: Limits {
                calls: self.calls,
                rate: self.rate,
                quotas: self.quotas.clone(),
                app: self.app_limit,
                sockets: self.sockets as usize,
            },
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

/// A quota that is set, or a word that stands for others.
#[derive(Clone, Copy)]
struct SetQuota(Result<Quota, Word>);

#[derive(Clone, Copy)]
enum Word {
    /// There is no quota.
    None,
    /// Those that the server has for all.
    Default,
}

impl FromStr for SetQuota {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "none" => Ok(SetQuota(Err(Word::None))),
            "default" => Ok(SetQuota(Err(Word::Default))),
            quota => quota.parse().map(|quota| SetQuota(Ok(quota))),
        }
    }
}

/// What is counted one by one.
fn app_limit(text: &str) -> Result<Quota, String> {
    let quota: Quota = text.parse()?;
    match (1..=10_000).contains(&quota.calls) {
        true => Ok(quota),
        false => Err("1 to 10,000 requests in a window".into()),
    }
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
        "/oauth",
        "/.well-known",
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
