//! `--set`: single fields of an input.

use serde_json::json;

use crate::support::Home;

#[test]
fn fields_are_set_one_by_one() {
    let home = Home::new();
    let body = |sets: &[&str]| {
        let sets = sets.iter().flat_map(|set| ["--set", set]);
        let args: Vec<&str> =
            ["request", "pins.create", "--json"].into_iter().chain(sets).collect();
        home.run(&args).fine().json()["body"].clone()
    };
    let sets = [
        "board_id=12",
        "title=2026",
        "media_source.source_type=multiple_image_urls",
        "media_source.items[0].url=https://example.com/a.jpg?b=c",
        "media_source.items.1.url=https://example.com/d.jpg",
    ];
    let expected = json!({
        "board_id": "12",
        "title": "2026",
        "media_source": {
            "source_type": "multiple_image_urls",
            "items": [
                {"url": "https://example.com/a.jpg?b=c"},
                {"url": "https://example.com/d.jpg"},
            ],
        },
    });
    assert_eq!(body(&sets), expected);
}

#[test]
fn it_goes_over_the_input() {
    let home = Home::new();
    std::fs::write(home.path("board.json"), r#"{"name": "A", "privacy": "SECRET"}"#).unwrap();
    let args = ["request", "boards.create", "--json", "--input", "@board.json", "--set", "name=B"];
    let sent = home.run(&args).fine().json();
    assert_eq!(sent["body"], json!({"name": "B", "privacy": "SECRET"}));
}

#[test]
fn what_cannot_be_set_is_refused_by_field() {
    let home = Home::new();
    let args = ["run", "boards.create", "--json", "--set", "nmae=A", "--set", "privacy[0]=SECRET"];
    let ran = home.run(&args);
    assert_eq!((ran.code, &ran.error()["kind"]), (2, &json!("invalid-input")));
    let field = |path: &str, message: &str| json!({"path": path, "message": message});
    assert_eq!(ran.error()["fields"][0], field("nmae", "is not a field here; did you mean name?"));
    // What does not fit its type is the connector's to refuse, as ever.
    let ran = home.run(&[
        "run",
        "boards.create",
        "--json",
        "--set",
        "name=A",
        "--set",
        "is_ads_only=perhaps",
    ]);
    assert_eq!(ran.code, 2);
    assert_eq!(ran.error()["fields"][0]["path"], "is_ads_only");
    for wrong in ["name", "=A"] {
        assert_eq!(home.run(&["run", "boards.create", "--set", wrong]).code, 2, "{wrong}");
    }
}
