//! What sessions sort, group and join in.

use std::sync::Arc;

use datafusion::execution::memory_pool::FairSpillPool;
use datafusion::execution::runtime_env::{RuntimeEnv, RuntimeEnvBuilder};

use crate::Error;

/// What sorting, grouping and joining take in memory, at most, and then on disk.
const MEMORY: usize = 512 << 20;
const SPILL: u64 = 4 << 30;

/// Memory and disk for what sessions sort, group and join: 512 MiB and then 4 GiB for all that share it. Clones are
/// the same.
#[derive(Clone, Debug)]
pub struct Room(pub(crate) Arc<RuntimeEnv>);

impl Room {
    /// Takes none of it yet. Fails when there is no folder for temporary files.
    pub fn new() -> Result<Self, Error> {
        let runtime = RuntimeEnvBuilder::new()
            .with_memory_pool(Arc::new(FairSpillPool::new(MEMORY)))
            .with_max_temp_directory_size(SPILL)
            .build_arc()?;
        Ok(Room(runtime))
    }
}
