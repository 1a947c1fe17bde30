use super::super::contents::check;
use super::super::tree::Tree;
use super::lines;

/// What is wrong with a book whose contents are these.
fn faults(contents: &str, drawing: &str) -> Vec<String> {
    let tree = Tree::of(&[
        ("crates/host/Cargo.toml", ""),
        ("crates/host/tests/fixture/Cargo.toml", ""),
        ("docs/SUMMARY.md", contents),
        ("docs/one.md", "[two](actions/two.md)"),
        ("docs/actions/README.md", "[two](two.md#a) and [away](https://example.com/three.md)"),
        ("docs/actions/two.md", ""),
        ("docs/actions/three.md", ""),
        ("docs/pictures/architecture.svg", drawing),
    ]);
    lines(&check(&tree))
}

const WHOLE: &str = "- [One](one.md)\n- [All](actions/README.md)\n- [Three](actions/three.md)\n";

#[test]
fn a_page_stands_in_the_contents_or_is_led_to_from_the_first_of_its_folder() {
    assert_eq!(faults(WHOLE, "<text>host</text>"), Vec::<String>::new());
}

#[test]
fn a_page_that_only_another_folder_leads_to_has_no_place() {
    let found = faults("- [One](one.md)\n- [Three](actions/three.md)\n", "<text>host</text>");
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(
        found[0].starts_with("docs/actions/README.md:1: is a page of the book without a place")
    );
    assert!(found[1].starts_with("docs/actions/two.md:1: "));
}

#[test]
fn a_page_has_one_place() {
    let found = faults(&format!("{WHOLE}- [Again](one.md)\n"), "<text>host</text>");
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].contains("SUMMARY.md:4: `docs/one.md` stands in line 1 already"), "{found:?}");
}

#[test]
fn every_crate_is_drawn() {
    let found = faults(WHOLE, "<text>the host</text>");
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].contains("does not show the crate `crates/host`"), "{found:?}");
}
