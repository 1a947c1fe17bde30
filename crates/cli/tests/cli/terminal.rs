//! What comes from outside is shown, and obeyed by no terminal.

use connector_emulator::SeedBoard;

use crate::support::Service;

/// Sets the title of a window, clears the screen with a control character of one byte, and turns
/// the direction of writing around.
const NAME: &str = "A\u{1b}]0;owned\u{7}B\u{9b}2JC\u{202e}D\r";
const SHOWN: &str = r"A\u001b]0;owned\u0007B\u009b2JC\u202eD\u000d";

#[test]
fn texts_of_the_service_are_written_out() {
    let service = Service::start();
    service.control.add_board(&SeedBoard::new(NAME, 0));
    let home = service.home();
    let choices = home.run(&["choices", "pins.create", "board_id"]).fine().out;
    assert!(choices.lines().any(|line| line.ends_with(SHOWN)), "{choices:?}");
    // JSON stays the same JSON.
    let listed = home.run(&["run", "boards.list"]).fine();
    assert!(!listed.out.contains(['\u{1b}', '\u{9b}', '\u{202e}']), "{:?}", listed.out);
    assert!(listed.lines().iter().any(|board| board["name"] == NAME), "{:?}", listed.out);
}

#[test]
fn what_was_typed_is_no_exception() {
    let home = Service::start().guest();
    let ran = home.run(&["test", NAME]);
    assert!(ran.err.contains(SHOWN) && !ran.err.contains('\u{1b}'), "{:?}", ran.err);
    let ran = home.run(&["describe", "\u{1b}[2J"]);
    assert!(ran.err.contains(r"\u001b[2J") && !ran.err.contains('\u{1b}'), "{:?}", ran.err);
}

#[test]
fn a_file_holds_what_the_service_said() {
    let service = Service::start();
    service.control.add_board(&SeedBoard::new(NAME, 0));
    let home = service.home();
    home.run(&["read", "boards", "--format", "csv", "--out", "boards.csv"]).fine();
    assert!(std::fs::read_to_string(home.path("boards.csv")).unwrap().contains(NAME));
}
