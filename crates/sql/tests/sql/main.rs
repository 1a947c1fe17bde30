//! Statements against the emulator.

mod guide;
mod pushed;
mod support;
mod tables;
mod wire;
mod writes;
