//! Answers HTTP for any connector, in hosts that give components `wasi:http`: wasmtime serve, wasmCloud, Spin, jco.
//!
//! It is composed around a connector: it runs the loop that a host runs otherwise, checks what the connector wants to
//! send, attaches credentials only for the origins that these are declared for, and repeats by effect. Each request is
//! an instance of its own, so nothing is kept between them but what the caller holds: cursors, and continuations of
//! calls that take longer than a request may.

mod answer;
mod begun;
#[allow(missing_docs, reason = "generated")]
mod bindings;
mod blobs;
mod body;
mod budget;
mod call;
mod checked;
mod continuation;
mod credentials;
mod drive;
mod exchange;
mod failure;
mod incoming;
mod openapi;
mod run;
mod send;
mod service;
mod signature;
mod sizes;
mod values;
mod webhooks;

use wasi::http::types::{IncomingRequest, ResponseOutparam};

struct Adapter;

impl wasi::exports::http::incoming_handler::Guest for Adapter {
    fn handle(request: IncomingRequest, out: ResponseOutparam) {
        let mut answer = answer::Answer::new(out);
        if let Err(failure) = service::serve(&request, &mut answer) {
            answer.fail(&failure);
        }
        answer.finish();
    }
}

wasi::http::proxy::export!(Adapter);
