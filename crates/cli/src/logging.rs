//! What happens, on stderr.

use std::io::{self, IsTerminal, Write};

use connector_host::redact;
use tracing_subscriber::EnvFilter;

use crate::output;
use crate::visible::{coloured, visible};

/// But for the compiler, which says more than anybody can read.
const EVERYTHING: &str = "trace,cranelift_codegen=warn,cranelift_frontend=warn,regalloc2=warn,\
                          wasmtime=warn,wasmtime_internal_cranelift=warn";

/// Up to 2 our own crates, whose names all begin alike; from 3 on everything. `RUST_LOG` overrules
/// it.
pub fn start(verbose: u8, json: bool) {
    let filter = match verbose {
        0 => "warn",
        1 => "warn,connector=info",
        2 => "warn,connector=debug",
        _ => EVERYTHING,
    };
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(filter));
    let colours = io::stderr().is_terminal();
    let log = tracing_subscriber::fmt().with_env_filter(filter);
    match json {
        // For programs: each line is an object.
        true => log.json().with_writer(|| Stderr { colours: false }).with_ansi(false).init(),
        false => log.with_writer(move || Stderr { colours }).with_ansi(colours).init(),
    }
    // What a panic says may hold what it went wrong with.
    std::panic::set_hook(Box::new(|panic| output::note(redact(panic.to_string()))));
}

/// Writes to stderr, without the secrets of any connection: libraries log what they like. Each write is
/// a line of the log. The subscriber itself keeps escape characters out of what it is told, so those
/// that come here are its colours.
struct Stderr {
    colours: bool,
}

impl Write for Stderr {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let text = redact(String::from_utf8_lossy(line).into_owned());
        let shown = if self.colours { coloured(&text) } else { visible(&text) };
        io::stderr().write_all(shown.as_bytes())?;
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }
}
