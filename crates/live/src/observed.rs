//! Requests are counted.

use connector_host::Observer;
use connector_host::contract::Request;

/// Counts what is sent.
#[derive(Debug, Default)]
pub(crate) struct Count(pub u32);

impl Observer for Count {
    fn sending(&mut self, _request: &Request) {
        self.0 += 1;
    }
}
