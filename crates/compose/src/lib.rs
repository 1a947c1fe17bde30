//! Puts a connector and an adapter together in one component, for hosts that know nothing of connectors.
//!
//! The adapters are components of `adapters/`, and a part of this crate when they have been built.

use rust_embed::RustEmbed;
use wac_graph::types::Package;
use wac_graph::{CompositionGraph, EncodeOptions, PackageId, PlugError, plug};

/// What adapters and connectors have between them.
const CONTRACT: &str = "automation:connector/";
/// What a connector may import.
const DIAGNOSTICS: &str = "automation:connector/diagnostics@";

/// `make adapters` makes these files.
#[derive(RustEmbed)]
#[folder = "dist"]
#[allow_missing = true]
struct Adapters;

/// Where the composed component has its key, its credentials and its settings from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Values {
    /// `wasi:config/store`, under names such as `connector-key`.
    Config,
    /// Environment variables such as `CONNECTOR_KEY`.
    Environment,
}

/// Why there is no composed component.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// This program was built without the adapters.
    #[error("this program was built without the adapter `{0}`: `make build` builds it with them")]
    NoAdapter(&'static str),
    /// The connector cannot be read as a component.
    #[error("the connector is no component that can be composed: {0}")]
    NoComponent(String),
    /// It speaks another version of the contract, or is none.
    #[error(
        "the component does not export `{0}`, which the adapter needs: it is no connector of this contract"
    )]
    Lacks(String),
    /// The parts do not fit together.
    #[error("the component and the adapter do not fit together: {0}")]
    Misfit(String),
}

/// A component of `wasi:http/proxy` that answers HTTP for the connector.
pub fn wasi_http(connector: &[u8], values: Values) -> Result<Vec<u8>, Error> {
    let values = match values {
        Values::Config => "values_config",
        Values::Environment => "values_environment",
    };
    let connector = with_last_words(connector)?;
    let socket = adapter("wasi_http")?;
    let mut graph = CompositionGraph::new();
    let values = register(&mut graph, "adapter:values", adapter(values)?)?;
    let plugged = register(&mut graph, "adapter:connector", connector)?;
    let socket = register(&mut graph, "adapter:wasi-http", socket)?;
    let names = |package: PackageId, imported: bool| {
        let world = &graph.types()[graph[package].ty()];
        let names = if imported { world.imports.keys() } else { world.exports.keys() };
        names.filter(|name| name.starts_with(CONTRACT)).cloned().collect::<Vec<_>>()
    };
    let given = names(plugged, false);
    if let Some(lacking) = names(socket, true).into_iter().find(|name| !given.contains(name)) {
        return Err(Error::Lacks(lacking));
    }
    plugged_into(graph, vec![plugged, values], socket)
}

/// The connector with somebody to hear its last words, if it has any.
fn with_last_words(connector: &[u8]) -> Result<Vec<u8>, Error> {
    let mut graph = CompositionGraph::new();
    let speaker = register(&mut graph, "adapter:speaker", connector.to_vec())?;
    let world = &graph.types()[graph[speaker].ty()];
    if !world.imports.keys().any(|name| name.starts_with(DIAGNOSTICS)) {
        return Ok(connector.to_vec());
    }
    let hearer = register(&mut graph, "adapter:hearer", adapter("last_words")?)?;
    plugged_into(graph, vec![hearer], speaker)
}

fn adapter(name: &'static str) -> Result<Vec<u8>, Error> {
    let file = Adapters::get(&format!("{name}.wasm")).ok_or(Error::NoAdapter(name))?;
    Ok(file.data.into_owned())
}

fn register(graph: &mut CompositionGraph, name: &str, bytes: Vec<u8>) -> Result<PackageId, Error> {
    let package = Package::from_bytes(name, None, bytes, graph.types_mut());
    let package = package.map_err(|error| Error::NoComponent(format!("{error:#}")))?;
    graph.register_package(package).map_err(|error| Error::Misfit(error.to_string()))
}

fn plugged_into(
    mut graph: CompositionGraph,
    plugs: Vec<PackageId>,
    socket: PackageId,
) -> Result<Vec<u8>, Error> {
    plug(&mut graph, plugs, socket).map_err(|error| match error {
        PlugError::GraphError { source } => Error::Misfit(format!("{source:#}")),
        other => Error::Misfit(other.to_string()),
    })?;
    let options = EncodeOptions::default();
    graph.encode(options).map_err(|error| Error::Misfit(error.to_string()))
}
