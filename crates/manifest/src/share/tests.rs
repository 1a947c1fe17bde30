//! What is shared, how it is called, and that it comes back.

use super::*;

/// A manifest of triggers with these data, which is all that they differ in.
fn manifest(data: &[&str]) -> Manifest {
    let triggers: Vec<_> = data
        .iter()
        .enumerate()
        .map(|(number, data)| {
            format!(
                r#"{{ "trigger": {{ "id": "t.new{number}", "title": "T", "summary": "T.", "group": "T",
                   "scopes": [] }}, "config": {{"$schema":"https://x"}}, "data": {data}, "sample": {{}} }}"#
            )
        })
        .collect();
    let text = format!(
        r#"{{ "format": 2, "contract": "a:b@0.1.0", "connector": {{ "id": "a", "title": "A",
           "summary": "A.", "version": "1.0.0", "api_version": "1", "environments": [], "origins": [],
           "credentials": [], "settings": {{}}, "form": {{}}, "setup": [], "quotas": [],
           "operations": [] }}, "actions": [], "triggers": [{}] }}"#,
        triggers.join(",")
    );
    text.parse().unwrap()
}

/// The data as they are shared, and the names in `$defs`.
fn shared(data: &[&str]) -> (Vec<String>, Vec<String>) {
    let manifest = manifest(data);
    let shared = manifest.shared().unwrap();
    let text = shared.text().unwrap();
    let read: Manifest = text.parse().unwrap();
    assert_eq!(read.text().unwrap(), text);
    assert_eq!(read.inlined().unwrap().text().unwrap(), manifest.text().unwrap());
    assert_eq!(read.shared().unwrap().text().unwrap(), text, "what is shared stays so");
    let data = shared.triggers.iter().map(|it| it.data.get().to_owned()).collect();
    (data, shared.defs.into_keys().collect())
}

const LONG: &str = r#""type":"string","maxLength":100,"pattern":"^[a-z]+(-[a-z]+)*$","x-text":"link","description":"A sentence that is long enough to be worth a reference, wherever this is used.""#;

const LONG_TOO: &str = r#""enum":["one","two","three","four","five","six","seven","eight","nine","ten","eleven","twelve"]"#;

fn fields(fields: &[(&str, String)]) -> String {
    let fields: Vec<_> = fields.iter().map(|(name, it)| format!("\"{name}\":{it}")).collect();
    format!(r#"{{"type":"object","properties":{{{}}}}}"#, fields.join(","))
}

#[test]
fn a_schema_has_the_name_of_its_field() {
    let long = format!("{{{LONG}}}");
    let one = fields(&[("link", long.clone()), ("id", r#"{"type":"string"}"#.into())]);
    let (data, names) = shared(&[&one, &fields(&[("link", long.clone()), ("other", long)])]);
    assert_eq!(names, ["link"]);
    assert_eq!(
        data[0],
        r##"{"type":"object","properties":{"link":{"$ref":"#/$defs/link"},"id":{"type":"string"}}}"##
    );
}

#[test]
fn annotations_stand_beside_a_reference_in_their_order() {
    let core = format!("\"type\":\"string\",{LONG_TOO}");
    let titled =
        |title| format!(r#"{{"x-advanced":true,{core},"title":"{title}","default":1.50}}"#);
    let (data, names) = shared(&[
        &fields(&[("number", titled("A"))]),
        &fields(&[("number", titled("B"))]),
        &fields(&[("number", titled("C"))]),
    ]);
    assert_eq!(names, ["number"]);
    let field = r##"{"x-advanced":true,"$ref":"#/$defs/number","title":"B","default":1.50}"##;
    assert_eq!(data[1], fields(&[("number", field.into())]));
}

#[test]
fn schemas_of_one_name_are_numbered_in_their_order() {
    let first = format!("{{{LONG},\"title\":\"First\"}}");
    let second = first.replace("100", "200");
    let with = |it: &str, other| fields(&[("x y/", it.to_owned()), (other, "{}".into())]);
    let (data, names) =
        shared(&[&with(&first, "a"), &with(&second, "a"), &with(&first, "b"), &with(&second, "b")]);
    assert_eq!(names, ["x-y", "x-y-2"]);
    let second = r##"{"$ref":"#/$defs/x-y-2"}"##;
    assert_eq!([&data[1], &data[3]], [&with(second, "a"), &with(second, "b")]);
}

#[test]
fn what_has_many_names_is_called_after_what_is_in_it() {
    let object = fields(&[("inclusion", format!("{{{LONG}}}")), ("negated", "{}".into())]);
    let all: Vec<_> = ["A", "B", "C"].map(|name| (name, object.clone())).into();
    let (_, names) = shared(&[&fields(&all)]);
    assert_eq!(names, ["inclusion-negated"]);
}

const SCHEMA: &str = r#""$schema":"https://x""#;

#[test]
fn the_dialect_of_all_schemas_is_said_once() {
    let data = format!("{{{LONG},{LONG_TOO},{SCHEMA}}}");
    let manifest = manifest(&[data.as_str(); 4]);
    let shared = manifest.shared().unwrap();
    assert_eq!(shared.json_schema_dialect.as_deref(), Some("https://x"));
    assert_eq!(shared.triggers[0].config.get(), "{}");
    assert_eq!(shared.triggers[3].data.get(), r##"{"$ref":"#/$defs/t"}"##);
    assert_eq!(shared.schema(&shared.triggers[3].data).unwrap().get(), data);
    assert_eq!(shared.inlined().unwrap().text().unwrap(), manifest.text().unwrap());
}

#[test]
fn where_dialects_differ_each_schema_says_its_own() {
    let data = format!("{{{LONG},{LONG_TOO},{SCHEMA}}}");
    let twice = format!("{{{SCHEMA},{SCHEMA}}}");
    for other in
        ["{}", r#"{"$schema":"https://y"}"#, r#"{"$schema":"https://x","title":"A"}"#, &twice]
    {
        let (data, names) = shared(&[&data, &data, &data, &data, other]);
        assert_eq!(names, ["t"]);
        assert_eq!(data[0], format!(r##"{{"$ref":"#/$defs/t",{SCHEMA}}}"##));
        assert_eq!(data[4], other);
    }
}

#[test]
fn schemas_with_references_of_their_own_stay_as_they_are() {
    let long = format!("{{{LONG}}}");
    let own = fields(&[("link", r##"{"$ref":"#/$defs/link"}"##.into())]);
    let own = own.replacen('{', &format!("{{\"$defs\":{{\"link\":{long}}},"), 1);
    let dangling = fields(&[("link", r##"{"$ref":"#/$defs/link-2"}"##.into())]);
    let plain = fields(&[("link", long.clone()), ("other", long)]);
    let (data, names) = shared(&[&own, &dangling, &plain, &own, &dangling]);
    assert_eq!(names, ["link-3"]);
    assert_eq!(data[..2], [own, dangling]);
}

#[test]
fn constants_and_defaults_are_no_schemas() {
    let value = format!(r#"{{"const":{{"properties":{{"a":{{{LONG}}}}}}}}}"#);
    let (_, names) = shared(&[&fields(&[("a", value.clone())]), &fields(&[("b", value)])]);
    assert_eq!(names, ["a"], "the whole, and nothing of the constant");
}

#[test]
fn a_schema_that_is_no_object_stays() {
    let (data, names) = shared(&["true", "true", "false", r#"{"items":true}"#]);
    assert_eq!(names, [""; 0]);
    assert_eq!(data, ["true", "true", "false", r#"{"items":true}"#]);
}

#[test]
fn a_reference_in_a_circle_and_one_that_doubles_without_end_are_refused() {
    let with = |defs: &str| -> Manifest {
        let text = manifest(&[r##"{"$ref":"#/$defs/a"}"##]).text().unwrap();
        let text = text.strip_suffix('}').unwrap();
        format!("{text}, \"$defs\": {{{defs}}} }}").parse().unwrap()
    };
    let circle = with(r##""a":{"items":{"$ref":"#/$defs/b"}},"b":{"not":{"$ref":"#/$defs/a"}}"##);
    let error = circle.inlined().unwrap_err();
    assert_eq!(error, InlineError::Deep("a".into()));
    assert!(error.to_string().starts_with("`$defs.a` is referred to more than 60 schemas deep"));

    let doubled = |(name, next): (char, char)| {
        let next = format!(r##"{{"$ref":"#/$defs/{next}"}}"##);
        format!(r#""{name}":{{"allOf":[{}]}}"#, vec![next; 100].join(","))
    };
    let doubled: Vec<_> = ('a'..'i').zip('b'..='i').map(doubled).collect();
    let doubled = with(&(doubled.join(",") + r#","i":{}"#));
    assert!(matches!(doubled.inlined(), Err(InlineError::Long(_))));
}
