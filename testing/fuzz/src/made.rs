//! Inputs for the component: right ones with a few changes, or made up.

mod reply;

use pinterest_connector::contract::{Chunk, Reply};
use serde_json::Value;

use crate::input::Input;
use crate::mutate;
use crate::rng::Rng;
use crate::seeds::{Resume, Sealed, Seeds};
use crate::shape::Shape;

/// Fields of a subject with values that nobody thought of.
fn made_up(fields: &[String], seeds: &Seeds, rng: &mut Rng) -> String {
    let mut object = String::from("{");
    for _ in 0..if fields.is_empty() { 0 } else { rng.below(8) } {
        if object.len() > 1 {
            object.push(',');
        }
        object += &Value::from(rng.pick(fields).as_str()).to_string();
        object.push(':');
        object += &mutate::odd(&seeds.odd, rng);
    }
    object + "}"
}

fn settings(own: &Shape, seeds: &Seeds, rng: &mut Rng) -> String {
    match rng.below(10) {
        0 => own.changed(&seeds.odd, rng),
        1 => r#"{"environment": "sandbox", "ad_account_id": "549755885175"}"#.to_owned(),
        _ => own.text().to_owned(),
    }
}

/// Actions, and tests of the connection.
pub fn start(seeds: &Seeds, rng: &mut Rng) -> Input {
    let seed = rng.pick(&seeds.starts);
    let settings = settings(&seed.settings, seeds, rng);
    if rng.once_in(3) {
        let (_, id, fields) = rng.pick(&seeds.subjects);
        let (id, input) = (id.clone(), made_up(fields, seeds, rng));
        return Input::Start { id, input, settings, wanted: wanted(rng) };
    }
    match &seed.input {
        Input::Test { granted, .. } => {
            let changed = |scopes: &Vec<String>, rng: &mut Rng| {
                scopes.iter().map(|scope| mutate::text(scope, rng)).collect()
            };
            let granted = granted.as_ref().map(|scopes| changed(scopes, rng));
            Input::Test { settings: seed.settings.changed(&seeds.odd, rng), granted }
        }
        Input::Start { id, .. } => Input::Start {
            id: if rng.once_in(200) { mutate::text(id, rng) } else { id.clone() },
            input: seed.shape.changed(&seeds.odd, rng),
            settings,
            wanted: wanted(rng),
        },
        other => other.clone(),
    }
}

fn wanted(rng: &mut Rng) -> Option<u64> {
    rng.once_in(3).then(|| *rng.pick(&[0, 1, 7, 250, 251, u64::MAX]))
}

/// What the service could answer to a call that is under way.
pub fn replies(seeds: &Seeds, rng: &mut Rng) -> Input {
    let resume = rng.pick(&seeds.resumes);
    Input::Resume { checkpoint: resume.checkpoint.clone(), reply: reply::like(resume, seeds, rng) }
}

/// A checkpoint that was damaged on its way.
pub fn damaged(seeds: &Seeds, rng: &mut Rng) -> Input {
    let Resume { checkpoint, reply, .. } = rng.pick(&seeds.resumes);
    let mut checkpoint = checkpoint.clone();
    mutate::bytes(&mut checkpoint, rng);
    Input::Resume { checkpoint, reply: reply.clone() }
}

/// A checkpoint that somebody made, with the right sum.
pub fn forged(seeds: &Seeds, rng: &mut Rng) -> Input {
    let resume = rng.pick(&seeds.resumes);
    let checkpoint = sealed(&resume.sealed, seeds, rng).into_bytes();
    Input::Resume { checkpoint, reply: reply::like(resume, seeds, rng) }
}

/// What stands behind `tag:sum:` changed, with its own sum.
fn sealed(sealed: &Sealed, seeds: &Seeds, rng: &mut Rng) -> String {
    let Some(json) = &sealed.json else { return mutate::text(&sealed.text, rng) };
    let json = json.changed(&seeds.odd, rng);
    // FNV-1a, as in the component.
    let sum = json.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("{}:{sum:016x}:{json}", sealed.tag)
}

/// Files of rows: CSV and JSON, and whatever else comes where they belong.
pub fn rows(seeds: &Seeds, rng: &mut Rng) -> Input {
    const FILES: [&str; 6] = [
        "DATE,IMPRESSION,CLICKTHROUGH\n2026-02-01,1204,37\n2026-02-02,1311,41\n",
        "NAME,AGE\r\n\"Lovelace, \"\"Ada\"\"\",36\r\n\"two\nlines\",\"\"\r\n",
        "\u{feff}a;b\n1;2\n",
        r#"[{"DATE": "2026-02-01", "IMPRESSION": 1204}, {"DATE": "2026-02-02"}]"#,
        r#"{"549755885175": [{"A": 1}, {"A": null}], "x": []}"#,
        "{\"a\": 1}\n{\"a\": 2}\n",
    ];
    let resume = rng.pick(&seeds.reads);
    let reply = match &resume.reply {
        Reply::Chunk(chunk) if rng.once_in(2) => {
            let mut data = rng.pick(&FILES).as_bytes().to_vec();
            mutate::bytes(&mut data, rng);
            Reply::Chunk(Chunk { size: data.len() as u64, data, name: chunk.name.clone() })
        }
        _ => reply::like(resume, seeds, rng),
    };
    Input::Resume { checkpoint: resume.checkpoint.clone(), reply }
}

/// Polls with cursors that somebody made.
pub fn cursors(seeds: &Seeds, rng: &mut Rng) -> Input {
    let seed = rng.pick(&seeds.polls);
    let Input::Poll { id, config, cursor, now, .. } = &seed.input else {
        return start(seeds, rng);
    };
    let cursor = match rng.below(6) {
        0 => cursor.clone(),
        1 => Some(rng.pick(&seeds.cursors).text.clone()),
        2 => Some(mutate::text(&rng.pick(&seeds.cursors).text, rng)),
        _ => Some(sealed(rng.pick(&seeds.cursors), seeds, rng)),
    };
    Input::Poll {
        id: id.clone(),
        config: if rng.once_in(3) { seed.shape.changed(&seeds.odd, rng) } else { config.clone() },
        settings: settings(&seed.settings, seeds, rng),
        cursor,
        now: if rng.once_in(3) { mutate::text(now, rng) } else { now.clone() },
    }
}

/// Webhooks: what comes in, and what they are asked for.
pub fn deliveries(seeds: &Seeds, rng: &mut Rng) -> Input {
    let seed = rng.pick(&seeds.webhooks);
    let own = seed.settings.text().to_owned();
    match &seed.input {
        Input::Receive { id, config, headers, body, .. } => {
            let mut headers = headers.clone();
            for (_, value) in &mut headers {
                if rng.once_in(3) {
                    *value = mutate::text(value, rng);
                }
            }
            let changes = rng.once_in(4);
            Input::Receive {
                id: id.clone(),
                config: if changes { seed.shape.changed(&seeds.odd, rng) } else { config.clone() },
                settings: own,
                headers,
                body: reply::content(body, seed.more.as_ref(), seeds, rng),
            }
        }
        Input::Subscribe { id, address, .. } => Input::Subscribe {
            id: id.clone(),
            config: seed.shape.changed(&seeds.odd, rng),
            settings: own,
            address: mutate::text(address, rng),
        },
        Input::Renew { id, config, subscription, .. } => Input::Renew {
            id: id.clone(),
            config: config.clone(),
            settings: own,
            subscription: match &seed.more {
                Some(shape) => shape.changed(&seeds.odd, rng),
                None => subscription.clone(),
            },
        },
        Input::Unsubscribe { id, .. } => Input::Unsubscribe {
            id: id.clone(),
            subscription: seed.shape.changed(&seeds.odd, rng),
            settings: own,
        },
        _ => start(seeds, rng),
    }
}

/// Choices for any field, with anything filled in.
pub fn choices(seeds: &Seeds, rng: &mut Rng) -> Input {
    let (of, id, fields) = rng.pick(&seeds.subjects);
    let of = if rng.once_in(20) { "connection" } else { of };
    let field = if fields.is_empty() { "id" } else { rng.pick(fields).as_str() };
    let query = rng.once_in(2).then(|| mutate::text("botan", rng));
    Input::Choices {
        of: of.to_owned(),
        id: id.clone(),
        field: if rng.once_in(10) { mutate::text(field, rng) } else { field.to_owned() },
        input: made_up(fields, seeds, rng),
        settings: settings(&rng.pick(&seeds.starts).settings, seeds, rng),
        query,
    }
}
