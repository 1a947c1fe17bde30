//! Tests of the host, played against the fixture connector in `tests/fixture`.

mod support;

mod authority;
mod blobs;
mod bodies;
mod bound;
mod driver;
#[cfg(unix)]
mod files;
mod guest;
mod http;
mod journal;
mod limits;
mod loopback;
mod manifest;
mod oauth;
mod redaction;
mod refresh;
mod retries;
mod rules;
mod scopes;
mod secrets;
mod sending;
mod turns;
mod vault;
