//! Statements against the emulator.

mod attacks;
mod bounds;
mod guide;
mod pushed;
mod reference;
mod support;
mod tables;
mod values;
mod wire;
mod writes;
