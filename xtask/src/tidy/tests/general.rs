use super::super::general::check;
use super::super::settings::{Exempt, General};
use super::super::tree::Tree;
use super::lines;

#[test]
fn what_is_general_names_no_service() {
    let code = "fn f() {}\n// As at Acme.\n\n#[cfg(test)]\nmod tests {\n    const ACME: &str = \"acme\";\n}\n";
    let tree = Tree::of(&[
        ("host/src/a.rs", code),
        ("host/src/may.rs", "// Acme\n"),
        ("host/tests/b.rs", "// Acme\n"),
        ("src/lib.rs", "// Acme\n"),
    ]);
    let settings = General {
        words: vec!["acme".into()],
        paths: vec!["host/**".into()],
        tests: vec!["**/tests/**".into()],
        exempt: vec![Exempt { path: "host/src/may.rs".into(), reason: String::new() }],
    };
    assert_eq!(
        lines(&check(&tree, &settings)),
        [
            "host/src/a.rs:2: is general and names `acme`: say it without, or move it to where the service is known"
        ]
    );
}
