//! Serves a connection over the Model Context Protocol: actions are tools, triggers are resources.
//!
//! It knows no service by name: what it offers, and how, is what the connector says about itself.
//! [`Server::new`] takes a connection; [`stdio`] serves the client that started this process,
//! [`http()`] any number on a port.
//!
//! Read it in this order: `offer` says which actions are tools, `tool` and `schema` describe them,
//! `meta` are the tools that find and call those that are not listed, `find` and `finding` find them,
//! `calls` runs them, after a `preview` where `does` says that somebody has to `confirm`; `watch`,
//! `address` and `follow` are the triggers; `session` is the protocol's side of it all.

#![forbid(unsafe_code)]
#![deny(missing_docs, missing_debug_implementations)]

// Actions.
mod answer;
mod arguments;
mod call;
mod caller;
mod calls;
mod collect;
mod compact;
mod confirm;
mod does;
mod find;
mod finding;
mod guides;
mod hit;
mod ids;
mod meta;
mod names;
mod offer;
mod outline;
mod preview;
mod prompts;
mod schema;
#[cfg(test)]
mod testing;
mod tool;
mod vocabulary;

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

pub use http::{Http, http, router};
pub use offer::{Error, Tools};
pub use server::{Options, Server};
pub use stdio::stdio;

/// The snippet of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
