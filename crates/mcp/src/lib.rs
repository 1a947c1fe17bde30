//! Serves a connection over the Model Context Protocol: actions are tools, triggers are resources.
//!
//! It knows no service by name: what it offers, and how, is what the connector says about itself.
//! [`Server::new`] takes a connection; [`stdio`] serves the client that started this process,
//! [`http()`] any number on a port.
//!
//! Read it in this order: `offer` says which actions are tools, `tool` and `schema` describe them,
//! `call` runs them, `meta` finds those that are not listed; `watch`, `address` and `follow` are
//! the triggers; `session` is the protocol's side of it all.

#![forbid(unsafe_code)]
#![deny(missing_docs, missing_debug_implementations)]

// Actions.
mod answer;
mod call;
mod collect;
mod meta;
mod offer;
mod schema;
mod tool;

// Triggers.
mod address;
mod follow;
mod watch;

// The protocol.
mod accept;
mod http;
mod server;
mod session;
mod sessions;
mod stdio;

pub use http::{Http, http};
pub use offer::{Error, Tools};
pub use server::{Options, Server};
pub use stdio::stdio;

/// The snippet of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
