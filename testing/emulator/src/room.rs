//! How much is kept. Whoever sends requests without end is refused before the memory is full.

use crate::auth::Auth;
use crate::reply::Refusal;
use crate::world::World;

/// All that is kept together, in bytes as they are in memory, or about that.
pub const LIMIT: usize = 64 << 20;
/// What a request adds besides its body, at most.
const OVERHEAD: usize = 4 << 10;

/// What can be kept before somebody has to measure again.
pub struct Room {
    left: usize,
}

impl Default for Room {
    fn default() -> Room {
        Room { left: LIMIT }
    }
}

impl Room {
    /// Takes the room of a request with a body of so many bytes that is about to be carried out, or
    /// refuses it. Measuring goes over everything, so it is done only when there may be no room.
    pub fn take(&mut self, body: usize, world: &World, auth: &Auth) -> Result<(), Refusal> {
        let wanted = body.saturating_mul(4).saturating_add(OVERHEAD);
        if wanted > self.left {
            self.left = LIMIT.saturating_sub(world.weight() + auth.weight());
        }
        // What is thrown away, as the bytes of an image are, may be larger than what is left.
        if self.left < wanted.min(LIMIT / 16) {
            return Err(Refusal::full());
        }
        self.left = self.left.saturating_sub(wanted);
        Ok(())
    }
}
