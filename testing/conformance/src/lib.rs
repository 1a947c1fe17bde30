//! Nothing but tests: the host crates against a fixture, and all of it together against the emulator.
