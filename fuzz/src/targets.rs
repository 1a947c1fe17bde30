//! What is tried, and how its inputs are made.

use pinterest_connector::contract::{Chunk, Header, Reply, Response, Saved};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::check;
use crate::host::{self, HostInput};
use crate::input::Input;
use crate::mutate;
use crate::rng::Rng;
use crate::seeds::Seeds;

/// One thing to be done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Work {
    /// A call of the component.
    Component(Input),
    /// A call of the host.
    Host(HostInput),
}

impl Work {
    /// Does it, and says what is wrong with what came of it.
    pub fn run(self) -> Result<(), String> {
        match self {
            Work::Component(input) => {
                let reaches_any_path = input.reaches_any_path();
                check::outcome(&input.call(), reaches_any_path)
            }
            Work::Host(input) => host::run(&input),
        }
    }
}

/// A part of the component or the host that reads what others wrote.
pub struct Target {
    /// Its name, and that of its folder in the corpus.
    pub name: &'static str,
    /// Makes an input.
    pub make: fn(&Seeds, &mut Rng) -> Work,
}

/// Every target.
pub const TARGETS: &[Target] = &[
    Target { name: "start", make: |seeds, rng| Work::Component(start(seeds, rng)) },
    Target { name: "replies", make: |seeds, rng| Work::Component(replies(seeds, rng)) },
    Target { name: "damaged", make: |seeds, rng| Work::Component(damaged(seeds, rng)) },
    Target { name: "forged", make: |seeds, rng| Work::Component(forged(seeds, rng)) },
    Target { name: "rows", make: |seeds, rng| Work::Component(rows(seeds, rng)) },
    Target { name: "cursors", make: |seeds, rng| Work::Component(cursors(seeds, rng)) },
    Target { name: "deliveries", make: |seeds, rng| Work::Component(deliveries(seeds, rng)) },
    Target { name: "choices", make: |seeds, rng| Work::Component(choices(seeds, rng)) },
    Target { name: "redirects", make: |_, rng| Work::Host(host::redirect(rng)) },
    Target { name: "blobs", make: |_, rng| Work::Host(host::blob(rng)) },
    Target { name: "routes", make: |_, rng| Work::Host(host::route(rng)) },
];

/// JSON like this text's, or a text like it.
fn like(text: &str, seeds: &Seeds, rng: &mut Rng) -> String {
    match serde_json::from_str::<Value>(text) {
        Ok(mut value) => {
            mutate::value(&mut value, &seeds.values, rng);
            mutate::json_text(&value, rng)
        }
        Err(_) => mutate::text(text, rng),
    }
}

/// Fields of a subject with values that nobody thought of.
fn made_up(fields: &[String], seeds: &Seeds, rng: &mut Rng) -> String {
    let mut object = serde_json::Map::new();
    for _ in 0..rng.below(8) {
        if fields.is_empty() {
            break;
        }
        object.insert(rng.pick(fields).clone(), mutate::odd(&seeds.values, rng));
    }
    Value::Object(object).to_string()
}

fn settings(settings: &str, seeds: &Seeds, rng: &mut Rng) -> String {
    match rng.below(10) {
        0 => like(settings, seeds, rng),
        1 => r#"{"environment": "sandbox", "ad_account_id": "549755885175"}"#.to_owned(),
        _ => settings.to_owned(),
    }
}

fn start(seeds: &Seeds, rng: &mut Rng) -> Input {
    if rng.once_in(3) {
        let (_, id, fields) = rng.pick(&seeds.subjects);
        let input = made_up(fields, seeds, rng);
        return Input::Start { id: id.clone(), input, settings: settings("{}", seeds, rng) };
    }
    match rng.pick(&seeds.calls).clone() {
        Input::Start { id, input, settings: own } => Input::Start {
            input: like(&input, seeds, rng),
            settings: settings(&own, seeds, rng),
            id: if rng.once_in(200) { mutate::text(&id, rng) } else { id },
        },
        Input::Test { settings: own, granted } => Input::Test {
            settings: like(&own, seeds, rng),
            granted: granted.map(|it| it.iter().map(|scope| mutate::text(scope, rng)).collect()),
        },
        other => other,
    }
}

/// A reply like this one, or of another kind.
fn reply(reply: Reply, seeds: &Seeds, rng: &mut Rng) -> Reply {
    if rng.once_in(20) {
        return rng.pick(&seeds.resumes).1.clone();
    }
    match reply {
        Reply::Response(mut response) => {
            if rng.once_in(3) {
                response.status = *rng.pick(&[
                    200, 201, 204, 206, 207, 302, 400, 401, 403, 404, 409, 422, 429, 500, 503, 0,
                    999,
                ]);
            }
            headers(&mut response.headers, rng);
            content(&mut response.body, seeds, rng);
            Reply::Response(response)
        }
        Reply::Chunk(chunk) => Reply::Chunk(self::chunk(chunk, seeds, rng)),
        Reply::Saved(saved) => Reply::Saved(Saved {
            blob: mutate::text(&saved.blob, rng),
            status: *rng.pick(&[200, 201, 403, 500]),
            ..saved
        }),
        Reply::Undelivered(cause) => Reply::Undelivered(mutate::text(&cause, rng)),
        Reply::Proceed => match rng.below(4) {
            0 => Reply::Undelivered("lost".to_owned()),
            1 => Reply::Response(Response { status: 200, headers: Vec::new(), body: Vec::new() }),
            _ => Reply::Proceed,
        },
    }
}

fn headers(headers: &mut Vec<Header>, rng: &mut Rng) {
    const NAMES: [&str; 7] = [
        "x-ratelimit-reset",
        "x-ratelimit-remaining",
        "x-ratelimit-limit",
        "retry-after",
        "date",
        "x-pinterest-rid",
        "location",
    ];
    for header in headers.iter_mut() {
        if rng.once_in(2) {
            header.value = mutate::text(&header.value, rng);
        }
    }
    if rng.once_in(4) {
        let value = match rng.below(3) {
            0 => rng.number().to_string(),
            1 => format!("{};w={}", rng.below(2000), rng.number()),
            _ => mutate::text("Thu, 09 Jul 2026 09:33:55 GMT", rng),
        };
        headers.push(Header { name: (*rng.pick(&NAMES)).to_owned(), value });
    }
}

fn content(body: &mut Vec<u8>, seeds: &Seeds, rng: &mut Rng) {
    match serde_json::from_slice::<Value>(body) {
        Ok(mut value) if !rng.once_in(10) => {
            if rng.once_in(10) {
                value = rng.pick(&seeds.values).clone();
            }
            mutate::value(&mut value, &seeds.values, rng);
            *body = mutate::json_text(&value, rng).into_bytes();
        }
        _ => mutate::bytes(body, rng),
    }
}

fn chunk(mut chunk: Chunk, seeds: &Seeds, rng: &mut Rng) -> Chunk {
    content(&mut chunk.data, seeds, rng);
    if rng.once_in(4) {
        chunk.size = *rng.pick(&[0.0, -1.0, 1.0, 0.5, 1e18, chunk.data.len() as f64]);
    }
    chunk.name = chunk.name.map(|name| mutate::text(&name, rng));
    chunk
}

/// What the service could answer to a call that is under way.
fn replies(seeds: &Seeds, rng: &mut Rng) -> Input {
    let (checkpoint, reply) = rng.pick(&seeds.resumes).clone();
    Input::Resume { checkpoint, reply: self::reply(reply, seeds, rng) }
}

/// A checkpoint that was damaged on its way.
fn damaged(seeds: &Seeds, rng: &mut Rng) -> Input {
    let (mut checkpoint, reply) = rng.pick(&seeds.resumes).clone();
    mutate::bytes(&mut checkpoint, rng);
    Input::Resume { checkpoint, reply }
}

/// A checkpoint that somebody made, with the right sum.
fn forged(seeds: &Seeds, rng: &mut Rng) -> Input {
    let (checkpoint, reply) = rng.pick(&seeds.resumes).clone();
    let text = String::from_utf8(checkpoint).unwrap_or_default();
    let checkpoint = sealed(&text, seeds, rng).into_bytes();
    Input::Resume { checkpoint, reply: self::reply(reply, seeds, rng) }
}

/// What stands behind `tag:sum:` changed, with its own sum.
fn sealed(text: &str, seeds: &Seeds, rng: &mut Rng) -> String {
    let mut parts = text.splitn(3, ':');
    let (Some(tag), Some(_), Some(json)) = (parts.next(), parts.next(), parts.next()) else {
        return mutate::text(text, rng);
    };
    let json = like(json, seeds, rng);
    // FNV-1a, as in the component.
    let sum = json.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("{tag}:{sum:016x}:{json}")
}

/// Files of rows: CSV and JSON, and whatever else comes where they belong.
fn rows(seeds: &Seeds, rng: &mut Rng) -> Input {
    const FILES: [&str; 6] = [
        "DATE,IMPRESSION,CLICKTHROUGH\n2026-02-01,1204,37\n2026-02-02,1311,41\n",
        "NAME,AGE\r\n\"Lovelace, \"\"Ada\"\"\",36\r\n\"two\nlines\",\"\"\r\n",
        "\u{feff}a;b\n1;2\n",
        r#"[{"DATE": "2026-02-01", "IMPRESSION": 1204}, {"DATE": "2026-02-02"}]"#,
        r#"{"549755885175": [{"A": 1}, {"A": null}], "x": []}"#,
        "{\"a\": 1}\n{\"a\": 2}\n",
    ];
    let mut tries = 0;
    loop {
        let (checkpoint, reply) = rng.pick(&seeds.resumes);
        tries += 1;
        let Reply::Chunk(chunk) = reply else {
            match tries < 500 {
                true => continue,
                false => return replies(seeds, rng),
            }
        };
        let (checkpoint, mut chunk) = (checkpoint.clone(), chunk.clone());
        if rng.once_in(2) {
            chunk.data = rng.pick(&FILES).as_bytes().to_vec();
            mutate::bytes(&mut chunk.data, rng);
            chunk.size = chunk.data.len() as f64;
        } else {
            chunk = self::chunk(chunk, seeds, rng);
        }
        return Input::Resume { checkpoint, reply: Reply::Chunk(chunk) };
    }
}

/// Polls with cursors that somebody made.
fn cursors(seeds: &Seeds, rng: &mut Rng) -> Input {
    let polls = || seeds.calls.iter().filter(|call| matches!(call, Input::Poll { .. }));
    let chosen = polls().nth(rng.below(polls().count()));
    let Some(Input::Poll { id, config, settings: own, cursor, now }) = chosen.cloned() else {
        return start(seeds, rng);
    };
    let cursor = match rng.below(3) {
        0 => cursor,
        _ if seeds.cursors.is_empty() => cursor,
        _ => Some(rng.pick(&seeds.cursors).clone()),
    };
    Input::Poll {
        id,
        config: if rng.once_in(3) { like(&config, seeds, rng) } else { config },
        settings: settings(&own, seeds, rng),
        cursor: cursor.map(|cursor| match rng.below(5) {
            0 => mutate::text(&cursor, rng),
            1 => cursor,
            _ => sealed(&cursor, seeds, rng),
        }),
        now: if rng.once_in(3) { mutate::text(&now, rng) } else { now },
    }
}

/// Webhooks: what comes in, and what they are asked for.
fn deliveries(seeds: &Seeds, rng: &mut Rng) -> Input {
    let is_one = |call: &&Input| {
        matches!(call, Input::Receive { .. } | Input::Subscribe { .. } | Input::Unsubscribe { .. })
    };
    let ours = || seeds.calls.iter().filter(is_one);
    match ours().nth(rng.below(ours().count())).cloned() {
        Some(Input::Receive { id, config, settings: own, headers, mut body }) => {
            content(&mut body, seeds, rng);
            let mut headers = headers;
            for (_, value) in &mut headers {
                if rng.once_in(3) {
                    *value = mutate::text(value, rng);
                }
            }
            let config = if rng.once_in(4) { like(&config, seeds, rng) } else { config };
            Input::Receive { id, config, settings: own, headers, body }
        }
        Some(Input::Subscribe { id, config, settings: own, address }) => Input::Subscribe {
            id,
            config: like(&config, seeds, rng),
            settings: own,
            address: mutate::text(&address, rng),
        },
        Some(Input::Unsubscribe { id, subscription, settings: own }) => {
            Input::Unsubscribe { id, subscription: like(&subscription, seeds, rng), settings: own }
        }
        _ => start(seeds, rng),
    }
}

/// Choices for any field, with anything filled in.
fn choices(seeds: &Seeds, rng: &mut Rng) -> Input {
    let (of, id, fields) = rng.pick(&seeds.subjects);
    let of = if rng.once_in(20) { "connection" } else { of };
    let field = if fields.is_empty() { "id".to_owned() } else { rng.pick(fields).clone() };
    let query = rng.once_in(2).then(|| mutate::text("botan", rng));
    Input::Choices {
        of: of.to_owned(),
        id: id.clone(),
        field: if rng.once_in(10) { mutate::text(&field, rng) } else { field },
        input: made_up(fields, seeds, rng),
        settings: settings("{}", seeds, rng),
        query,
    }
}
