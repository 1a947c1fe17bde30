//! What other people's libraries and manuals sign: the vectors of the host in `crates/webhooks`.

use std::time::Duration;

use serde_json::Value;

use connector_deliveries::Verdict;

use super::Signatures;
use crate::bindings::automation::connector::triggers::Trigger;
use crate::bindings::automation::connector::types::{Header, Method};
use crate::bindings::automation::connector::webhooks::{
    Algorithm, Delivery, Encoding, Signature, SignedTime, SigningKey, Webhook,
};

const VECTORS: &str = include_str!("../../../../crates/webhooks/tests/styles/vectors.json");

fn encoding(word: &str) -> Encoding {
    match word {
        "plain" => Encoding::Plain,
        "hex" => Encoding::Hex,
        "base64" => Encoding::Base64,
        other => panic!("{other}"),
    }
}

fn webhook(said: &Value) -> Webhook {
    let text = |name: &str, otherwise: &str| said[name].as_str().unwrap_or(otherwise).to_owned();
    let signature = Signature {
        header: text("header", ""),
        element: said["element"].as_str().map(str::to_owned),
        prefix: text("prefix", ""),
        encoding: encoding(&text("encoding", "hex")),
        algorithm: match &*text("algorithm", "hmac-sha256") {
            "hmac-sha256" => Algorithm::HmacSha256,
            "hmac-sha1" => Algorithm::HmacSha1,
            "hmac-sha512" => Algorithm::HmacSha512,
            "ed25519" => Algorithm::Ed25519,
            "token" => Algorithm::Token,
            other => panic!("{other}"),
        },
        key: match &*text("key", "credential") {
            "client-secret" => SigningKey::ClientSecret,
            "credential" => SigningKey::Credential("signing-secret".into()),
            pointer => SigningKey::Subscription(pointer.into()),
        },
        key_encoding: encoding(&text("key_encoding", "plain")),
        signed: text("signed", "{body}"),
        time: said["time"]
            .as_str()
            .map(|time| SignedTime { time: time.into(), tolerance_ms: 300_000 }),
    };
    let [id, title, summary, group] = ["things.made", "", "", ""].map(str::to_owned);
    let trigger = Trigger { id, title, summary, group, scopes: Vec::new() };
    Webhook { trigger, shared: false, signatures: vec![signature] }
}

fn delivery(case: &Value) -> Delivery {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let headers = case["headers"].as_object().unwrap().iter();
    let headers = headers.map(|(name, value)| Header { name: name.clone(), value: text(value) });
    Delivery {
        method: Method::Post,
        url: case["url"].as_str().unwrap_or("https://hooks.example/4f1c").to_owned(),
        headers: headers.collect(),
        body: text(&case["body"]).into_bytes(),
    }
}

/// Another key is written in the same way.
fn swapped(char: char) -> char {
    match char {
        '1' => '2',
        '2' => '1',
        'a' => 'b',
        'b' => 'a',
        other => other,
    }
}

/// What is found out of a case, with a key and so many seconds later.
fn verdict(case: &Value, delivery: &Delivery, key: &str, later: u64) -> Verdict {
    let signatures = Signatures::new(&webhook(&case["signature"])).unwrap();
    let now = Duration::from_secs(case["now"].as_u64().unwrap_or(1_800_000_000) + later);
    let kept = case.get("subscription").map(|_| serde_json::json!({ "token": key }));
    let checked = signatures.check(delivery, kept.as_ref(), now, |_| Ok(Some(key.to_owned())));
    checked.unwrap().verdict
}

#[test]
fn what_others_sign_is_right_and_nothing_near_it() {
    let cases: Vec<Value> = serde_json::from_str(VECTORS).unwrap();
    assert!(cases.len() > 10);
    for case in &cases {
        let (name, sent) = (&case["name"], delivery(case));
        let key = case["secret"].as_str().unwrap();
        let is = |delivery: &Delivery, key: &str, later| verdict(case, delivery, key, later);
        assert_eq!(is(&sent, key, 0), Verdict::Right, "{name}");
        let other: String = key.chars().map(swapped).collect();
        assert_ne!(other, key);
        assert!(matches!(is(&sent, &other, 0), Verdict::Wrong(_)), "{name}");
        assert!(matches!(is(&sent, "", 0), Verdict::NoKey(_) | Verdict::NoKeyYet), "{name}");
        let bare = Delivery { headers: Vec::new(), ..sent.clone() };
        assert_eq!(is(&bare, key, 0), Verdict::Absent, "{name}");
        let late = is(&sent, key, 301);
        assert_eq!(late == Verdict::Right, case["signature"]["time"].is_null(), "{name}");
        let mut changed = sent.clone();
        changed.body.push(b'!');
        let is_token = case["signature"]["algorithm"] == "token";
        assert_eq!(is(&changed, key, 0) == Verdict::Right, is_token, "{name}");
    }
}

#[test]
fn every_algorithm_of_the_contract_is_tried() {
    for algorithm in ["hmac-sha1", "hmac-sha512", "ed25519", "token", "{form}", "client-secret"] {
        assert!(VECTORS.contains(algorithm), "{algorithm}");
    }
}

#[test]
fn an_algorithm_that_is_not_known_is_no_signature() {
    let mut said = webhook(&serde_json::json!({ "header": "x-a" }));
    let extension = crate::bindings::automation::connector::types::Extension {
        name: "x".into(),
        value: "{}".into(),
    };
    let mut other = said.signatures[0].clone();
    other.algorithm = Algorithm::Other(extension);
    said.signatures.push(other);
    assert!(Signatures::new(&said).is_ok(), "one that is known is enough");
    said.signatures.remove(0);
    assert_eq!(Signatures::new(&said).err().unwrap().status, 501);
    said.signatures[0].signed = "{bodys}".into();
    said.signatures[0].algorithm = Algorithm::Token;
    assert_eq!(Signatures::new(&said).err().unwrap().status, 502);
}
