//! A case: rules, keys, and a delivery.

use connector_host::contract::triggers::Trigger;
use connector_host::contract::webhooks::{
    Algorithm, Encoding, Signature, SignedTime, SigningKey, Webhook as Said,
};
use connector_host::contract::{Delivery, Header, Method};
use connector_host::{Clock, Secret};
use connector_webhooks::{Error, Webhook};
use serde_json::Value;

#[derive(Clone, Debug)]
pub struct Case {
    pub name: String,
    pub signatures: Vec<Signature>,
    pub secret: String,
    pub subscription: Option<String>,
    pub delivery: Delivery,
    /// Seconds since 1970-01-01 UTC.
    pub now: u64,
}

pub fn cases() -> Vec<Case> {
    let all: Vec<Value> = serde_json::from_str(include_str!("vectors.json")).unwrap();
    all.iter().map(read).collect()
}

pub fn case(name: &str) -> Case {
    let found = cases().into_iter().find(|case| case.name.contains(name));
    found.unwrap_or_else(|| panic!("no vector is {name}"))
}

pub fn webhook(signatures: Vec<Signature>) -> Said {
    let trigger = Trigger {
        id: "things.made".into(),
        title: String::new(),
        summary: String::new(),
        group: String::new(),
        scopes: Vec::new(),
    };
    Said { trigger, shared: false, signatures }
}

impl Case {
    pub fn checked(&self) -> Result<String, Error> {
        let now = self.now;
        let webhook = Webhook::new(&webhook(self.signatures.clone()))?;
        let webhook = webhook.clock(Clock::new(move || now));
        let subscription = self.subscription.as_ref().map(Secret::new);
        let keys = webhook.keys_from(subscription.as_ref(), |place| match place {
            SigningKey::Credential(id) => (id == "signing-secret").then(|| self.secret()),
            _ => Some(self.secret()),
        });
        Ok(webhook.verify(&keys, &self.delivery)?.to_string())
    }

    /// What is found out, or why it could not be.
    pub fn verdict(&self) -> String {
        self.checked().unwrap_or_else(|error| error.to_string())
    }

    fn secret(&self) -> Secret {
        Secret::new(&self.secret)
    }

    pub fn signs(&self, part: &str) -> bool {
        self.signatures.iter().any(|it| it.signed.contains(part))
    }

    pub fn is_token(&self) -> bool {
        self.signatures.iter().any(|it| it.algorithm == Algorithm::Token)
    }

    /// Takes another key that is written in the same way.
    pub fn change_key(&mut self) {
        let swap = |char: char| match char {
            '1' => '2',
            '2' => '1',
            'a' => 'b',
            'b' => 'a',
            other => other,
        };
        let other = |text: &String| text.chars().map(swap).collect();
        let changed: String = other(&self.secret);
        assert_ne!(changed, self.secret);
        self.secret = changed;
        self.subscription = self.subscription.as_ref().map(|text| text.replace("_1", "_2"));
    }

    pub fn header(&self, name: &str) -> String {
        let found = self.delivery.headers.iter().find(|header| header.name == name);
        found.unwrap().value.clone()
    }

    pub fn set_header(&mut self, name: &str, value: &str) {
        self.delivery.headers.retain(|header| header.name != name);
        self.add_header(name, value);
    }

    pub fn add_header(&mut self, name: &str, value: &str) {
        self.delivery.headers.push(Header { name: name.into(), value: value.into() });
    }
}

fn read(case: &Value) -> Case {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let headers = case["headers"].as_object().unwrap().iter();
    let header =
        |(name, value): (&String, &Value)| Header { name: name.clone(), value: text(value) };
    Case {
        name: text(&case["name"]),
        signatures: vec![signature(&case["signature"])],
        secret: text(&case["secret"]),
        subscription: case.get("subscription").map(Value::to_string),
        delivery: Delivery {
            method: Method::Post,
            url: case["url"].as_str().unwrap_or("https://hooks.example/4f1c").to_owned(),
            headers: headers.map(header).collect(),
            body: text(&case["body"]).into_bytes(),
        },
        now: case["now"].as_u64().unwrap_or(1_800_000_000),
    }
}

fn signature(said: &Value) -> Signature {
    let text = |name: &str, otherwise: &str| said[name].as_str().unwrap_or(otherwise).to_owned();
    let encoding = |name: &str, otherwise: &str| match &*text(name, otherwise) {
        "plain" => Encoding::Plain,
        "hex" => Encoding::Hex,
        "base64" => Encoding::Base64,
        other => panic!("{other}"),
    };
    let key = text("key", "credential");
    Signature {
        header: text("header", ""),
        element: said["element"].as_str().map(str::to_owned),
        prefix: text("prefix", ""),
        encoding: encoding("encoding", "hex"),
        algorithm: match &*text("algorithm", "hmac-sha256") {
            "hmac-sha256" => Algorithm::HmacSha256,
            "hmac-sha1" => Algorithm::HmacSha1,
            "hmac-sha512" => Algorithm::HmacSha512,
            "ed25519" => Algorithm::Ed25519,
            "token" => Algorithm::Token,
            other => panic!("{other}"),
        },
        key: match &*key {
            "client-secret" => SigningKey::ClientSecret,
            "credential" => SigningKey::Credential("signing-secret".into()),
            pointer => SigningKey::Subscription(pointer.into()),
        },
        key_encoding: encoding("key_encoding", "plain"),
        signed: text("signed", "{body}"),
        time: said["time"]
            .as_str()
            .map(|time| SignedTime { time: time.to_owned(), tolerance_ms: 300_000 }),
    }
}
