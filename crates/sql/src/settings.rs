//! What `SET connector.…` sets.

use datafusion::common::config::ConfigExtension;
use datafusion::common::extensions_options;
use datafusion::execution::TaskContext;

extensions_options! {
    /// The settings of a session.
    pub(crate) struct Settings {
        /// How many requests the session may send in all; 0 is no limit. A statement that needs more is refused
        /// before it sends the first, where that is known, or else ends with an error.
        pub max_requests: u64, default = 0
        /// How many parents are read at once.
        pub at_once: usize, default = 10
        /// Whether writes are only checked: nothing is sent, and each row's outcome says so.
        pub dry_run: bool, default = false
    }
}

/// What the names of settings begin with.
pub(crate) const PREFIX: &str = "connector";

impl ConfigExtension for Settings {
    const PREFIX: &'static str = PREFIX;
}

impl Settings {
    /// Those of a statement under way.
    pub fn of_task(context: &TaskContext) -> Self {
        let options = context.session_config().options();
        options.extensions.get::<Settings>().cloned().unwrap_or_default()
    }
}
