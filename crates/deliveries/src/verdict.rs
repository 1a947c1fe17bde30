//! What checking a delivery has found out.

use std::fmt;
use std::time::Duration;

/// Whether a delivery is the service's.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Verdict {
    /// One of its signatures is right.
    Right,
    /// The service does not sign: only the address keeps others out.
    NotSigned,
    /// The service signs, and this has no signature.
    Absent,
    /// The subscription does not hold the key yet.
    NoKeyYet,
    /// The connection lacks what it would be checked with: what, for people.
    NoKey(String),
    /// It has a signature, which is wrong.
    Wrong(Fault),
}

impl Verdict {
    /// Whether its events count.
    pub fn is_trusted(&self) -> bool {
        matches!(self, Verdict::Right | Verdict::NotSigned)
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Verdict::Right => f.write_str("the signature is right"),
            Verdict::NotSigned => f.write_str("the service does not sign what it sends"),
            Verdict::Absent => f.write_str("there is no signature"),
            Verdict::NoKeyYet => f.write_str("the subscription does not hold the key yet"),
            Verdict::NoKey(what) => {
                write!(f, "{what}, which signatures are checked with, is missing")
            }
            Verdict::Wrong(fault) => fault.fmt(f),
        }
    }
}

/// What is wrong with a signature. It does not tell what would be right. Of several the last in this
/// order is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Fault {
    /// Its header holds nothing that is written as a signature.
    Unreadable,
    /// There are more than anybody sends, or they are longer.
    TooMany,
    /// Something that is signed is not there, or is there more than once.
    Incomplete,
    /// The time of the signature is not there, or is none.
    NoTime,
    /// The time is this far from the host's clock.
    Time(Duration),
    /// It was made with another key, or of something else.
    Different,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fault::Unreadable => f.write_str("its header holds no signature that can be read"),
            Fault::TooMany => f.write_str("there are too many signatures, or too long ones"),
            Fault::Incomplete => f.write_str("not all that is signed is there exactly once"),
            Fault::NoTime => f.write_str("the time of the signature is missing, or is none"),
            Fault::Time(off) => {
                write!(f, "the time of the signature is {} s from now", off.as_secs())
            }
            Fault::Different => f.write_str("the signature is wrong"),
        }
    }
}
