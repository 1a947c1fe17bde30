//! Reports of what changed.

use super::facts;
use crate::catalog::diff::report;
use serde_json::json;

#[test]
fn equal_facts_have_no_changes() {
    assert_eq!(report(&facts(|_| {}), &facts(|_| {})), "no changes\n");
}

#[test]
fn an_added_operation_and_a_changed_limit_are_found() {
    let newer = facts(|description| {
        description["info"]["version"] = "1.1.0".into();
        let get = &mut description["paths"]["/things/{id}"]["get"];
        get["parameters"][1]["schema"]["maxLength"] = 20.into();
        get["security"] = json!([{ "oauth": ["things:write"] }]);
        let mut list = get.clone();
        list["operationId"] = "things/list".into();
        description["paths"]["/things"]["get"] = list;
        let thing = &mut description["components"]["schemas"]["Thing"]["properties"];
        thing["tags"] =
            json!({ "type": "array", "items": { "$ref": "#/components/schemas/Unused" } });
    });
    let expected = r#"api
    version: "1.0.0" -> "1.1.0"

operations added
    things/list  GET  /things

operation things/get changed
    parameters.id.maxLength: 18 -> 20
    security.oauth.scopes: -"things:read" +"things:write"

types added
    Unused

type Thing changed
    tags: added {"type":"array","items":{"$ref":"Unused"}}

"#;
    assert_eq!(report(&facts(|_| {}), &newer), expected);
}

#[test]
fn what_is_gone_is_removed_and_names_like_keys_stay_in_the_path() {
    let with = |limit: u32| {
        facts(|description| {
            let thing = &mut description["components"]["schemas"]["Thing"]["properties"];
            thing["schema"] = json!({ "type": "array", "items": { "properties": {
                "items": { "type": "string", "maxLength": limit } } } });
        })
    };
    let expected = "type Thing changed\n    schema[].items.maxLength: 1 -> 2\n\n";
    assert_eq!(report(&with(1), &with(2)), expected);

    let mut empty = facts(|_| {});
    empty.types.clear();
    assert_eq!(report(&facts(|_| {}), &empty), "types removed\n    Thing\n\n");
}
