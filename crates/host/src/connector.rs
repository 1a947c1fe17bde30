//! A compiled connector, ready to be instantiated any number of times.

use std::collections::HashMap;
use std::fmt;
use std::path::Path;
use std::sync::Arc;

use http::header::HeaderName;
use sha2::{Digest, Sha256};
use wasmtime::component::{self, Linker, WasmStr};
use wasmtime::{Store, StoreContextMut};

use crate::binding::Binding;
use crate::contract::connection::{BoundOrigin, CredentialHeader};
use crate::contract::{CredentialSource, Descriptor, Placement, actions, triggers};
use crate::engine::Engine;
use crate::error::Error;
use crate::extensions;
use crate::facts::Facts;
use crate::guest_state::{self, GuestState};
use crate::instance::{self, Instance, ListedOperations};
use crate::load_error::LoadError;
use crate::operations::Operations;
use crate::origin::Origin;
use crate::outline::{self, Outline};
use crate::places::Place;
use crate::plugin::PluginPre;
use crate::signing;
use crate::sources::Source;
use crate::template;
use crate::turns::Party;

/// A connector. Cheap to clone.
#[derive(Clone)]
pub struct Connector {
    code: Arc<Code>,
    declared: Arc<Declared>,
}

/// The same for all connections.
struct Code {
    engine: Engine,
    pre: PluginPre,
    digest: String,
    extended_constants: bool,
    /// What it declares, where its addresses hold settings.
    template: Option<(Descriptor, Option<ListedOperations>)>,
    facts: Facts,
}

/// What it declares, with the settings of a connection filled in.
struct Declared {
    descriptor: Descriptor,
    origins: Vec<Origin>,
    /// Those that credentials are bound to, by their texts.
    bound: HashMap<String, Origin>,
    binding: Binding,
    operations: Option<Operations>,
}

impl Declared {
    /// Fails saying what is wrong.
    fn new(descriptor: Descriptor, listed: Option<ListedOperations>) -> Result<Self, String> {
        let origins = check(&descriptor)?;
        let operations = listed.map(|(bases, all)| Operations::new(bases, all, &origins));
        let (operations, binding) = (operations.transpose()?, Binding::of(&descriptor));
        let bound = descriptor.credentials.iter().flat_map(|credential| &credential.origins);
        let parsed = |it: &BoundOrigin| Ok((it.origin.clone(), it.origin.parse::<Origin>()?));
        let bound = bound.map(parsed).collect::<Result<_, String>>()?;
        Ok(Declared { descriptor, origins, bound, binding, operations })
    }

    /// Of a connector whose addresses are not known before a connection is made: it reaches none.
    fn unfilled(descriptor: Descriptor) -> Self {
        let binding = Binding::of(&descriptor);
        let (origins, bound) = (Vec::new(), HashMap::new());
        Declared { descriptor, origins, bound, binding, operations: None }
    }
}

impl Connector {
    /// Reads and compiles a component file. With a cache the second load of the same file takes
    /// milliseconds.
    pub fn load(engine: &Engine, path: &Path) -> Result<Self, LoadError> {
        let bytes = std::fs::read(path)
            .map_err(|source| LoadError::Read { path: path.to_owned(), source })?;
        Self::from_bytes(engine, &bytes)
    }

    /// Compiles a component. Refuses one that imports anything but `diagnostics`, before it is
    /// compiled, and one that does not export the world.
    pub fn from_bytes(engine: &Engine, bytes: &[u8]) -> Result<Self, LoadError> {
        let digest: [u8; 32] = Sha256::digest(bytes).into();
        let outline = Outline::read(bytes)?;
        outline.check()?;
        let component = engine
            .component(bytes, &outline, &digest)
            .map_err(|error| LoadError::NotAComponent(format!("{error:#}")))?;
        let pre = linker(component.engine())
            .and_then(|linker| linker.instantiate_pre(&component))
            .and_then(PluginPre::new)
            .map_err(|error| LoadError::NotAConnector(format!("{error:#}")))?;
        let mut instance = Instance::new(engine, &pre, engine.places.look()?)?;
        let (descriptor, listed) = (instance.descriptor()?, instance.operations()?);
        let lacking = extensions::lacking(&descriptor.requires, &engine.options.extensions);
        if !lacking.is_empty() {
            return Err(LoadError::Lacking(lacking));
        }
        let bases = listed.as_ref().map_or(&[][..], |(bases, _)| bases);
        let (declared, template) = match template::has_any(&descriptor, bases) {
            true => (Declared::unfilled(descriptor.clone()), Some((descriptor, listed))),
            false => (Declared::new(descriptor, listed).map_err(LoadError::Descriptor)?, None),
        };
        let digest = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        let (engine, facts) = (engine.clone(), Facts::default());
        let extended_constants = outline.extended_constants;
        let code = Arc::new(Code { engine, pre, digest, extended_constants, template, facts });
        Ok(Connector { code, declared: Arc::new(declared) })
    }

    /// The same connector with the settings of a connection in its addresses; `settings` is the JSON text
    /// of an object. Where no address holds a setting it is just the same. Before that it reaches no
    /// address that holds one. Fails with [`Error::Settings`], naming the setting that is missing or does
    /// not fit.
    pub fn with_settings(&self, settings: &str) -> Result<Self, Error> {
        let Some((mut descriptor, mut listed)) = self.code.template.clone() else {
            return Ok(self.clone());
        };
        let bases = listed.as_mut().map_or(&mut [][..], |(bases, _)| bases);
        template::fill(&mut descriptor, bases, settings, false)
            .and_then(|()| Declared::new(descriptor, listed))
            .map(|declared| Connector { code: self.code.clone(), declared: Arc::new(declared) })
            .map_err(Error::Settings)
    }

    /// What the connector says about itself, with those settings in its addresses that there are: before a
    /// person has consented, those are missing that the token endpoint will give. Fails with
    /// [`Error::Settings`], naming a setting that does not fit.
    pub fn before_consent(&self, settings: &str) -> Result<Descriptor, Error> {
        let Some((mut descriptor, _)) = self.code.template.clone() else {
            return Ok(self.descriptor().clone());
        };
        template::fill(&mut descriptor, &mut [], settings, true).map_err(Error::Settings)?;
        Ok(descriptor)
    }

    /// What the connector says about itself. Constant, so it is asked once.
    pub fn descriptor(&self) -> &Descriptor {
        &self.declared.descriptor
    }

    /// The SHA-256 of the component, in hexadecimal digits.
    pub fn digest(&self) -> &str {
        &self.code.digest
    }

    /// Whether the component computes constants (extended constant expressions of WebAssembly), as those
    /// with an interpreter do. Wasmtime can, and Node from version 22 on.
    pub fn has_extended_constants(&self) -> bool {
        self.code.extended_constants
    }

    /// Whether the component exports what each operation of its service does.
    pub fn says_what_operations_do(&self) -> bool {
        let template = self.code.template.as_ref();
        self.declared.operations.is_some() || template.is_some_and(|(_, listed)| listed.is_some())
    }

    /// Who it is and what places it declares: what a store of credentials gives them out for.
    pub fn binding(&self) -> &Binding {
        &self.declared.binding
    }

    /// Makes an instance, in microseconds when the component is one of a compiled language. When all
    /// are in use it blocks the thread until one is free, as [`Connector::instance`] waits; only on the
    /// thread of a runtime that has no other one, where nothing could go on meanwhile, it fails with
    /// [`Error::Busy`] at once.
    pub fn instantiate(&self) -> Result<Instance, Error> {
        self.made(self.code.engine.places.next_now()?)
    }

    /// Makes an instance as soon as one is free: whoever has waited longest is the next. Fails with
    /// [`Error::Busy`] after [`EngineOptions::patience`](crate::EngineOptions::patience).
    pub async fn instance(&self) -> Result<Instance, Error> {
        self.instance_for(&Party::default()).await
    }

    /// The same for a call of a party, which waits until it is its turn.
    pub(crate) async fn instance_for(&self, party: &Party) -> Result<Instance, Error> {
        self.made(self.code.engine.places.next(party).await?)
    }

    /// Whether an instance takes long to make: its component needs more than the pool holds ready.
    pub(crate) fn starts_slowly(&self) -> bool {
        !self.code.engine.is_pooled(self.code.pre.engine())
    }

    /// A fresh instance in the place of another.
    pub(crate) fn replaced(&self, spent: Instance) -> Result<Instance, Error> {
        self.made(spent.into_place())
    }

    /// An instance beyond those of the options, for what the guest only computes. Who has one must not
    /// ask for another before it has gone.
    pub(crate) fn look(&self) -> Result<Instance, Error> {
        self.made(self.code.engine.places.look()?)
    }

    fn made(&self, place: Place) -> Result<Instance, Error> {
        Instance::new(&self.code.engine, &self.code.pre, place)
    }

    /// Everything about one action: its schemas, its scopes, what it does. The connector is asked for
    /// it once. Fails with what the connector says when there is no such action.
    pub fn action(&self, id: &str) -> Result<Arc<actions::Description>, Error> {
        self.code.facts.actions.get(id, || self.look()?.action(id))
    }

    /// Everything about one trigger, asked for once: see [`Connector::action`].
    pub fn trigger(&self, id: &str) -> Result<Arc<triggers::Description>, Error> {
        self.code.facts.triggers.get(id, || self.look()?.trigger(id))
    }

    /// Everything about one webhook, asked for once: see [`Connector::action`].
    pub fn webhook(&self, id: &str) -> Result<Arc<triggers::Description>, Error> {
        self.code.facts.webhooks.get(id, || self.look()?.webhook(id))
    }

    /// An instance without the typed functions, for reading values whose types are only known from the
    /// component.
    pub(crate) fn untyped(&self) -> Result<(Store<GuestState>, component::Instance, Place), Error> {
        let Code { engine, pre, .. } = &*self.code;
        let place = engine.places.look()?;
        let mut store = engine.store(pre.engine());
        let instance = pre.instance_pre().instantiate(&mut store);
        let instance = instance.map_err(|error| instance::failure(error, engine, &mut store))?;
        Ok((store, instance, place))
    }

    pub(crate) fn engine(&self) -> &Engine {
        &self.code.engine
    }

    /// What it says about the operations of its service, if it does.
    pub(crate) fn operations(&self) -> Option<&Operations> {
        self.declared.operations.as_ref()
    }

    /// The descriptor's origins, parsed.
    pub(crate) fn origins(&self) -> &[Origin] {
        &self.declared.origins
    }

    /// An origin that a credential is bound to, parsed.
    pub(crate) fn bound(&self, origin: &str) -> Option<&Origin> {
        self.declared.bound.get(origin)
    }
}

/// What a component may import.
fn linker(engine: &wasmtime::Engine) -> wasmtime::Result<Linker<GuestState>> {
    let mut linker = Linker::new(engine);
    linker.instance(&outline::diagnostics())?.func_wrap(
        "last-words",
        |mut store: StoreContextMut<'_, GuestState>, (text,): (WasmStr,)| {
            let text = guest_state::end_of(&text.to_str(&store)?).to_owned();
            store.data_mut().say(&text);
            Ok(())
        },
    )?;
    Ok(linker)
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
        let source = match &credential.source {
            CredentialSource::Other(extension) => Source::read(extension).map(drop),
            _ => Ok(()),
        };
        let placed = match &credential.placement {
            Placement::Other(extension) => signing::check(extension),
            _ => Ok(()),
        };
        source.and(placed).map_err(|why| format!("credential `{}`: {why}", credential.id))?;
        if let Placement::Header(CredentialHeader { name, .. }) = &credential.placement
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
            .field("id", &self.declared.descriptor.id)
            .field("version", &self.declared.descriptor.version)
            .field("digest", &self.code.digest)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::{Credential, CredentialSource};

    fn says(bound: &str, placement: Placement) -> String {
        let credential = Credential {
            id: "key".into(),
            title: String::new(),
            required: true,
            group: None,
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
            requires: Vec::new(),
            settings: "{}".into(),
            form: "{}".into(),
            setup: Vec::new(),
            quotas: Vec::new(),
            operations: Vec::new(),
            extensions: Vec::new(),
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
        let header = |name: &str| {
            Placement::Header(CredentialHeader { name: name.into(), prefix: String::new() })
        };
        let wide = "credential `key`: `https://*.b.com` stands for more than one origin";
        assert_eq!(bound("https://*.b.com"), wide);
        let placed = says("https://a.com", header("x key"));
        assert_eq!(placed, "credential `key`: `x key` is not a header name");
    }
}
