//! The value by which a service knows a request that it had before.

use sha2::{Digest, Sha256};

use crate::contract::{Context, PendingRequest};

/// Characters of a key. Services take at least so many, and so many tell all requests apart.
const LENGTH: usize = 32;

/// The same for the same request of the same call, however often and by whatever process it is sent.
pub(crate) fn key(context: &Context, pending: &PendingRequest) -> String {
    let PendingRequest { request, checkpoint } = pending;
    let mut digest = Sha256::new();
    for part in [context.call.as_bytes(), checkpoint, request.method.word().as_bytes()] {
        digest.update((part.len() as u64).to_le_bytes());
        digest.update(part);
    }
    digest.update(request.url.as_bytes());
    let digest: [u8; 32] = digest.finalize().into();
    digest.iter().map(|byte| format!("{byte:02x}")).collect::<String>()[..LENGTH].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::{Body, Effect, Method, Request};

    fn pending(url: &str, checkpoint: &[u8]) -> PendingRequest {
        let request = Request {
            method: Method::Post,
            url: url.into(),
            headers: Vec::new(),
            body: Body::Empty,
            credential: None,
            effect: Effect::Idempotent,
            costs: Vec::new(),
            idempotency_header: Some("idempotency-key".into()),
            save: false,
            extensions: Vec::new(),
        };
        PendingRequest { request, checkpoint: checkpoint.to_vec() }
    }

    #[test]
    fn a_repeat_has_the_same_key_and_nothing_else_has() {
        let call = |name: &str| Context::new(name, "2026-01-31T12:00:00Z");
        let of =
            |name: &str, url: &str, checkpoint: &[u8]| key(&call(name), &pending(url, checkpoint));
        let first = of("a", "https://a.example/1", b"1");
        assert_eq!(first, of("a", "https://a.example/1", b"1"));
        for other in [
            of("b", "https://a.example/1", b"1"),
            of("a", "https://a.example/2", b"1"),
            of("a", "https://a.example/1", b"2"),
            of("a1", "https://a.example/1", b""),
        ] {
            assert_ne!(first, other);
        }
    }
}
