use super::super::circles::{self, Circle, Root};
use super::super::tree::Tree;

fn find(files: &[(&str, &str)]) -> Vec<Circle> {
    let root = Root { name: "app".into(), file: "src/lib.rs".into() };
    circles::find(&Tree::of(files), &[root]).unwrap()
}

/// What the first circle is made of.
fn members(files: &[(&str, &str)]) -> Vec<String> {
    find(files).first().map(|circle| circle.members.iter().cloned().collect()).unwrap_or_default()
}

#[test]
fn a_circle_is_told_with_an_import_for_each_arrow() {
    let faults: Vec<_> = find(&[
        ("src/lib.rs", "mod a;\nmod b;\nmod c;\n"),
        ("src/a.rs", "use std::fmt;\n\nuse crate::b::{self, B};\n"),
        ("src/b.rs", "pub struct B;\n\nfn f() {\n    super::c::g();\n}\n"),
        ("src/c.rs", "pub fn g() {}\nfn h(_: crate::a::A) {}\n"),
    ])
    .iter()
    .map(|circle| circle.fault().to_string())
    .collect();
    assert_eq!(
        faults,
        [
            "src/a.rs:3: modules of `app` go in a circle: a → b → c → a (a → b by `crate::b` at src/a.rs:3; \
          b → c by `super::c::g` at src/b.rs:4; c → a by `crate::a::A` at src/c.rs:2): \
          move what both need into a module of its own, or pass it in"
        ]
    );
}

#[test]
fn one_direction_is_no_circle() {
    let files = [
        ("src/lib.rs", "mod a;\nmod b;\nfn f() { a::f(); }\n"),
        ("src/a.rs", "use crate::b::B;\nuse super::f;\n"),
        ("src/b.rs", "pub struct B;\n"),
    ];
    assert!(find(&files).is_empty());
}

#[test]
fn parent_and_child_may_refer_to_each_other() {
    let files = [
        ("src/lib.rs", "mod a;\npub struct Shared;\n"),
        ("src/a/mod.rs", "mod inner;\nuse crate::Shared;\nuse inner::Inner;\npub struct Outer;\n"),
        ("src/a/inner.rs", "use super::Outer;\npub struct Inner(crate::Shared);\n"),
    ];
    assert!(find(&files).is_empty());
}

#[test]
fn what_is_below_a_module_counts_as_the_module() {
    let files = [
        ("src/lib.rs", "mod a;\nmod b;\n"),
        ("src/a.rs", "mod deep;\npub mod open;\n"),
        ("src/a/deep.rs", "use crate::b::B;\n"),
        ("src/a/open.rs", ""),
        ("src/b.rs", "mod low { use crate::a::open; }\npub struct B;\n"),
    ];
    assert_eq!(members(&files), ["a", "b"]);
}

#[test]
fn circles_are_found_in_each_parent() {
    let circles = find(&[
        ("src/lib.rs", "mod a;\n"),
        ("src/a.rs", "mod x;\nmod y;\n"),
        ("src/a/x.rs", "use super::y::Y;\npub struct X;\n"),
        ("src/a/y.rs", "use crate::a::x::X;\npub struct Y;\n"),
    ]);
    assert_eq!(circles.len(), 1);
    assert_eq!(circles[0].place(), "`a` in `app`");
}

#[test]
fn what_a_parent_exports_is_of_the_child_that_has_it() {
    let named = [
        ("src/lib.rs", "mod a;\nmod b;\npub use a::A;\n"),
        ("src/a.rs", "pub struct A(crate::b::B);\n"),
        ("src/b.rs", "use crate::A;\npub struct B;\n"),
    ];
    assert_eq!(members(&named), ["a", "b"]);
    let all = [("src/lib.rs", "mod a;\nmod b;\npub use a::*;\n"), named[1], named[2]];
    assert_eq!(members(&all), ["a", "b"]);
}

#[test]
fn paths_in_macros_and_attributes_count() {
    let files = [
        ("src/lib.rs", "mod a;\nmod b;\n"),
        ("src/a.rs", "fn f() { println!(\"{}\", crate::b::g()); }\npub fn parse() {}\n"),
        (
            "src/b.rs",
            "#[derive(Args)]\nstruct B { #[arg(long, value_parser = crate::a::parse)] x: u8 }\npub fn g() {}\n",
        ),
    ];
    assert_eq!(members(&files), ["a", "b"]);
}

#[test]
fn an_imported_module_is_followed() {
    let files = [
        ("src/lib.rs", "mod a;\nmod b;\nmod c;\n"),
        ("src/a.rs", "use crate::c;\nfn f() { c::B::new(); }\npub struct A;\n"),
        ("src/b.rs", "pub struct B(crate::a::A);\n"),
        ("src/c.rs", "pub use crate::b::B;\n"),
    ];
    assert_eq!(members(&files), ["a", "b", "c"]);
}

#[test]
fn code_for_tests_does_not_count() {
    let files = [
        ("src/lib.rs", "mod a;\nmod b;\n"),
        ("src/a.rs", "use crate::b::B;\npub struct A;\n"),
        (
            "src/b.rs",
            "pub struct B;\n#[cfg(test)]\nmod tests { use crate::a::A; }\n#[cfg(test)]\nuse crate::a::A;\n",
        ),
    ];
    assert!(find(&files).is_empty());
}

#[test]
fn files_are_found_as_the_compiler_finds_them() {
    let files = [
        ("src/lib.rs", "#[path = \"../build/a.rs\"]\nmod a;\nmod b { mod c; }\n"),
        ("build/a.rs", "use crate::b::f;\n"),
        ("src/b/c.rs", "use crate::a::g;\n"),
    ];
    assert_eq!(members(&files), ["a", "b"]);
}

#[test]
fn names_of_other_crates_are_no_siblings() {
    let files = [
        ("src/lib.rs", "mod a;\nmod url;\n"),
        ("src/a.rs", "use ::url::Url;\nuse serde::a;\n"),
        ("src/url.rs", "use crate::a::A;\nuse url::Url;\n"),
    ];
    assert!(find(&files).is_empty());
}
