//! Fields that hold secrets are marked, so that forms mask them and hosts keep them out of logs; so are
//! e-mail addresses in answers, so that they are shown only to those who ask for them.

use connector_oracle::engine::Engine;
use connector_oracle::findings::Findings;
use serde_json::Value;

use crate::support::{Subject, both};

/// Wherever a field has one of these names, its value lets its holder in somewhere.
const SECRETS: [&str; 11] = [
    "access_token",
    "conversion_access_token",
    "cryptographic_key",
    "partner_access_token",
    "partner_refresh_token",
    "password",
    "presigned_url",
    "refresh_token",
    "x-amz-credential",
    "x-amz-security-token",
    "x-amz-signature",
];

both!(secrets_are_marked);

fn secrets_are_marked(engine: &dyn Engine) {
    let mut findings = Findings::default();
    let mut met = 0;
    for subject in Subject::all(engine) {
        for (which, schema) in [("input", &subject.input), ("output", &subject.output)] {
            walk(schema, which, &mut |path, name, schema| {
                if SECRETS.contains(&name) || schema["format"] == "password" {
                    met += 1;
                    if schema["x-secret"] != true {
                        findings.add(&subject.id, format!("{path} is not marked"), schema);
                    }
                }
            });
        }
    }
    // At least the credentials of feeds and the tokens of partners.
    assert!(met > 5, "only {met} secrets were met");
    findings.settle();
}

both!(addresses_of_persons_are_marked);

fn addresses_of_persons_are_marked(engine: &dyn Engine) {
    let mut findings = Findings::default();
    let mut met = 0;
    for subject in Subject::all(engine) {
        walk(&subject.output, "output", &mut |path, name, schema| {
            let is_text = schema["type"] == "string" || schema["type"][0] == "string";
            if name.contains("email") && is_text {
                met += 1;
                if schema["x-personal"] != true {
                    findings.add(&subject.id, format!("{path} is not marked"), schema);
                }
            }
        });
    }
    // At least those of members and partners.
    assert!(met > 2, "only {met} addresses were met");
    findings.settle();
}

fn walk(schema: &Value, path: &str, judge: &mut impl FnMut(&str, &str, &Value)) {
    match schema {
        Value::Object(members) => {
            for (key, value) in members {
                if key == "properties" {
                    for (name, schema) in value.as_object().into_iter().flatten() {
                        let path = format!("{path}.{name}");
                        judge(&path, name, schema);
                        walk(schema, &path, judge);
                    }
                } else {
                    walk(value, path, judge);
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| walk(item, path, judge)),
        _ => {}
    }
}
