//! Schemas become types.

use super::{description, import, reduced};
use crate::catalog::time;
use serde_json::{Value, json};

#[track_caller]
fn becomes(schema: Value, expected: Value) {
    let type_ = reduced(schema);
    // As text, because the order of keys counts.
    assert_eq!(type_.to_string(), expected.to_string());
}

#[test]
fn one_reference_keeps_its_annotations() {
    becomes(
        json!({ "nullable": true, "allOf": [{ "$ref": "#/components/schemas/Base" }],
                "type": "object", "description": "Prose" }),
        json!({ "$ref": "Base", "nullable": true }),
    );
}

#[test]
fn a_limit_beside_a_reference_makes_a_type_of_its_own() {
    becomes(
        json!({ "allOf": [{ "$ref": "#/components/schemas/Name" }], "maxLength": 18 }),
        json!({ "type": "string", "pattern": "^a", "maxLength": 18 }),
    );
}

#[test]
fn several_parts_are_merged_and_the_later_wins() {
    becomes(
        json!({ "allOf": [
            { "$ref": "#/components/schemas/Base" },
            { "properties": {
                "size": { "type": "integer", "maximum": 9 },
                "items": { "items": { "$ref": "#/components/schemas/Name" } } },
              "required": ["items", "id"] },
        ] }),
        json!({ "type": "object",
            "properties": {
                "id": { "type": "string" },
                "size": { "type": "integer", "maximum": 9 },
                "items": { "type": "array", "items": { "$ref": "Name" } } },
            "required": ["id", "items"] }),
    );
}

#[test]
fn a_discriminator_leads_to_types_by_name() {
    becomes(
        json!({ "type": "object",
            "oneOf": [{ "$ref": "#/components/schemas/Base" }, { "type": "string" }],
            "discriminator": { "propertyName": "kind",
                "mapping": { "base": "#/components/schemas/Base" } } }),
        json!({ "oneOf": [{ "$ref": "Base" }, { "type": "string" }],
            "discriminator": { "property": "kind", "mapping": { "base": "Base" } } }),
    );
}

#[test]
fn the_ways_of_saying_the_same_become_one() {
    becomes(
        json!({ "anyOf": [{ "type": "string", "enum": ["a", null] }, { "type": "number" }] }),
        json!({ "oneOf": [{ "type": "string", "enum": ["a"], "nullable": true },
                          { "type": "number" }], "anyOf": true }),
    );
    becomes(
        json!({ "type": "number", "minimum": 0, "exclusiveMinimum": true, "nullable": false }),
        json!({ "type": "number", "exclusiveMinimum": 0 }),
    );
    becomes(
        json!({ "type": "object", "additionalProperties": {}, "required": [] }),
        json!({ "type": "object", "additionalProperties": true }),
    );
    becomes(
        json!({ "type": "boolean", "default": false, "additionalProperties": false }),
        json!({ "type": "boolean", "additionalProperties": false, "default": false }),
    );
}

#[test]
fn what_a_type_cannot_express_is_refused() {
    let description = description(|description| {
        description["components"]["schemas"]["Thing"]["properties"]["id"] =
            json!({ "not": { "type": "string" } });
    });
    let error = import(&description).map(drop).unwrap_err();
    assert_eq!(
        format!("{error:#}"),
        r#"schema Thing: id: the schema of "id" has not, which is not known"#
    );
}

#[test]
fn times_are_told_by_format_name_prose_and_example() {
    let cases = [
        ("created_at", json!({ "type": "string", "format": "date-time" }), Some("rfc3339")),
        (
            "verified",
            json!({ "type": "string", "example": "2022-12-14T21:03:01.602" }),
            Some("rfc3339"),
        ),
        (
            "effective",
            json!({ "type": "string", "example": "2025-01-01T00:00:00Z/2025-01-07T00:00:00Z" }),
            None,
        ),
        ("day", json!({ "type": "string", "description": "Format: YYYY-MM-DD" }), Some("date")),
        ("time", json!({ "type": "string", "example": "02:59" }), None),
        (
            "since",
            json!({ "type": "string", "description": "Unix UTC timestamp." }),
            Some("seconds-string"),
        ),
        (
            "end_time",
            json!({ "type": "integer", "description": "Unix timestamp" }),
            Some("seconds"),
        ),
        ("fired_time_ms", json!({ "type": "number" }), Some("milliseconds")),
        (
            "sent_at",
            json!({ "type": "integer", "example": 1646767577816_u64 }),
            Some("milliseconds"),
        ),
        (
            "made_at",
            json!({ "type": "integer", "description": "seconds", "example": 1646767577816_u64 }),
            Some("magnitude"),
        ),
        ("expires_at", json!({ "type": "integer" }), Some("magnitude")),
        (
            "key_frame_time",
            json!({ "type": "integer", "description": "Timestamp (seconds)" }),
            None,
        ),
        ("duration", json!({ "type": "integer", "description": "In milliseconds" }), None),
    ];
    for (name, schema, expected) in cases {
        assert_eq!(time::encoding(name, schema.as_object().unwrap()), expected, "{name}");
    }
}

#[test]
fn meanings_are_told_by_name_prose_and_example() {
    let text = |more: Value| {
        let mut schema = json!({ "type": "string" });
        schema.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        schema
    };
    let cases = [
        ("link", text(json!({})), Some("link")),
        ("click_tracking_url", text(json!({})), Some("link")),
        ("ad_image_7_link", text(json!({})), Some("link")),
        ("ios_deep_link", text(json!({})), None),
        ("location", text(json!({ "pattern": "^ftp" })), None),
        ("website", text(json!({ "example": "my.shop" })), None),
        ("website", text(json!({ "example": "https://my.shop" })), Some("link")),
        ("url", text(json!({ "description": "Or an {operator: value}" })), None),
        ("value", text(json!({ "description": "Will be parsed into a double" })), Some("decimal")),
        ("sale_price", text(json!({})), Some("price")),
        ("currency", text(json!({ "enum": ["USD"] })), None),
        ("client_ip_address", text(json!({})), Some("ip-address")),
        ("daily_spend_cap", json!({ "type": "integer" }), Some("micro-currency")),
        (
            "bid",
            json!({ "type": "number", "description": "In microcurrency" }),
            Some("micro-currency"),
        ),
        ("is_flexible_budget_in_micro_currency", json!({ "type": "boolean" }), None),
    ];
    for (name, schema, expected) in cases {
        let type_ = reduced(json!({ "properties": { name: schema } }));
        assert_eq!(type_["properties"][name]["meaning"].as_str(), expected, "{name}");
    }
    let lists = reduced(json!({ "properties": { "destination_urls": {
        "type": "array", "items": { "type": "string" } } } }));
    assert_eq!(lists["properties"]["destination_urls"]["items"]["meaning"], "link");
}

/// What is not carried into the tables must not come in unseen.
#[test]
fn keywords_and_formats_that_nothing_checks_are_refused() {
    for (keyword, value) in [
        ("multipleOf", json!(5)),
        ("uniqueItems", json!(true)),
        ("maxProperties", json!(3)),
        ("const", json!("a")),
        ("not", json!({})),
        ("patternProperties", json!({})),
        ("format", json!("email")),
    ] {
        let description = description(|description| {
            description["components"]["schemas"]["Thing"]["properties"]["id"] =
                json!({ keyword: value });
        });
        assert!(import(&description).is_err(), "{keyword}");
    }
}
