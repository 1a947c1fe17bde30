//! What each kind of change counts as.

use std::path::Path;

use serde_json::{Value, json};

use super::change::{Change, at_least};
use super::schema::{Side, compare};
use super::{bump, manifest, tag, wit};

const WIT: &str = "
package automation:sample@0.2.0;

/// What goes in.
@since(version = 0.2.0)
interface types {
  record request { url: string, /* a comment */ body: option<string> }
  enum effect { read, write }
  type id = string;
}

interface steps {
  use types.{request};
  start: func(id: string) -> request;
}
";

fn wit_changes(from: &str, to: &str) -> Vec<String> {
    assert!(WIT.contains(from));
    let now = WIT.replacen(from, to, 1);
    let changes = wit::compare(&wit::items(WIT), &wit::items(&now));
    changes.iter().map(ToString::to_string).collect()
}

#[test]
fn every_item_of_a_contract_is_found() {
    let items: Vec<_> = wit::items(WIT).into_keys().collect();
    assert_eq!(
        items,
        [
            "interface steps/start",
            "interface steps/use types.{request}",
            "interface types/enum effect",
            "interface types/record request",
            "interface types/type id",
        ]
    );
}

#[test]
fn types_are_closed_and_interfaces_grow() {
    let none: [&str; 0] = [];
    assert_eq!(wit_changes("What goes in", "What comes"), none);
    assert_eq!(wit_changes("read, write", "read,\n    write"), none);
    assert_eq!(
        wit_changes("read, write", "read, write, other"),
        ["BREAKS `interface types/enum effect` is not as it was"]
    );
    assert_eq!(
        wit_changes("  type id = string;", ""),
        ["BREAKS `interface types/type id` is gone"]
    );
    assert_eq!(
        wit_changes("  start:", "  stop: func();\n  start:"),
        ["adds `interface steps/stop`"]
    );
}

fn changes(side: Side, before: &Value, now: &Value) -> Vec<String> {
    let mut changes = Vec::new();
    compare("x", before, now, side, &mut changes);
    changes.iter().map(ToString::to_string).collect()
}

#[test]
fn inputs_may_become_wider() {
    let before = json!({"type": "object", "required": ["a"], "properties": {
        "a": {"type": "string", "enum": ["p", "q"]},
        "b": {"type": "integer", "maximum": 10},
    }});
    let now = |from: &str, to: &str| {
        let text = before.to_string();
        assert!(text.contains(from), "{text}");
        let now: Value = serde_json::from_str(&text.replacen(from, to, 1)).unwrap();
        changes(Side::Input, &before, &now)
    };
    assert_eq!(now(r#""p","#, r#""p","r","#), Vec::<String>::new());
    assert_eq!(now(r#""p","#, ""), [r#"BREAKS `x.a` does not take "p" any more"#]);
    assert_eq!(now(r#""integer""#, r#""number""#), Vec::<String>::new());
    assert_eq!(now(r#""integer""#, r#""string""#), ["BREAKS `x.b` does not take integer any more"]);
    assert_eq!(now(":10", ":20"), Vec::<String>::new());
    assert_eq!(now(":10", ":5"), ["BREAKS `x.b` has a tighter maximum: 5"]);
    assert_eq!(now(r#"["a"]"#, r#"["a","b"]"#), ["BREAKS `x.b` is required now"]);
    assert_eq!(now(r#""b":{"#, r#""c":{"#), ["BREAKS `x.b` is gone", "adds `x.c`"]);
}

#[test]
fn outputs_may_become_larger() {
    let before =
        json!({"type": "object", "required": ["a"], "properties": {"a": {"type": "string"}}});
    let more = json!({"type": "object", "required": ["a"], "properties": {
        "a": {"type": "string"}, "b": {"type": "string"},
    }});
    assert_eq!(changes(Side::Output, &before, &more), ["adds `x.b`"]);
    assert_eq!(changes(Side::Output, &more, &before), ["BREAKS `x.b` is gone"]);
    let maybe = json!({"type": "object", "properties": {"a": {"type": ["string", "null"]}}});
    assert_eq!(
        changes(Side::Output, &before, &maybe),
        ["BREAKS `x.a` may be null now", "BREAKS `x.a` is not always there any more",]
    );
}

#[test]
fn variants_stay() {
    let both = json!({"oneOf": [{"type": "string"}, {"type": "integer", "title": "An id"}]});
    let one = json!({"oneOf": [{"type": "string"}]});
    assert_eq!(changes(Side::Input, &both, &one), ["BREAKS `x` lost or changed its variant An id"]);
    assert_eq!(changes(Side::Input, &one, &both), ["adds `x` has more variants"]);
}

#[test]
fn this_manifest_against_changed_ones() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let now = manifest::read(&root).unwrap();
    assert_eq!(manifest::compare(&now, &now), []);
    let mut before = now.clone();
    let id = before["actions"][0]["action"]["id"].as_str().unwrap().to_owned();
    before["actions"].as_array_mut().unwrap().remove(0);
    assert_eq!(manifest::compare(&before, &now), [Change::added(format!("the action `{id}`"))]);
    assert_eq!(
        manifest::compare(&now, &before),
        [Change::breaking(format!("the action `{id}` is gone"))]
    );
    let mut before = now.clone();
    before["actions"][0]["action"]["scopes"] = json!([]);
    assert!(
        manifest::compare(&before, &now)[0].what.starts_with(&format!("`{id}` needs the scope"))
    );
    let items = wit::read(&root.join("wit")).unwrap();
    assert!(items.len() > 50, "{}", items.len());
    assert_eq!(wit::compare(&items, &items), []);
}

#[test]
fn versions_follow_from_changes() {
    let breaks = [Change::breaking("a"), Change::added("b")];
    let adds = [Change::added("b")];
    let least = |changes: &[Change], before| Change::least(changes, before).unwrap();
    assert_eq!(least(&breaks, "0.2.3"), "0.3.0");
    assert_eq!(least(&breaks, "1.2.3"), "2.0.0");
    assert_eq!(least(&adds, "0.2.3"), "0.2.4");
    assert_eq!(least(&adds, "1.2.3"), "1.3.0");
    assert_eq!(least(&[], "1.2.3"), "1.2.3");
    assert!(at_least("0.10.0", "0.9.9").unwrap() && !at_least("0.2.9", "0.3.0").unwrap());
    assert!(Change::least(&adds, "1.2").is_err());
}

#[test]
fn a_bump_that_is_none_writes_nothing() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let error = |version, day| bump::bump(&root, version, day).unwrap_err().to_string();
    assert!(error("0.0.1", "2026-01-31").contains("is not later than"));
    assert!(error("999.0", "2026-01-31").contains("is no version"));
    assert!(error("999.0.0", "tomorrow").contains("is no day"));
}

#[test]
fn a_changelog_tells_of_one_version() {
    let changelog = "# Changelog\n\n## Unreleased\n\n## 0.2.0 (2026-01-31)\n\n- New.\n\n## 0.1.0 (2026-01-01)\n\n- Old.\n";
    assert_eq!(tag::section(changelog, "0.2.0").unwrap(), "- New.\n");
    assert_eq!(tag::section(changelog, "0.1.0").unwrap(), "- Old.\n");
    assert_eq!(tag::section(changelog, "0.3.0"), None);
}
