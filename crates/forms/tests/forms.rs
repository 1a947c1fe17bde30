//! Forms of schemas as services have them.

use connector_forms::{Form, VARIANT, labels};
use serde_json::{Map, Value, json};

fn whole(schema: Value) -> Value {
    Form::whole(&json!({"type": "object", "properties": {"it": schema}})).schema["properties"]["it"]
        .clone()
}

fn titles(schema: &Value) -> Vec<&str> {
    let all = schema["oneOf"].as_array().unwrap();
    all.iter().map(|variant| variant["title"].as_str().unwrap()).collect()
}

fn text() -> Value {
    json!({"type": "string"})
}

#[test]
fn a_choice_within_a_choice_is_one_choice() {
    let tagged = |kind: &str| json!({"type": "object", "properties": {"kind": {"const": kind}, "name": text()}, "required": ["kind"]});
    let nested = json!({"anyOf": [
        {"oneOf": [tagged("RETAIL"), tagged("CREATIVE_ASSETS")], "discriminator": {"propertyName": "kind"}},
        {"type": "object", "properties": {"name": text()}},
    ], "title": "Feed"});
    let feed = whole(nested);
    assert_eq!(titles(&feed), ["Retail", "Creative assets", "Without kind"]);
    assert!(feed["discriminator"].is_null() && feed["anyOf"].is_null());
    assert_eq!(feed["title"], "Feed");
    let all = whole(json!({"oneOf": [tagged("RETAIL"), tagged("CREATIVE_ASSETS")]}));
    assert_eq!(titles(&all), ["Retail", "Creative assets"]);
    assert_eq!(all["discriminator"]["propertyName"], "kind");
    assert_eq!(all["oneOf"][1][VARIANT], "CREATIVE_ASSETS");
}

#[test]
fn variants_are_called_by_what_only_they_have() {
    let object = |members: Value, required: Value| json!({"type": "object", "properties": members, "required": required});
    let previews = whole(json!({"anyOf": [
        object(json!({"image_url": {"type": "string", "title": "Image"}, "title": text()}), json!(["image_url", "title"])),
        object(json!({"pin_id": {"type": "string", "title": "Pin"}}), json!(["pin_id"])),
        {"type": "array", "items": {"type": "object"}},
    ]}));
    assert_eq!(titles(&previews), ["Image, Title", "Pin", "List"]);
    let keys: Vec<_> =
        previews["oneOf"].as_array().unwrap().iter().map(|it| &it[VARIANT]).collect();
    assert_eq!(keys, ["1", "2", "3"]);
}

#[test]
fn there_is_no_choice_where_one_field_takes_all() {
    assert_eq!(
        whole(json!({"anyOf": [{"type": "integer"}, text(), {"type": "null"}], "title": "GTIN"})),
        json!({"type": "string", "title": "GTIN"})
    );
    assert_eq!(
        whole(json!({"anyOf": [text(), {"type": "array", "items": text()}]})),
        json!({"type": "array", "items": text()})
    );
    let free = json!({"type": "object"});
    assert_eq!(
        whole(json!({"anyOf": [free, {"type": "array", "items": free}], "title": "Any"})),
        json!({"title": "Any"})
    );
    let languages = whole(
        json!({"anyOf": [{"type": "string", "enum": ["de"]}, {"type": "string", "enum": ["de-DE"]}]}),
    );
    assert_eq!(languages["enum"], json!(["de", "de-DE"]));
    let nullable = whole(json!({"type": ["string", "null"], "enum": ["WEEK", null]}));
    assert_eq!(nullable["enum"], json!(["WEEK"]));
    let open = whole(json!({"anyOf": [{"type": "string", "enum": ["de"]}, text()]}));
    assert!(open["enum"].is_null());
    assert_eq!(
        whole(json!({"anyOf": [text()], "x-advanced": true})),
        json!({"type": "string", "x-advanced": true})
    );
}

#[test]
fn members_stand_in_the_order_to_ask_for_them() {
    let schema = json!({"type": "object", "required": ["name", "end_date", "start_date"], "properties": {
        "age": {"type": "integer", "x-advanced": true}, "end_date": text(), "MAX_PRICE": text(), "MIN_PRICE": text(),
        "name": text(), "note": text(), "start_date": text(), "until": text(), "since": text()}});
    let form = Form::whole(&schema).schema;
    let names: Vec<_> = form["properties"].as_object().unwrap().keys().collect();
    let expected = [
        "start_date",
        "end_date",
        "name",
        "MIN_PRICE",
        "MAX_PRICE",
        "note",
        "since",
        "until",
        "age",
    ];
    assert_eq!(names, expected);
}

#[test]
fn names_become_words_and_codes_stay() {
    let shown =
        |values: &[&str]| labels::options(&values.iter().map(|it| json!(it)).collect::<Vec<_>>());
    assert_eq!(shown(&["CREATED_AT", "last_7_days", "ALL"]), ["Created at", "Last 7 days", "All"]);
    assert_eq!(shown(&["USD", "EUR"]), ["USD", "EUR"]);
    assert_eq!(
        shown(&["de", "de-DE", "Africa/Cairo", "18-24", "65+", "image/png"]),
        ["de", "de-DE", "Africa/Cairo", "18-24", "65+", "image/png"]
    );
    assert_eq!(labels::options(&[json!(7), json!(30)]), ["7", "30"]);
}

/// Many records, with an input beside them that each of them may have, too.
fn many(record: Value) -> (Value, Value) {
    let input = json!({"type": "object", "required": ["account", "body"], "properties": {
        "account": text(), "test": {"type": "boolean"},
        "body": {"type": "array", "maxItems": 30, "title": "Records", "items": record}}});
    let output = json!({"properties": {"failed": {}, "results": {"items": {"properties":
        {"ok": {"type": "boolean"}, "data": {"type": "object", "title": "Record"}}}}}});
    (input, output)
}

fn filled(value: Value) -> Map<String, Value> {
    serde_json::from_value(value).unwrap()
}

#[test]
fn one_of_many_records_is_filled_in_by_its_fields() {
    let record = json!({"type": "object", "required": ["name"], "properties": {"account": text(), "name": text()}});
    let (input, output) = many(record);
    let form = Form::new(&input, &output);
    assert_eq!(form.schema["required"], json!(["account", "name"]));
    let single = form.single.unwrap();
    assert_eq!((single.most, &single.output["title"]), (Some(30), &json!("Record")));
    let records =
        ["a", "b"].map(|name| filled(json!({"account": "1", "test": true, "name": name})));
    assert_eq!(
        single.input(&records),
        json!({"account": "1", "test": true,
        "body": [{"account": "1", "name": "a"}, {"account": "1", "name": "b"}]})
    );
}

#[test]
fn a_record_with_variants_is_a_member() {
    let variant = |name: &str| json!({"type": "object", "properties": {"do": {"const": name}}, "required": ["do"]});
    let (input, output) = many(json!({"oneOf": [variant("CREATE"), variant("DELETE")]}));
    let form = Form::new(&input, &output);
    assert_eq!(titles(&form.schema["properties"]["body"]), ["Create", "Delete"]);
    assert_eq!(form.schema["properties"]["body"]["title"], "Records");
    let single = form.single.unwrap();
    let one = filled(json!({"account": "1", "body": {"do": "DELETE"}}));
    assert_eq!(single.input(&[one]), json!({"account": "1", "body": [{"do": "DELETE"}]}));
}

#[test]
fn what_has_no_result_for_each_record_stays_a_list() {
    let record = json!({"type": "object", "properties": {"name": text()}});
    let (input, output) = many(record.clone());
    assert_eq!(Form::new(&input, &json!({"type": "object"})).single, None);
    let ids = many(text()).0;
    assert_eq!(Form::new(&ids, &output).single, None, "texts have no fields");
    let mut two = input;
    two["properties"]["others"] = json!({"type": "array", "items": record});
    assert_eq!(Form::new(&two, &output).single, None, "which list is it?");
}
