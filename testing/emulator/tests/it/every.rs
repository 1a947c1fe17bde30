//! Every operation of the facts, asked rightly and wrongly.

use serde_json::{Value, json};

use crate::api::Api;
use crate::description::Judge;
use crate::facts::{Facts, array};
use crate::request::{Draft, draft, text};

/// A right request is answered with a documented status, in the shape that the description has.
#[tokio::test]
async fn every_operation_answers_a_right_request() {
    let facts = Facts::load();
    let judge = Judge::new();
    let mut wrong = Vec::new();
    assert_eq!(facts.operations.len(), 266);
    for (id, operation) in &facts.operations {
        for full in [false, true] {
            let api = Api::start().await;
            let draft = draft(&api, &facts, id, full).await;
            let answer = answer(&api, operation, &draft).await;
            let status = answer.status.as_u16();
            let request =
                format!("{id} full={full} {} {:?} {:?}", draft.path, draft.query, draft.body);
            if !array(&operation["success"]).any(|success| *success == json!(status)) {
                wrong.push(format!("{request}: {status} {}", answer.body));
            } else if let Some(problem) =
                judge.as_ref().and_then(|judge| judge.problem(operation, &answer))
            {
                wrong.push(format!("{request}: {problem}"));
            } else if answer.body.to_string().contains("not found") {
                wrong.push(format!("{request}: {}", answer.body));
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// An unknown parameter, a missing parameter, an unknown key and a wrong type: all are refused.
#[tokio::test]
async fn every_operation_refuses_a_wrong_request() {
    let facts = Facts::load();
    let mut wrong = Vec::new();
    let mut asked = 0;
    for (id, operation) in &facts.operations {
        let api = Api::start().await;
        let right = draft(&api, &facts, id, false).await;
        for (what, draft) in wrong_drafts(&facts, operation, &right) {
            let answer = answer(&api, operation, &draft).await;
            asked += 1;
            if answer.status != 400 || answer.body["code"] != 1 {
                wrong.push(format!("{id} {what}: {} {}", answer.status, answer.body));
            }
        }
    }
    assert!(asked > 266, "only {asked} wrong requests");
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

fn wrong_drafts(facts: &Facts, operation: &Value, right: &Draft) -> Vec<(String, Draft)> {
    let mut drafts = Vec::new();
    let mut query = right.query.clone();
    query.push(("colour".to_owned(), "red".to_owned()));
    drafts.push(("unknown parameter".to_owned(), Draft { query, ..right.clone() }));
    for (index, (name, _)) in right.query.iter().enumerate() {
        let mut query = right.query.clone();
        query.remove(index);
        drafts.push((format!("without {name}"), Draft { query, ..right.clone() }));
    }
    if let Some(body) = &right.body {
        let schema = facts.resolve(&operation["body"]["schema"]);
        let mut with = |what: &str, body: Value| {
            drafts.push((what.to_owned(), Draft { body: Some(body), ..right.clone() }));
        };
        with("text as body", json!("text"));
        let is_open = schema["properties"].is_null() && schema["type"] == "object";
        if body.is_object() && !is_open && schema["oneOf"][1]["type"] != "object" {
            let mut unknown = body.clone();
            unknown["colour"] = "red".into();
            with("unknown key", unknown);
        }
        for name in array(&schema["required"]).filter_map(Value::as_str) {
            let mut wrong = body.clone();
            wrong[name] = json!({ "colour": { "of": 5 } });
            with(&format!("wrong {name}"), wrong);
            let mut missing = body.clone();
            missing.as_object_mut().unwrap().remove(name);
            with(&format!("no {name}"), missing);
        }
    }
    drafts
}

/// Sends a request with the credential that its operation takes.
async fn answer(api: &Api, operation: &Value, draft: &Draft) -> crate::api::Answer {
    if operation["security"][0]["scheme"] != "basic" {
        return draft.send(api).await;
    }
    let (id, secret) = api.emulator.client();
    let query: String = draft.query.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let request = api.http.post(format!("{}{}?{query}", api.origin, draft.path));
    let mut form = draft.body.clone().unwrap_or_default();
    if form["token"].is_string() && form.get("colour").is_none() {
        let spec = connector_emulator::TokenSpec { system_user: true, ..Default::default() };
        form["token"] = api.control().issue_token(spec).into();
    }
    // What is no object cannot be a form: it goes as it is, and is refused.
    let request = request.basic_auth(id, Some(secret));
    crate::api::send(match form.as_object() {
        Some(form) => {
            request.form(&form.iter().map(|(key, value)| (key, text(value))).collect::<Vec<_>>())
        }
        None => request.json(&form),
    })
    .await
}
