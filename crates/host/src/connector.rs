//! A compiled connector, ready to be instantiated any number of times.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use http::header::HeaderName;
use sha2::{Digest, Sha256};
use wasmtime::Store;
use wasmtime::component::Linker;

use crate::binding::Binding;
use crate::contract::{Descriptor, Placement, actions, triggers};
use crate::engine::{Engine, Limits};
use crate::error::Error;
use crate::facts::Facts;
use crate::instance::{self, Instance};
use crate::load_error::LoadError;
use crate::operations::Operations;
use crate::origin::Origin;
use crate::plugin::PluginPre;

/// A connector. Cheap to clone.
#[derive(Clone)]
pub struct Connector(Arc<Inner>);

struct Inner {
    engine: Engine,
    pre: PluginPre,
    digest: String,
    descriptor: Descriptor,
    origins: Vec<Origin>,
    binding: Binding,
    operations: Option<Operations>,
    facts: Facts,
}

impl Connector {
    /// Reads and compiles a component file. With a cache the second load of the same file takes
    /// milliseconds.
    pub fn load(engine: &Engine, path: &Path) -> Result<Self, LoadError> {
        let bytes = std::fs::read(path)
            .map_err(|source| LoadError::Read { path: path.to_owned(), source })?;
        Self::from_bytes(engine, &bytes)
    }

    /// Compiles a component, and refuses one that imports anything or does not export the world.
    pub fn from_bytes(engine: &Engine, bytes: &[u8]) -> Result<Self, LoadError> {
        let digest: [u8; 32] = Sha256::digest(bytes).into();
        let component = engine
            .component(bytes, &digest)
            .map_err(|error| LoadError::NotAComponent(format!("{error:#}")))?;
        let imports: Vec<String> = component
            .component_type()
            .imports(&engine.wasm)
            .map(|(name, _)| format!("`{name}`"))
            .collect();
        if !imports.is_empty() {
            return Err(LoadError::Imports(imports));
        }
        let pre = Linker::new(&engine.wasm)
            .instantiate_pre(&component)
            .and_then(PluginPre::new)
            .map_err(|error| LoadError::NotAConnector(format!("{error:#}")))?;
        let mut instance = Instance::new(engine, &pre, None)?;
        let descriptor = instance.descriptor()?;
        let origins = check(&descriptor).map_err(LoadError::Descriptor)?;
        let operations = instance.operations()?;
        let operations = operations.map(|(bases, all)| Operations::new(bases, all, &origins));
        let operations = operations.transpose().map_err(LoadError::Descriptor)?;
        let binding = Binding::of(&descriptor);
        let digest = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        let engine = engine.clone();
        let facts = Facts::default();
        let inner = Inner { engine, pre, digest, descriptor, origins, binding, operations, facts };
        Ok(Connector(Arc::new(inner)))
    }

    /// What the connector says about itself. Constant, so it is asked once.
    pub fn descriptor(&self) -> &Descriptor {
        &self.0.descriptor
    }

    /// The SHA-256 of the component, in hexadecimal digits.
    pub fn digest(&self) -> &str {
        &self.0.digest
    }

    /// Who it is and what places it declares: what a store of credentials gives them out for.
    pub fn binding(&self) -> &Binding {
        &self.0.binding
    }

    /// Makes an instance, in microseconds. Fails with [`Error::Busy`] when all are in use.
    pub fn instantiate(&self) -> Result<Instance, Error> {
        let place = self.0.engine.permit()?;
        Instance::new(&self.0.engine, &self.0.pre, Some(place))
    }

    /// Makes an instance as soon as one is free: whoever has waited longest is the next. Fails with
    /// [`Error::Busy`] after [`EngineOptions::patience`](crate::EngineOptions::patience).
    pub async fn instance(&self) -> Result<Instance, Error> {
        let place = self.0.engine.next_permit().await?;
        Instance::new(&self.0.engine, &self.0.pre, Some(place))
    }

    /// Everything about one action: its schemas, its scopes, what it does. The connector is asked for
    /// it once. Fails with what the connector says when there is no such action.
    pub fn action(&self, id: &str) -> Result<Arc<actions::Description>, Error> {
        self.0.facts.actions.get(id, || self.spare()?.action(id))
    }

    /// Everything about one trigger, asked for once: see [`Connector::action`].
    pub fn trigger(&self, id: &str) -> Result<Arc<triggers::Description>, Error> {
        self.0.facts.triggers.get(id, || self.spare()?.trigger(id))
    }

    /// Everything about one webhook, asked for once: see [`Connector::action`].
    pub fn webhook(&self, id: &str) -> Result<Arc<triggers::Description>, Error> {
        self.0.facts.webhooks.get(id, || self.spare()?.webhook(id))
    }

    /// An instance beyond those of the options, for a look that takes microseconds.
    fn spare(&self) -> Result<Instance, Error> {
        Instance::new(&self.0.engine, &self.0.pre, None)
    }

    /// The same instance without the typed functions, for reading values whose types are only
    /// known from the component.
    pub(crate) fn untyped(&self) -> Result<(Store<Limits>, wasmtime::component::Instance), Error> {
        let mut store = self.0.engine.store();
        let instance = self.0.pre.instance_pre().instantiate(&mut store);
        let instance = instance.map_err(|error| instance::failure(error, &self.0.engine))?;
        Ok((store, instance))
    }

    pub(crate) fn engine(&self) -> &Engine {
        &self.0.engine
    }

    /// What it says about the operations of its service, if it does.
    pub(crate) fn operations(&self) -> Option<&Operations> {
        self.0.operations.as_ref()
    }

    /// The descriptor's origins, parsed.
    pub(crate) fn origins(&self) -> &[Origin] {
        &self.0.origins
    }
}

/// The parsed origins. A credential goes to exact origins that requests may go to as well, in a
/// header that exists.
fn check(descriptor: &Descriptor) -> Result<Vec<Origin>, String> {
    let parse = |text: &String| text.parse::<Origin>();
    let origins: Vec<Origin> = descriptor.origins.iter().map(parse).collect::<Result<_, _>>()?;
    for credential in &descriptor.credentials {
        let wrong =
            |what: &str, why| Err(format!("credential `{}`: `{what}` {why}", credential.id));
        for text in credential.origins.iter().map(|bound| &bound.origin) {
            let origin = parse(text)?;
            let Some(place) = origin.exact() else {
                return wrong(text, "stands for more than one origin");
            };
            if !origins.iter().any(|declared| declared.holds(place)) {
                return wrong(text, "is not among the origins");
            }
        }
        if let Placement::Header(name) = &credential.placement
            && HeaderName::from_bytes(name.as_bytes()).is_err()
        {
            return wrong(name, "is not a header name");
        }
    }
    Ok(origins)
}

impl fmt::Debug for Connector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connector")
            .field("id", &self.0.descriptor.id)
            .field("version", &self.0.descriptor.version)
            .field("digest", &self.0.digest)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::connection::BoundOrigin;
    use crate::contract::{Credential, CredentialSource};

    fn says(bound: &str, placement: Placement) -> String {
        let credential = Credential {
            id: "key".into(),
            title: String::new(),
            required: true,
            source: CredentialSource::Secret(String::new()),
            placement,
            origins: vec![BoundOrigin { origin: bound.into(), environment: None }],
        };
        let descriptor = Descriptor {
            id: String::new(),
            title: String::new(),
            summary: String::new(),
            version: String::new(),
            api_version: String::new(),
            environments: Vec::new(),
            origins: vec!["https://a.com".into(), "https://*.b.com".into()],
            credentials: vec![credential],
            settings: "{}".into(),
            form: "{}".into(),
            setup: Vec::new(),
            quotas: Vec::new(),
            operations: Vec::new(),
        };
        check(&descriptor).err().unwrap_or_default()
    }

    #[test]
    fn credentials_are_bound_to_exact_declared_origins() {
        let bound = |origin| says(origin, Placement::Bearer);
        assert_eq!(bound("https://a.com"), "");
        assert_eq!(bound("https://x.b.com"), "");
        assert_eq!(
            bound("https://c.com"),
            "credential `key`: `https://c.com` is not among the origins"
        );
        let wide = "credential `key`: `https://*.b.com` stands for more than one origin";
        assert_eq!(bound("https://*.b.com"), wide);
        let placed = says("https://a.com", Placement::Header("x key".into()));
        assert_eq!(placed, "credential `key`: `x key` is not a header name");
    }
}
