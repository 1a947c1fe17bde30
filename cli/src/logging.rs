//! What happens, on stderr.

use std::io::{self, IsTerminal};

use tracing_subscriber::EnvFilter;

/// Our own crates at the level asked for. From 3 on everything but the compiler, which says more
/// than anybody can read; `RUST_LOG` says it all differently.
pub fn start(verbose: u8) {
    let filter = match verbose {
        0 => "warn",
        1 => "warn,connector=info,connector_host=debug",
        2 => "warn,connector=debug,connector_host=debug",
        _ => {
            "trace,cranelift_codegen=warn,cranelift_frontend=warn,regalloc2=warn,wasmtime=warn,wasmtime_internal_cranelift=warn"
        }
    };
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(filter));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr).init();
}
