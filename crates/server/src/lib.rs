//! Connectors for many accounts: connections of tenants over the web, their actions as REST, their
//! triggers as events, and the same as tools for models. It knows no connector by name.
//!
//! `docs/server.md` lists the routes. Read it in this order: `server` is what all requests share, `tenant`
//! what belongs to one customer of the server, `authentication` who sends a request; `routes` are the answers,
//! `run` how calls are run, `connect` how an account is connected, `subscriptions` the triggers.

#![forbid(unsafe_code)]
#![deny(missing_docs, missing_debug_implementations)]

// What all requests share.
mod catalog;
mod database;
mod extract;
mod metrics;
mod options;
mod problem;
mod quota;
mod random;
mod server;
mod sql;

// Whose it is.
mod audit;
mod authentication;
mod caller;
mod grants;
mod keys;
mod links;
mod live;
mod quotas;
mod rate;
mod rights;
mod tenant;
mod uploads;
mod watching;
mod way;

// What is done.
mod connect;
mod connections;
mod hooks;
mod outbox;
mod run;
mod subscriptions;
mod tools;
mod upkeep;

// What is answered.
mod listen;
mod protect;
mod routes;
mod sockets;
mod studio;

pub use keys::Key;
pub use options::{Limits, Options, Tls};
pub use quota::Quota;
pub use rights::{Right, Rights};
pub use server::{DEFAULT, Error, Server};
pub use sql::{Pages, Rows, Sql, SqlError, Statement};
pub use studio::is_there as has_page;

/// The snippet of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
