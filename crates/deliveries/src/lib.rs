//! What every host does with the delivery of a webhook, whatever it is made of: its signatures are checked by the rules
//! that the connector gives, and what is answered to it is held to the contract. The words are those of the contract's
//! interface `webhooks`; a host puts its own types into these.

#![forbid(unsafe_code)]
#![deny(missing_docs, missing_debug_implementations)]

mod acknowledged;
mod checked;
#[cfg_attr(feature = "aws-lc-rs", path = "crypto/aws_lc.rs")]
#[cfg_attr(not(feature = "aws-lc-rs"), path = "crypto/pure.rs")]
mod crypto;
mod delivered;
mod encoding;
mod rule;
mod scheme;
mod template;
mod verdict;

pub use acknowledged::{Acknowledged, check as check_answer};
pub use checked::{Checked, Key, check};
pub use delivered::Delivered;
pub use encoding::{Encoding, decode};
pub use rule::{Rule, Signature};
pub use scheme::Scheme;
pub use verdict::{Fault, Verdict};
