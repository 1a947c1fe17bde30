//! Serves a connection over the Model Context Protocol: actions are tools, triggers are resources.
//!
//! It knows no service by name: what it offers, and how, is what the connector says about itself.
//! [`Server::new`] takes a connection, [`Server::several`] several; [`stdio`] serves the client that started this process,
//! [`http()`] any number on a port.
//!
//! Read it in this order: `offer` says which actions are tools, `tool` and `schema` describe them,
//! `meta` are the tools that find and call those that are not listed, `find` and `finding` find them,
//! `calls` runs them, after a `preview` where `does` says that somebody has to `confirm`, and reads back
//! what costs money (`readback`) and says how a change is taken back (`undo`); `watch`, `address` and `follow` are the triggers; `session` is the
//! protocol's side of it all.

#![forbid(unsafe_code)]
#![deny(missing_docs, missing_debug_implementations)]

// Actions.
mod account;
mod answer;
mod arguments;
mod call;
mod caller;
mod calls;
mod closest;
mod collect;
mod compact;
mod confirm;
mod does;
mod find;
mod finding;
mod guides;
mod hit;
mod ids;
mod listing;
mod meta;
mod more;
mod names;
mod offer;
mod options;
mod outline;
mod patterns;
mod period;
mod pictures;
mod preview;
mod prompts;
mod readback;
mod resources;
mod schema;
#[cfg(test)]
mod testing;
mod tool;
mod undo;
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

pub use account::Account;
pub use http::{Http, http, router};
pub use more::{More, MoreTool};
pub use offer::{Error, Tools};
pub use options::Options;
pub use server::Server;
pub use stdio::stdio;

/// The snippet of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
