//! What is done at the emulator so that a list changes as the schedule says: by trigger, how a thing
//! is made, changed and removed.
//!
//! Texts are filled in: `{id}`, `{key}` and `{state}` of the thing, and the fields of the trigger's
//! configuration, as `{board_id}`.

/// Something that is done at the emulator.
#[derive(Clone, Copy)]
pub enum Deed {
    /// Another client runs this action with this input.
    Run(&'static str, &'static str),
    /// Pinterest comes so far with what has this id: into the thing's state, or else this one.
    Settle(&'static str, &'static str),
    /// The thing is kept at the path that the trigger asks for.
    Keep,
    /// This answer is kept there.
    Answer(&'static str),
    /// The thing is not kept any more.
    Drop,
}

/// How what some triggers watch is made, changed and removed.
pub struct Hand {
    /// The actions that these triggers read with; none for all that have no hand of their own.
    pub reads: &'static [&'static str],
    /// What must be there before: fields of a configuration, and the actions whose outputs name
    /// them.
    pub first: &'static [(&'static str, &'static str, &'static str)],
    /// Where a deed runs an action, its output names the thing.
    pub make: &'static [Deed],
    pub change: &'static [Deed],
    /// Also done at first, to all that could be there, where that is known.
    pub remove: &'static [Deed],
    /// What was removed comes back when it is changed.
    pub returns: bool,
    /// Nothing is ever removed, and what has got into its state stays in it.
    pub stays: bool,
}

use Deed::{Answer, Drop, Keep, Run, Settle};

const BOARD: (&str, &str, &str) = ("board_id", "boards.create", r#"{"name": "Here"}"#);

const FINAL: Deed =
    Answer(r#"{"conversion_metrics_ready": true, "non_conversion_metrics_ready": true}"#);

/// A list that the emulator keeps as it is.
const KEPT: Hand = Hand {
    reads: &[],
    first: &[],
    make: &[Keep],
    change: &[Keep],
    remove: &[Drop],
    returns: true,
    stays: false,
};

const HANDS: &[Hand] = &[
    // Boards come in the order of their names, so a board that is renamed also moves.
    Hand {
        reads: &["boards.list"],
        make: &[Run("boards.create", r#"{"name": "{state} {key}"}"#)],
        change: &[Run("boards.update", r#"{"board_id": "{id}", "name": "{state} {key}"}"#)],
        remove: &[Run("boards.delete", r#"{"board_id": "{id}"}"#)],
        returns: false,
        ..KEPT
    },
    // What goes is on a board that the account's list leaves out, and is called something else.
    Hand {
        reads: &["pins.list", "board_pins.list", "board_section_pins.list", "pins.search"],
        first: &[
            BOARD,
            (
                "section_id",
                "board_sections.create",
                r#"{"board_id": "{board_id}", "name": "Tarts"}"#,
            ),
            ("elsewhere", "boards.create", r#"{"name": "There", "privacy": "PROTECTED"}"#),
        ],
        make: &[Run(
            "pins.create",
            r#"{"board_id": "{board_id}", "board_section_id": "{section_id}", "title": "Lemon tart",
                "media_source": {"source_type": "image_url", "url": "https://example.com/1.jpg"}}"#,
        )],
        change: &[Run(
            "pins.update",
            r#"{"pin_id": "{id}", "board_id": "{board_id}", "board_section_id": "{section_id}",
                "title": "Lemon tart"}"#,
        )],
        remove: &[Run(
            "pins.update",
            r#"{"pin_id": "{id}", "board_id": "{elsewhere}", "title": "Plum cake"}"#,
        )],
        ..KEPT
    },
    Hand {
        reads: &["board_sections.list"],
        first: &[BOARD],
        make: &[Run("board_sections.create", r#"{"board_id": "{board_id}", "name": "{key}"}"#)],
        change: &[Run(
            "board_sections.update",
            r#"{"board_id": "{board_id}", "section_id": "{id}", "name": "Once {key}"}"#,
        )],
        remove: &[Run(
            "board_sections.delete",
            r#"{"board_id": "{board_id}", "section_id": "{id}"}"#,
        )],
        returns: false,
        ..KEPT
    },
    Hand {
        reads: &["media.list"],
        make: &[Run("media.create", r#"{"media_type": "video"}"#), Settle("{id}", "processing")],
        change: &[Settle("{id}", "processing")],
        stays: true,
        ..KEPT
    },
    Hand {
        reads: &["ads_reports.get"],
        first: &[(
            "token",
            "ads_reports.create",
            r#"{"ad_account_id": "{ad_account_id}", "start_date": "2026-07-01",
                "end_date": "2026-07-19", "granularity": "DAY", "level": "CAMPAIGN",
                "columns": ["CAMPAIGN_ID", "SPEND_IN_DOLLAR"]}"#,
        )],
        make: &[Settle("{token}", "IN_PROGRESS")],
        change: &[Settle("{token}", "IN_PROGRESS")],
        remove: &[Settle("{token}", "IN_PROGRESS")],
        ..KEPT
    },
    Hand {
        reads: &["metrics_readiness.get"],
        make: &[FINAL],
        change: &[FINAL],
        remove: &[Answer(
            r#"{"conversion_metrics_ready": false, "non_conversion_metrics_ready": true}"#,
        )],
        ..KEPT
    },
];

/// The hand for triggers that read with this action.
pub fn of(action: &str) -> &'static Hand {
    HANDS.iter().find(|hand| hand.reads.contains(&action)).unwrap_or(&KEPT)
}
