//! What happens, on stderr.

use std::io::{self, IsTerminal};

use tracing_subscriber::EnvFilter;

/// But for the compiler, which says more than anybody can read.
const EVERYTHING: &str = "trace,cranelift_codegen=warn,cranelift_frontend=warn,regalloc2=warn,\
                          wasmtime=warn,wasmtime_internal_cranelift=warn";

/// Up to 2 our own crates, whose names all begin alike; from 3 on everything. `RUST_LOG` overrules
/// it.
pub fn start(verbose: u8) {
    let filter = match verbose {
        0 => "warn",
        1 => "warn,connector=info",
        2 => "warn,connector=debug",
        _ => EVERYTHING,
    };
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(filter));
    let colours = io::stderr().is_terminal();
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr)
        .with_ansi(colours)
        .init();
}
