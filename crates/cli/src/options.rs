//! What can be said for every command.

use std::path::PathBuf;

use clap::{ArgAction, Args};
use connector_host::Links;
use serde_json::{Map, Value};

use crate::error::Error;

/// Options of every command. There is none for a token: what is typed stays in the shell's
/// history and is seen by every process of the machine.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Options of every command")]
pub struct Options {
    /// The component to load [default: the one beside this program]; `serve` takes several
    #[arg(long = "component", global = true, env = "CONNECTOR_COMPONENT", value_name = "PATH")]
    pub components: Vec<PathBuf>,

    /// Use an emulator with a ready account instead of the service. What is done to it is kept in
    /// the state folder until `emulator reset`
    #[arg(long, global = true)]
    pub emulator: bool,

    /// Whether the emulator begins anew and keeps nothing. Nobody can type it.
    #[arg(skip)]
    pub fresh: bool,

    /// Whether people look at what the emulator does: it then asks them for consent, and shows pictures.
    /// Nobody can type it.
    #[arg(skip)]
    pub watched: bool,

    /// The connection to use [default: the only one]; `mcp` serves several (may be repeated). Instead of
    /// one, the variable CONNECTOR_TOKEN may hold an access token
    #[arg(
        long = "connection",
        global = true,
        env = "CONNECTOR_CONNECTION",
        value_name = "NAME",
        action = ArgAction::Append
    )]
    pub connections: Vec<String>,

    /// Settings of the connection, as a JSON object; they replace those stored with it
    #[arg(long, global = true, value_name = "JSON", value_parser = object)]
    pub settings: Option<Map<String, Value>>,

    /// Lead an origin of the service to an address on this machine (may be repeated)
    #[arg(
        long = "route",
        global = true,
        env = "CONNECTOR_ROUTES",
        value_name = "ORIGIN=URL",
        value_delimiter = ',',
        value_parser = route
    )]
    pub routes: Vec<(String, String)>,

    /// A folder whose files may be uploaded, if the input names them (may be repeated) [default:
    /// for `run` the current one, for all else none]. Files may also be https URLs and data URIs
    #[arg(long = "files", global = true, value_name = "FOLDER")]
    pub files: Vec<PathBuf>,

    /// Send the credential also to paths of the service that the connector lists no operation for:
    /// for what is newer than the connector
    #[arg(long, global = true)]
    pub allow_unlisted: bool,

    /// Hosts that links in what is written may lead to, with commas between them: example.com, or *.example.com for
    /// all below it [default: any]
    #[arg(long, global = true, env = "CONNECTOR_LINKS", value_name = "HOSTS", value_parser = links)]
    pub links: Option<Links>,

    /// Where compiled code, connections and cursors are kept [default: $XDG_STATE_HOME/connector,
    /// or ~/.local/state/connector]
    #[arg(long, global = true, env = "CONNECTOR_STATE", value_name = "FOLDER")]
    pub state: Option<PathBuf>,

    /// Print for programs: JSON, also for errors
    #[arg(long, global = true)]
    pub json: bool,

    /// Say what happens, on stderr; -vv says more, -vvv everything
    #[arg(short, long, global = true, action = ArgAction::Count)]
    pub verbose: u8,
}

impl Options {
    /// The one connection that is named, if one is.
    pub fn connection(&self) -> Result<Option<&str>, Error> {
        match self.connections.as_slice() {
            [] => Ok(None),
            [one] => Ok(Some(one)),
            _ => Err(Error::Usage("only `mcp` takes several connections; name one".into())),
        }
    }

    /// The environment that the settings name.
    pub fn environment(&self) -> Option<&str> {
        self.settings.as_ref()?.get("environment")?.as_str()
    }
}

/// Reads a JSON object.
pub fn object(text: &str) -> Result<Map<String, Value>, String> {
    serde_json::from_str(text).map_err(|error| format!("not a JSON object: {error}"))
}

/// Hosts with commas between them.
fn links(text: &str) -> Result<Links, String> {
    Links::to(text.split(',').filter(|host| !host.trim().is_empty()))
}

/// A credential travels along a route, so it ends on this machine.
fn route(text: &str) -> Result<(String, String), String> {
    let (origin, place) = text.split_once('=').ok_or("an origin, `=` and a URL")?;
    let url: url::Url = place.parse().map_err(|error| format!("`{place}`: {error}"))?;
    let loopback = match url.host() {
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        Some(url::Host::Domain(name)) => name == "localhost",
        None => false,
    };
    match loopback {
        true => Ok((origin.to_owned(), place.to_owned())),
        false => Err(format!("`{place}` is not on this machine")),
    }
}
