//! Connector calls on a Restate cluster. One program, [`serve`], joins as a worker; what the cluster offers are
//! services of Restate:
//!
//! - `Action/run` runs an action durably: what a request came to is journalled before anything follows from it.
//! - `Connection/{name}` keeps a connection, with its secrets sealed, and renews its tokens, one at a time.
//! - `Approval/{connection}` has the calls that wait for a person.
//! - `Quota/{name}` counts what the service lets through, for all workers together.
//! - `Trigger/{name}` polls a trigger on and on, or takes the deliveries of a webhook, and records each event once.
//!
//! [`Ingress`] submits to them from outside. The journal is in clear in Restate: nothing secret gets into it but
//! under the [`SharedKey`](connector_auth::SharedKey) of the workers.

#![forbid(unsafe_code)]
#![deny(missing_docs, missing_debug_implementations)]

mod action;
mod advance;
mod approval;
mod connection;
mod credentials;
mod delivery;
mod event;
mod failure;
mod handler;
mod incoming;
mod ingress;
mod journal;
mod limits;
mod missing;
mod pages;
mod quota;
mod record;
mod renewals;
mod run;
mod secrecy;
mod serve;
mod trigger;
mod worker;

pub use action::{Answer, PagesTo, Submission};
pub use approval::{Decision, Waiting};
pub use event::{RecordedEvent, Standing, TriggerSpec};
pub use incoming::Incoming;
pub use ingress::{Ingress, IngressError, register};
pub use record::ConnectionRecord;
pub use serve::serve;
pub use worker::{Options, Worker};
