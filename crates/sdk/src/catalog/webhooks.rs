//! Webhooks as data.

use super::{Composed, Trigger};

#[cfg(feature = "full")]
pub use crate::contract::webhooks::{Algorithm, Encoding, Signature, SignedTime, SigningKey};

/// Only with the feature `full` there are webhooks.
#[cfg(not(feature = "full"))]
pub type Signature = std::convert::Infallible;

/// Events that the service sends by itself.
#[derive(Debug)]
pub struct Webhook {
    /// What a flow builder sees of it. Its `key` tells the items of a delivery apart; its flow
    /// subscribes, renews and unsubscribes.
    pub trigger: Trigger,
    /// The address is one for all connections of the app.
    pub shared: bool,
    /// The service's ways to sign. A function, because signatures are built.
    pub signatures: fn() -> Vec<Signature>,
    /// A JSON pointer into an item of a delivery: the id of the account that it is for.
    pub account: Option<&'static str>,
    /// What the service sends to find out whether somebody is there, where it does.
    pub challenge: Option<Challenge>,
    /// A JSON pointer into an item, and the text that is there in a greeting, which holds no events.
    pub greeting: Option<(&'static str, &'static str)>,
    /// Members of the one item of a delivery, and the headers that hold them; empty where items are in
    /// the body.
    pub headers: &'static [(&'static str, &'static str)],
    /// The flow that makes events of a delivery; without one its items are the events.
    pub receive: Option<&'static Composed>,
}

/// A delivery that holds no events: its answer repeats a text of it.
#[derive(Debug, Clone, Copy)]
pub struct Challenge {
    /// Where the text is. A delivery without it is no challenge.
    pub text: Place,
    /// A JSON pointer into the body, and the text that is there in a challenge.
    pub when: Option<(&'static str, &'static str)>,
    /// The member of the subscription that is to hold the text from now on: it is the key of the
    /// signatures.
    pub keep: Option<&'static str>,
}

/// Where a delivery has a text.
#[derive(Debug, Clone, Copy)]
pub enum Place {
    /// A JSON pointer into the body.
    Body(&'static str),
    /// The name of a parameter of the address.
    Query(&'static str),
    /// The name of a header, in lower case; the answer has it as well.
    Header(&'static str),
}
