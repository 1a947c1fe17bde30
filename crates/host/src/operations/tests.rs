use serde_json::Value;

use super::*;

/// The cases in `tests/operations`, which every host plays.
fn cases() -> Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/operations/cases.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

fn texts(value: &Value) -> Vec<String> {
    value.as_array().unwrap().iter().map(text).collect()
}

fn method(value: &Value) -> Method {
    match value.as_str().unwrap() {
        "get" => Method::Get,
        "head" => Method::Head,
        "post" => Method::Post,
        "put" => Method::Put,
        "patch" => Method::Patch,
        "delete" => Method::Delete,
        other => panic!("{other}"),
    }
}

fn effect(value: &Value) -> Effect {
    match value.as_str().unwrap() {
        "read" => Effect::Read,
        "idempotent" => Effect::Idempotent,
        "write" => Effect::Write,
        other => panic!("{other}"),
    }
}

fn base(value: &Value) -> Base {
    let environment = value["environment"].as_str().map(str::to_owned);
    Base { url: text(&value["url"]), environment }
}

fn operation(value: &Value) -> Operation {
    Operation {
        id: text(&value["id"]),
        method: method(&value["method"]),
        path: text(&value["path"]),
        scopes: texts(&value["scopes"]),
        effect: effect(&value["effect"]),
        destructive: value["destructive"] == true,
    }
}

fn origins(cases: &Value) -> Vec<Origin> {
    texts(&cases["origins"]).iter().map(|it| it.parse().unwrap()).collect()
}

fn operations(cases: &Value) -> Operations {
    let bases = cases["bases"].as_array().unwrap().iter().map(base).collect();
    let all = cases["operations"].as_array().unwrap().iter().map(operation).collect();
    Operations::new(bases, all, &origins(cases)).unwrap()
}

#[test]
fn a_request_is_the_operation_that_every_host_takes_it_for() {
    let cases = cases();
    let operations = operations(&cases);
    let environment = text(&cases["environment"]);
    for case in cases["requests"].as_array().unwrap() {
        // What the URL's own parser makes of it is what is sent.
        let url = Url::parse(case["url"].as_str().unwrap()).unwrap();
        match operations.find(&environment, &method(&case["method"]), &url) {
            Ok(meaning) => {
                assert_eq!(case["operation"], *meaning.id, "{case}");
                if let Some(scopes) = case.get("scopes") {
                    assert_eq!(meaning.scopes, texts(scopes), "{case}");
                }
                if let Some(said) = case.get("effect") {
                    assert_eq!(meaning.effect, effect(said), "{case}");
                }
                if let Some(destructive) = case.get("destructive") {
                    assert_eq!(meaning.destructive, *destructive == true, "{case}");
                }
            }
            Err(why) => {
                let refused = match why {
                    Unlisted::Unknown => "unknown",
                    Unlisted::NotPlain => "not-plain",
                    Unlisted::Ambiguous => "ambiguous",
                };
                assert_eq!(case["refused"], refused, "{case}");
            }
        }
    }
}

#[test]
fn where_tokens_are_given_out_is_known_however_it_is_written() {
    let cases = cases();
    let path = |url: &str| folded_path(&Url::parse(url).unwrap());
    let endpoint = path(cases["endpoint"]["url"].as_str().unwrap());
    for url in texts(&cases["endpoint"]["same"]) {
        assert_eq!(path(&url), endpoint, "{url}");
    }
    for url in texts(&cases["endpoint"]["others"]) {
        assert_ne!(path(&url), endpoint, "{url}");
    }
}

#[test]
fn no_request_does_less_than_its_method() {
    for case in cases()["effects"].as_array().unwrap() {
        let least = at_least(&method(&case["method"]), effect(&case["said"]));
        assert_eq!(least, effect(&case["effect"]), "{case}");
    }
    assert_eq!(stricter(Effect::Read, Effect::Write), Effect::Write);
}

#[test]
fn lists_that_do_not_hold_together_are_refused() {
    let cases = cases();
    let wrong = |bases: Vec<Base>, path: &str| {
        let mut only = operation(&cases["operations"][0]);
        only.path = path.to_owned();
        Operations::new(bases, vec![only], &origins(&cases)).unwrap_err()
    };
    assert_eq!(wrong(Vec::new(), "/a"), "operations: they have no base");
    for url in texts(&cases["wrong"]["bases"]) {
        let base = Base { url: url.clone(), environment: None };
        assert!(wrong(vec![base], "/a").contains(&format!("the base `{url}`")), "{url}");
    }
    for path in texts(&cases["wrong"]["paths"]) {
        let said = wrong(vec![base(&cases["bases"][0])], &path);
        assert!(said.contains(&format!("the path `{path}`")), "{path}");
    }
}
