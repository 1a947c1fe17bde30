//! Replies of a service, of storage or of the host.

use pinterest_connector::contract::{Chunk, Header, Reply, Response, Saved};

use crate::mutate;
use crate::rng::Rng;
use crate::seeds::{Resume, Seeds};
use crate::shape::Shape;

const STATUSES: [u16; 17] =
    [200, 201, 204, 206, 207, 302, 400, 401, 403, 404, 409, 422, 429, 500, 503, 0, 999];
const NAMES: [&str; 7] = [
    "x-ratelimit-reset",
    "x-ratelimit-remaining",
    "x-ratelimit-limit",
    "retry-after",
    "date",
    "x-pinterest-rid",
    "location",
];

/// A reply like the one that came, or of another kind.
pub fn like(resume: &Resume, seeds: &Seeds, rng: &mut Rng) -> Reply {
    if rng.once_in(20) {
        return rng.pick(&seeds.resumes).reply.clone();
    }
    match &resume.reply {
        Reply::Response(response) => Reply::Response(Response {
            status: if rng.once_in(3) { *rng.pick(&STATUSES) } else { response.status },
            headers: headers(&response.headers, rng),
            body: content(&response.body, resume.content.as_ref(), seeds, rng),
        }),
        Reply::Chunk(chunk) => {
            let data = content(&chunk.data, resume.content.as_ref(), seeds, rng);
            let sizes = [0, 1, u64::MAX, 1 << 53, data.len() as u64];
            Reply::Chunk(Chunk {
                size: if rng.once_in(4) { *rng.pick(&sizes) } else { chunk.size },
                name: chunk.name.as_ref().map(|name| mutate::text(name, rng)),
                data,
            })
        }
        Reply::Saved(saved) => Reply::Saved(Saved {
            blob: mutate::text(&saved.blob, rng),
            status: *rng.pick(&[200, 201, 403, 500]),
            headers: headers(&saved.headers, rng),
        }),
        Reply::Undelivered(cause) => Reply::Undelivered(mutate::text(cause, rng)),
        Reply::Proceed => match rng.below(4) {
            0 => Reply::Undelivered("lost".to_owned()),
            1 => Reply::Response(Response { status: 200, headers: Vec::new(), body: Vec::new() }),
            _ => Reply::Proceed,
        },
    }
}

fn headers(right: &[Header], rng: &mut Rng) -> Vec<Header> {
    let mut headers: Vec<Header> = right
        .iter()
        .map(|header| Header {
            name: header.name.clone(),
            value: if rng.once_in(2) {
                mutate::text(&header.value, rng)
            } else {
                header.value.clone()
            },
        })
        .collect();
    if rng.once_in(4) {
        let value = match rng.below(3) {
            0 => rng.number().to_string(),
            1 => format!("{};w={}", rng.below(2000), rng.number()),
            _ => mutate::text("Thu, 09 Jul 2026 09:33:55 GMT", rng),
        };
        headers.push(Header { name: (*rng.pick(&NAMES)).to_owned(), value });
    }
    headers
}

/// Bytes like these, whose JSON has this shape.
pub fn content(right: &[u8], shape: Option<&Shape>, seeds: &Seeds, rng: &mut Rng) -> Vec<u8> {
    match shape {
        Some(shape) if !rng.once_in(10) => match rng.once_in(10) {
            true => mutate::odd(&seeds.odd, rng).into_bytes(),
            false => shape.changed(&seeds.odd, rng).into_bytes(),
        },
        _ => {
            let mut bytes = right.to_vec();
            mutate::bytes(&mut bytes, rng);
            bytes
        }
    }
}
