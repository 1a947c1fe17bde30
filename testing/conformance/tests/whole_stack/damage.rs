//! Answers that are not as promised: an error with a name, in time, and no item is lost or doubled.

use connector_emulator::FaultKind;
use connector_host::Error;

use crate::support::{ALWAYS, Notes, PAGE, Stack, fault, policy, word};

const PINS: &str = "/v5/boards/{board_id}/pins";

/// Reads the board; after its first page the fault strikes each answer to come.
async fn read(stack: &Stack, times: u32, kind: &FaultKind) -> (Vec<String>, Result<(), Error>) {
    let (control, kind) = (stack.control.clone(), kind.clone());
    let mut notes = Notes::default();
    notes.after_page.push_back(Box::new(move || fault(&control, "GET", PINS, times, kind)));
    let end = stack.run(stack.pins(), &mut notes).await.map(drop);
    stack.control.clear_faults();
    (notes.ids, end)
}

#[tokio::test]
async fn a_damaged_page_ends_the_list_after_the_pages_before_it() {
    let stack = Stack::start().await;
    let mut whole = Notes::default();
    stack.run(stack.pins(), &mut whole).await.unwrap();
    assert!(whole.ids.len() > 2 * PAGE);
    let beyond = policy().response_bytes + 1;
    let damages = [
        (FaultKind::HugeBody(beyond), PAGE, "response-size"),
        (FaultKind::InvalidUtf8, PAGE, "invalid-answer"),
        (FaultKind::BrokenJson, PAGE, "invalid-answer"),
        (FaultKind::HtmlPage, PAGE, "invalid-answer"),
        (FaultKind::ErrorBodyWith200, PAGE, "server-error"),
        (FaultKind::Cut, PAGE, "undelivered"),
        (FaultKind::Slow(5_000), PAGE, "undelivered"),
        // The page itself is good; only where it leads is not.
        (FaultKind::RepeatBookmark, 2 * PAGE, "bookmark-repeats"),
    ];
    for (kind, complete, expected) in damages {
        let (ids, end) = read(&stack, ALWAYS, &kind).await;
        let failure = end.expect_err("the damage is noticed");
        assert_eq!(word(&failure), expected, "{kind:?}: {failure}");
        assert_eq!(ids, whole.ids[..complete], "{kind:?}");

        let (ids, end) = read(&stack, 0, &kind).await;
        end.expect("the next run is as good as new");
        assert_eq!(ids, whole.ids, "after {kind:?}");
    }
}

#[tokio::test]
async fn a_cut_that_passes_is_not_even_noticed() {
    let stack = Stack::start().await;
    let mut whole = Notes::default();
    stack.run(stack.pins(), &mut whole).await.unwrap();
    let (ids, end) = read(&stack, 2, &FaultKind::Cut).await;
    end.unwrap();
    assert_eq!(ids, whole.ids);
}
