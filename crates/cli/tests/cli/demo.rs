//! `demo` shows it all, and ends.

use std::time::{Duration, Instant};

use crate::support::Home;

#[test]
fn a_surprise_ends_it() {
    let ran = Home::new().run(&["demo", "--component", "no/such.wasm"]);
    assert_eq!((ran.code, ran.out.as_str()), (1, "✗ load\n"));
    assert!(ran.err.contains("no/such.wasm"), "{}", ran.err);
}

#[test]
fn the_demo_plays_to_its_end() {
    let mut home = Home::new();
    // Whatever a shell is set up for does not matter.
    home.set("CONNECTOR_ROUTES", "https://api.pinterest.com=http://127.0.0.1:1");
    let begun = Instant::now();
    let ran = home.run(&["demo"]).fine();
    assert!(begun.elapsed() < Duration::from_secs(10));
    assert_eq!(ran.err, "");
    for part in [
        "✓ connect ",
        "as Studio Fern (BUSINESS)",
        "600 Pins on 3 pages",
        "fires once",
        "  board_id: ",
        "  waits 1.0 s",
        "✓ delete the board",
        "\nDone: ",
    ] {
        assert!(ran.out.contains(part), "{part}: {}", ran.out);
    }
    assert!(!ran.out.contains('✗'), "{}", ran.out);
    assert!(!home.path("state/pinterest").exists(), "it leaves something behind");
}
