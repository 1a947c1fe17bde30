//! The wasmtime engine that all connectors share, the limits on guest code, and what all calls share
//! besides.

use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use std::thread;
use std::time::Duration;

use wasmtime::component::Component;
use wasmtime::{Config, Enabled, InstanceAllocationStrategy, PoolingAllocationConfig, Store};

use crate::body_budget::BodyBudget;
use crate::compiled::CompiledCode;
use crate::guest_state::GuestState;
use crate::load_error::LoadError;
use crate::outline::{Needs, Outline};
use crate::places::Places;
use crate::request_places::RequestPlaces;

/// How often the clock that ends runaway guests ticks.
const TICK: Duration = Duration::from_millis(20);

/// Limits on guest code and on what all calls together may take, and where compiled code is kept.
#[derive(Clone, Debug)]
pub struct EngineOptions {
    /// A folder for compiled code; created when it is missing, and refused when other users can
    /// change what is in it. Without one each load compiles again.
    pub cache: Option<PathBuf>,
    /// Bytes of linear memory that one instance may use, in all its memories together. Default:
    /// 256 MiB, in which the largest answer that a [`Policy`](crate::Policy) allows by default can be
    /// mapped: that takes about five times its size. Address space is reserved for instances, memory is
    /// taken as it is used.
    pub memory_bytes: usize,
    /// How long the guest may compute for one step. Default: 10 s, by the contract; those of a compiled
    /// language take microseconds.
    pub deadline: Duration,
    /// How long the first call of an instance may take, together with its instantiation. Default:
    /// 60 s, by the contract: guests that bring a language's whole runtime start it then.
    pub first_deadline: Duration,
    /// How many instances may exist at once. A call holds one while the guest computes; of a component
    /// that brings a language's runtime, to its end. Default: 1000.
    pub instances: u32,
    /// How long a step waits for an instance when all are in use. Default: 60 s.
    pub patience: Duration,
    /// Bytes of memory that the bodies of responses take together, from before each is read until the
    /// connector has mapped it and the page was passed on. Others are read when there is room again, which
    /// is no fault of their services'; one that is larger than all of it is read alone. Answers that are
    /// kept as blobs do not count. Default: 64 MiB, twice the largest answer that a
    /// [`Policy`](crate::Policy) allows by default.
    pub bodies_bytes: u64,
    /// Requests that are under way at once to one origin. Each has a socket and its buffers; those that
    /// wait have nothing, and their time has not begun. Default: 256.
    pub requests: u32,
    /// Counts the instructions of guests, see [`Instance::instructions`](crate::Instance::instructions); they
    /// are slower for it. Default: no.
    pub metered: bool,
    /// The names of extensions of the contract that the embedder brings, such as those of
    /// [`ConnectionBuilder::signer`](crate::ConnectionBuilder::signer), so that connectors may require
    /// them.
    pub extensions: Vec<String>,
}

impl Default for EngineOptions {
    fn default() -> Self {
        EngineOptions {
            cache: None,
            memory_bytes: 256 << 20,
            deadline: Duration::from_secs(10),
            first_deadline: Duration::from_secs(60),
            instances: 1000,
            patience: Duration::from_secs(60),
            bodies_bytes: 64 << 20,
            requests: 256,
            metered: false,
            extensions: Vec::new(),
        }
    }
}

/// Compiles connectors and owns the memory that their instances live in. Cheap to clone; make one
/// for the whole process.
#[derive(Clone)]
pub struct Engine {
    /// For components that need little, whose instances a pool holds ready.
    pooled: wasmtime::Engine,
    /// For all others: each instance is given what it needs when it is made. Started when the first of
    /// them is loaded.
    unpooled: Arc<OnceLock<wasmtime::Engine>>,
    pub(crate) options: Arc<EngineOptions>,
    pub(crate) places: Places,
    pub(crate) bodies: BodyBudget,
    pub(crate) requests: RequestPlaces,
    compiled: Option<Arc<CompiledCode>>,
}

/// What an instance in the pool may have: a component as linkers make it of a compiled language has one
/// memory and up to four core instances.
const POOLED: Needs =
    Needs { core_instances: 4, memories: 1, memory_bytes: 0, tables: 4, elements: 20_000 };

/// Bytes that a place in the pool keeps between two instances.
const RESIDENT: usize = 2 << 20;
/// So many places keep them; instances exist for a step only, so that few are in use at once.
const WARM: u32 = 16;

impl Engine {
    /// Fails when the cache folder cannot be used or the address space is too small for the pool.
    pub fn new(options: EngineOptions) -> Result<Self, LoadError> {
        Self::start(options).map_err(|error| LoadError::Engine(format!("{error:#}")))
    }

    fn start(options: EngineOptions) -> wasmtime::Result<Self> {
        let places = Places::new(options.instances, options.patience);
        let mut pool = PoolingAllocationConfig::default();
        let instances = places.total();
        pool.total_component_instances(instances)
            .total_memories(instances.saturating_mul(POOLED.memories))
            .max_memories_per_component(POOLED.memories)
            .max_memory_size(options.memory_bytes)
            .total_core_instances(instances.saturating_mul(POOLED.core_instances))
            .total_tables(instances.saturating_mul(POOLED.tables))
            .max_tables_per_module(POOLED.tables)
            .table_elements(POOLED.elements as usize)
            // What an instance has touched the next one finds zeroed and in place, instead of faulting
            // it in page by page; a page of a list takes less than this.
            .linear_memory_keep_resident(RESIDENT)
            .table_keep_resident(RESIDENT / 32)
            .pagemap_scan(Enabled::Auto)
            .max_unused_warm_slots(WARM);
        let compiled = options.cache.as_deref().map(CompiledCode::open).transpose()?.map(Arc::new);
        let pooled = start_engine(InstanceAllocationStrategy::Pooling(pool), options.metered)?;
        let bodies = BodyBudget::new(options.bodies_bytes);
        let requests = RequestPlaces::new(options.requests);
        let (unpooled, options) = (Arc::default(), Arc::new(options));
        Ok(Engine { pooled, unpooled, options, places, bodies, requests, compiled })
    }

    /// Whether it is the engine whose instances a pool holds ready.
    pub(crate) fn is_pooled(&self, engine: &wasmtime::Engine) -> bool {
        wasmtime::Engine::same(&self.pooled, engine)
    }

    /// The engine for a component with this outline.
    fn engine_for(&self, outline: &Outline) -> wasmtime::Result<&wasmtime::Engine> {
        let pooled = Needs { memory_bytes: self.options.memory_bytes as u64, ..POOLED };
        if outline.needs.is_some_and(|needs| needs.fit(&pooled)) {
            return Ok(&self.pooled);
        }
        if let Some(started) = self.unpooled.get() {
            return Ok(started);
        }
        let started = start_engine(InstanceAllocationStrategy::OnDemand, self.options.metered)?;
        // Another thread may have been first.
        Ok(self.unpooled.get_or_init(|| started))
    }

    /// Compiles a component, unless that was done before. `digest` is its SHA-256.
    pub(crate) fn component(
        &self,
        wasm: &[u8],
        outline: &Outline,
        digest: &[u8; 32],
    ) -> wasmtime::Result<Component> {
        let engine = self.engine_for(outline)?;
        match &self.compiled {
            Some(compiled) => compiled.component(engine, wasm, digest),
            None => Component::from_binary(engine, wasm),
        }
    }

    /// A store on one of this engine's, whose guest runs under the limits.
    pub(crate) fn store(&self, engine: &wasmtime::Engine) -> Store<GuestState> {
        let mut store = Store::new(engine, GuestState::new(self.options.memory_bytes));
        store.limiter(|state| state);
        store.set_epoch_deadline(ticks(self.options.first_deadline));
        if self.options.metered {
            store.set_fuel(u64::MAX).expect("its engine counts");
        }
        store
    }
}

/// A deadline in ticks from now.
pub(crate) fn ticks(deadline: Duration) -> u64 {
    // The current tick has already begun, so it does not count.
    deadline.as_millis().div_ceil(TICK.as_millis()) as u64 + 1
}

/// An engine with its clock.
fn start_engine(
    strategy: InstanceAllocationStrategy,
    metered: bool,
) -> wasmtime::Result<wasmtime::Engine> {
    let mut config = Config::new();
    config.allocation_strategy(strategy).epoch_interruption(true).consume_fuel(metered);
    let engine = wasmtime::Engine::new(&config)?;
    start_clock(&engine)?;
    Ok(engine)
}

/// The clock stops by itself when the last clone of the engine is gone.
fn start_clock(wasm: &wasmtime::Engine) -> std::io::Result<()> {
    let engine = wasm.weak();
    thread::Builder::new().name("connector-clock".into()).spawn(move || {
        while let Some(engine) = engine.upgrade() {
            engine.increment_epoch();
            drop(engine);
            thread::sleep(TICK);
        }
    })?;
    Ok(())
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine").field("options", &self.options).finish_non_exhaustive()
    }
}
