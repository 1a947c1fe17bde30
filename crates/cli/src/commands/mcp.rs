//! `mcp`: the connection's actions as tools for language models.

#[cfg(feature = "sql")]
mod tables;

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use clap::Args;
use connector_host::{Fetch, Permission, Secret};
use connector_mcp::{Account, Http, Server, Tools};

use crate::app::App;
use crate::error::Error;
use crate::options::Options;
use crate::variables::MCP_TOKEN;
use crate::{output, random, variables};

/// Characters of that token, at least.
const SHORTEST: usize = 16;

const EXAMPLES: &str = r#"Examples:
  connector mcp --scope boards:read --scope pins:read
  connector mcp --connection studio --connection shop
  connector mcp --http 8931"#;

/// Serve the actions as tools over the Model Context Protocol
///
/// Serves the client that started this program, on stdin and stdout; or others, with --http. Files
/// can be uploaded from the folders of --files, and from none without it.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Mcp {
    /// What is listed as tools: `daily`, `all`, or groups and actions with commas between them; the
    /// rest can be found and called all the same
    #[arg(long, default_value = "daily", value_name = "WORDS")]
    tools: Tools,
    /// Do no more than this scope allows (may be repeated) [default: what was granted]
    #[arg(long = "scope", value_name = "SCOPE")]
    scopes: Vec<String>,
    /// Do nothing that changes something at the service
    #[arg(long)]
    read_only: bool,
    /// Do nothing that takes something away or ends it
    #[arg(long)]
    no_destructive: bool,
    /// Do nothing that costs money
    #[arg(long)]
    no_spend: bool,
    /// Let requests be sent that are none of the actions, as far as scopes allow it
    #[arg(long)]
    raw: bool,
    /// Let files be https URLs, too, which this program then fetches: a model that is misled could
    /// write what it knows into such a URL
    #[arg(long)]
    fetch_urls: bool,
    /// Fetch no pictures, which tools otherwise show from where the service keeps them
    #[arg(long)]
    no_pictures: bool,
    /// Show what tells of persons, such as the e-mail addresses of members. Secrets are never shown
    #[arg(long)]
    show_personal: bool,
    /// Add tools that query the records with SQL: get_tables, get_columns, query
    #[cfg(feature = "sql")]
    #[arg(long)]
    sql: bool,
    /// Seconds between two polls of a trigger that a client subscribed to
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..))]
    poll_every: u64,
    /// Serve streamable HTTP at /mcp on this port; 0 takes a free one. The token that clients need
    /// is in the variable CONNECTOR_MCP_TOKEN, or made and printed once
    #[arg(long, value_name = "PORT")]
    http: Option<u16>,
    /// The address to listen at, instead of this machine's own
    #[arg(long, requires = "http", default_value_t = Ipv4Addr::LOCALHOST.into())]
    bind: IpAddr,
    /// A host name by which clients call this machine (may be repeated)
    #[arg(long = "host", requires = "http", value_name = "NAME")]
    hosts: Vec<String>,
}

impl Mcp {
    pub async fn run(self, options: Options) -> Result<(), Error> {
        let app = App::open(options).await?;
        let permission = Permission {
            scopes: (!self.scopes.is_empty()).then_some(self.scopes),
            read_only: self.read_only,
            no_destructive: self.no_destructive,
            ..app.permission()
        };
        let accounts = accounts(&app, &permission, self.fetch_urls)?;
        let defaults = connector_mcp::Options::default();
        let pictures = defaults.pictures.filter(|_| !self.no_pictures);
        let routes = app.routes()?;
        #[cfg(feature = "sql")]
        let more = match self.sql {
            true => Some(tables::Tables::shared(&accounts, self.show_personal)?),
            false => None,
        };
        #[cfg(not(feature = "sql"))]
        let more = None;
        let options = connector_mcp::Options {
            tools: self.tools,
            interval: Duration::from_secs(self.poll_every),
            personal: self.show_personal,
            raw: self.raw,
            no_spend: self.no_spend,
            pictures: pictures.map(|pictures| Fetch { routes, ..pictures }),
            more,
        };
        let server = Server::several(accounts, options)?;
        let Some(port) = self.http else {
            return connector_mcp::stdio(server).await.map_err(Error::io("stdin and stdout"));
        };
        let (token, made) = match token()? {
            Some(token) => (token, false),
            None => (Secret::new(random::text()?), true),
        };
        let shown = made.then(|| token.expose().to_owned());
        let address = SocketAddr::new(self.bind, port);
        let http = Http { address, token, hosts: self.hosts };
        let serving = connector_mcp::http(server, http, |address| {
            output::note(format_args!("Serving at http://{address}/mcp; stop it with Ctrl-C"));
            if let Some(token) = &shown {
                output::note(format_args!("Its token, which is not shown again: {token}"));
            }
        });
        tokio::select! {
            ended = serving => ended.map_err(Error::io(address)),
            stopped = tokio::signal::ctrl_c() => stopped.map_err(Error::io("Ctrl-C")),
        }
    }
}

/// The connections that are named, or the usual one.
fn accounts(app: &App, permission: &Permission, fetch: bool) -> Result<Vec<Account>, Error> {
    let named = app.options.connections.iter().map(|name| Some(name.as_str()));
    let named = if named.len() == 0 { vec![None] } else { named.collect() };
    let account = |name: Option<&str>| {
        let entry = app.entry_named(name)?;
        let connection = app.restricted_connection(entry.as_ref(), permission.clone(), fetch)?;
        let name = name.or(entry.as_ref().map(|entry| entry.name.as_str())).unwrap_or_default();
        let name = name.to_owned();
        let owner = entry.and_then(|entry| entry.account).map(|account| account.name);
        Ok(Account { name, owner, connection })
    };
    named.into_iter().map(account).collect()
}

fn token() -> Result<Option<Secret>, Error> {
    match variables::mcp_token() {
        Some(token) if token.expose().len() < SHORTEST => {
            Err(Error::Usage(format!("{MCP_TOKEN} has less than {SHORTEST} characters")))
        }
        token => Ok(token),
    }
}
