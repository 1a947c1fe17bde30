//! Writes what a connector has to say before it traps to standard error, where the host has one.

#[allow(missing_docs, reason = "generated")]
mod bindings {
    wit_bindgen::generate!({
        world: "automation:adapters/hearer",
        path: ["../../wit", "../wit"],
        generate_all,
    });
}

use bindings::exports::automation::connector::diagnostics::Guest;

struct Hearer;

impl Guest for Hearer {
    fn last_words(text: String) {
        let stream = wasi::cli::stderr::get_stderr();
        for piece in format!("{text}\n").as_bytes().chunks(4096) {
            // Where nobody listens, nothing is lost but words.
            let _ = stream.blocking_write_and_flush(piece);
        }
    }
}

bindings::export!(Hearer with_types_in bindings);
