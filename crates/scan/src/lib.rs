#![forbid(unsafe_code)]
#![doc = include_str!("../README.md")]

mod block;
mod elements;
mod key;
mod nodes;
mod page;
mod structure;
mod zones;

pub use elements::elements;
pub use nodes::Times;
pub use page::{Found, page};
pub use structure::Structure;
pub use zones::Zones;

#[cfg(test)]
mod tests;
