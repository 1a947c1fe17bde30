//! The wasmtime engine that all connectors share, and the limits on guest code.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;
use wasmtime::{
    Config, InstanceAllocationStrategy, PoolingAllocationConfig, ResourceLimiter, Store,
};

use crate::compiled::CompiledCode;
use crate::error::Error;
use crate::load_error::LoadError;

/// How often the clock that ends runaway guests ticks.
const TICK: Duration = Duration::from_millis(20);

/// Limits on guest code, and where compiled code is kept.
#[derive(Clone, Debug)]
pub struct EngineOptions {
    /// A folder for compiled code; created when it is missing, and refused when other users can
    /// change what is in it. Without one each load compiles again.
    pub cache: Option<PathBuf>,
    /// Bytes of memory that one instance may use. Default: 256 MiB, in which the largest answer that
    /// a [`Policy`](crate::Policy) allows by default can be mapped: that takes about five times its
    /// size. Address space is reserved for all instances, memory is taken as it is used.
    pub memory_bytes: usize,
    /// How long one guest call may run. Default: 2 s; real calls take microseconds.
    pub deadline: Duration,
    /// How many instances may exist at once; each running call holds one. Default: 1000.
    pub instances: u32,
    /// How long a call waits for an instance when all are in use. Default: 60 s.
    pub patience: Duration,
}

impl Default for EngineOptions {
    fn default() -> Self {
        EngineOptions {
            cache: None,
            memory_bytes: 256 << 20,
            deadline: Duration::from_secs(2),
            instances: 1000,
            patience: Duration::from_secs(60),
        }
    }
}

/// Compiles connectors and owns the memory that their instances live in. Cheap to clone; make one
/// for the whole process.
#[derive(Clone)]
pub struct Engine {
    pub(crate) wasm: wasmtime::Engine,
    pub(crate) options: EngineOptions,
    compiled: Option<CompiledCode>,
    places: Arc<Semaphore>,
}

/// The right to have one instance.
pub(crate) struct InstancePermit(
    #[allow(dead_code, reason = "it is given back when it goes")] OwnedSemaphorePermit,
);

/// Instances beyond those of the options, for looks into a connector that take microseconds.
const SPARE: u32 = 8;

impl Engine {
    /// Fails when the cache folder cannot be used or the address space is too small for the pool.
    pub fn new(options: EngineOptions) -> Result<Self, LoadError> {
        Self::start(options).map_err(|error| LoadError::Engine(format!("{error:#}")))
    }

    fn start(options: EngineOptions) -> wasmtime::Result<Self> {
        let mut pool = PoolingAllocationConfig::default();
        // One memory for each instance, so that the limit on a memory is the limit on an instance.
        // Linkers split some components into a few core modules.
        let instances = options.instances.saturating_add(SPARE);
        pool.total_component_instances(instances)
            .total_memories(instances)
            .max_memories_per_component(1)
            .max_memory_size(options.memory_bytes)
            .total_core_instances(instances.saturating_mul(4))
            .total_tables(instances.saturating_mul(4));
        let mut config = Config::new();
        config
            .allocation_strategy(InstanceAllocationStrategy::Pooling(pool))
            .epoch_interruption(true);
        let compiled = options.cache.as_deref().map(CompiledCode::open).transpose()?;
        let wasm = wasmtime::Engine::new(&config)?;
        start_clock(&wasm)?;
        let places = (options.instances as usize).min(Semaphore::MAX_PERMITS);
        Ok(Engine { wasm, options, compiled, places: Arc::new(Semaphore::new(places)) })
    }

    /// A place that is free now.
    pub(crate) fn permit(&self) -> Result<InstancePermit, Error> {
        let place = self.places.clone().try_acquire_owned();
        place.map(InstancePermit).map_err(|_| Error::Busy(self.options.instances))
    }

    /// The next place that is free; who asks first has it first.
    pub(crate) async fn next_permit(&self) -> Result<InstancePermit, Error> {
        let place = self.places.clone().acquire_owned();
        match timeout(self.options.patience, place).await {
            Ok(Ok(place)) => Ok(InstancePermit(place)),
            _ => Err(Error::Busy(self.options.instances)),
        }
    }

    /// Compiles a component, unless that was done before. `digest` is its SHA-256.
    pub(crate) fn component(
        &self,
        wasm: &[u8],
        digest: &[u8; 32],
    ) -> wasmtime::Result<wasmtime::component::Component> {
        match &self.compiled {
            Some(compiled) => compiled.component(&self.wasm, wasm, digest),
            None => wasmtime::component::Component::from_binary(&self.wasm, wasm),
        }
    }

    /// A store whose guest runs under the limits of this engine.
    pub(crate) fn store(&self) -> Store<Limits> {
        let limits = Limits { memory_bytes: self.options.memory_bytes };
        let mut store = Store::new(&self.wasm, limits);
        store.limiter(|limits| limits);
        store.set_epoch_deadline(self.deadline_ticks());
        store
    }

    /// The deadline of one guest call, counted in ticks from now.
    pub(crate) fn deadline_ticks(&self) -> u64 {
        // The current tick has already begun, so it does not count.
        self.options.deadline.as_millis().div_ceil(TICK.as_millis()) as u64 + 1
    }
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

/// What a guest may take. Going over it ends the guest instead of letting its allocator fail.
pub(crate) struct Limits {
    memory_bytes: usize,
}

/// Why a guest was ended when it went over its memory.
#[derive(Debug, thiserror::Error)]
#[error("more than {0} bytes of memory")]
pub(crate) struct MemoryExceeded(pub usize);

impl ResourceLimiter for Limits {
    fn memory_growing(
        &mut self,
        _current: usize,
        desired: usize,
        _maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        if desired > self.memory_bytes {
            return Err(wasmtime::Error::new(MemoryExceeded(self.memory_bytes)));
        }
        Ok(true)
    }

    fn table_growing(
        &mut self,
        _current: usize,
        _desired: usize,
        _maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        // The pool fixes the size of its tables.
        Ok(true)
    }
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine").field("options", &self.options).finish_non_exhaustive()
    }
}
