//! Puts a connector and an adapter together in one component, for hosts that know nothing of connectors.
//!
//! The adapters are components of `adapters/`, and a part of this crate when they have been built.

use rust_embed::RustEmbed;
use wac_graph::types::Package;
use wac_graph::{CompositionGraph, EncodeOptions, NodeId, PackageId, PlugError, plug};

/// What adapters and connectors have between them.
const CONTRACT: &str = "automation:connector/";
/// What a connector may import.
const DIAGNOSTICS: &str = "automation:connector/diagnostics@";

/// What a connector may export, and the adapter needs.
const WEBHOOKS: &str = "automation:connector/webhooks@";

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
    let values = Part::new(&mut graph, "adapter:values", adapter(values)?)?;
    let plugged = Part::new(&mut graph, "adapter:connector", connector)?;
    let socket = Part::new(&mut graph, "adapter:wasi-http", socket)?;
    let mut plugs = vec![plugged, values];
    let given = plugged.names(&graph, false);
    let lacks = |name: &String| name.starts_with(CONTRACT) && !given.contains(name);
    for lacking in socket.names(&graph, true).into_iter().filter(lacks) {
        if !lacking.starts_with(WEBHOOKS) {
            return Err(Error::Lacks(lacking));
        }
        let none = Part::new(&mut graph, "adapter:no-webhooks", adapter("no_webhooks")?)?;
        none.take(&mut graph, plugged)?;
        plugs.push(none);
    }
    for plug in plugs {
        socket.take(&mut graph, plug)?;
    }
    for name in socket.names(&graph, false) {
        let export = graph.alias_instance_export(socket.instance, &name).map_err(misfit)?;
        graph.export(export, &name).map_err(misfit)?;
    }
    encoded(&graph)
}

/// One of the components, in its place.
#[derive(Clone, Copy)]
struct Part {
    package: PackageId,
    instance: NodeId,
}

impl Part {
    fn new(graph: &mut CompositionGraph, name: &str, bytes: Vec<u8>) -> Result<Self, Error> {
        let package = register(graph, name, bytes)?;
        Ok(Part { package, instance: graph.instantiate(package) })
    }

    /// The names of what it imports or exports.
    fn names(self, graph: &CompositionGraph, imported: bool) -> Vec<String> {
        let world = &graph.types()[graph[self.package].ty()];
        let names = if imported { world.imports.keys() } else { world.exports.keys() };
        names.cloned().collect()
    }

    /// Gives it all that it imports and another one exports.
    fn take(self, graph: &mut CompositionGraph, from: Part) -> Result<(), Error> {
        let given = from.names(graph, false);
        for name in self.names(graph, true).into_iter().filter(|name| given.contains(name)) {
            let export = graph.alias_instance_export(from.instance, &name).map_err(misfit)?;
            graph.set_instantiation_argument(self.instance, &name, export).map_err(misfit)?;
        }
        Ok(())
    }
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
    graph.register_package(package).map_err(misfit)
}

fn plugged_into(
    mut graph: CompositionGraph,
    plugs: Vec<PackageId>,
    socket: PackageId,
) -> Result<Vec<u8>, Error> {
    plug(&mut graph, plugs, socket).map_err(|error| match error {
        PlugError::GraphError { source } => misfit(source),
        other => misfit(other),
    })?;
    encoded(&graph)
}

fn encoded(graph: &CompositionGraph) -> Result<Vec<u8>, Error> {
    graph.encode(EncodeOptions::default()).map_err(misfit)
}

fn misfit(error: impl std::fmt::Display) -> Error {
    Error::Misfit(format!("{error:#}"))
}
