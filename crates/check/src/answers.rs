//! Answers that no service should give, and all do at some time.

use connector_host::contract::{Chunk, Header, Reply, Response};

/// Each with a name for it.
pub(crate) fn odd() -> Vec<(&'static str, Reply)> {
    let mut odd = vec![("no answer", Reply::Undelivered("the connection was cut".into()))];
    let bodies: [(&str, &[u8]); 9] = [
        ("an empty answer", b""),
        ("`{}`", b"{}"),
        ("`[]`", b"[]"),
        ("`null`", b"null"),
        ("a text", b"\"text\""),
        ("a list of odd things", b"[null, 1, \"a\", [[]], {\"id\": {}}]"),
        ("a member `items` that is a text", b"{\"items\": \"a\", \"data\": 7, \"next\": {}}"),
        ("HTML", b"<html><body>It works!</body></html>"),
        ("bytes that are no text", b"\xff\xfe\x00{"),
    ];
    odd.extend(bodies.map(|(name, body)| (name, answer(200, body))));
    let statuses = [
        ("status 201 with `{}`", 201),
        ("status 204", 204),
        ("a redirect to nowhere", 302),
        ("status 400", 400),
        ("status 401", 401),
        ("status 403", 403),
        ("status 404", 404),
        ("status 409", 409),
        ("status 429", 429),
        ("status 500", 500),
        ("status 503", 503),
        ("status 999", 999),
    ];
    odd.extend(statuses.map(|(name, status)| (name, answer(status, b"{}"))));
    odd
}

/// What cannot come of a request, or of a page: the wrong reply.
pub(crate) fn wrong() -> Vec<(&'static str, Reply)> {
    let chunk = Chunk { data: vec![0, 255], size: 2, name: None };
    vec![
        ("`proceed`", Reply::Proceed),
        ("`chunk`", Reply::Chunk(chunk)),
        ("`response`", answer(200, b"{}")),
        ("`undelivered`", Reply::Undelivered("the connection was cut".into())),
    ]
}

pub(crate) fn answer(status: u16, body: &[u8]) -> Reply {
    let header = |name: &str, value: &str| Header { name: name.into(), value: value.into() };
    let headers = vec![
        header("content-type", "application/json"),
        header("retry-after", "soon"),
        header("link", "<>; rel=next"),
    ];
    Reply::Response(Response { status, headers, body: body.to_vec() })
}
