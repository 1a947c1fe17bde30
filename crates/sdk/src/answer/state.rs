//! What the states of jobs and of the items of batches mean.

use crate::catalog::States;

/// What a state's word means.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum State {
    /// It has been done.
    Done,
    /// It is not finished.
    Waiting,
    /// It went wrong.
    Failed,
    /// The catalogue does not know the word.
    Unknown,
}

impl State {
    /// The meaning of the service's word for a state. Case, hyphens and blanks do not matter.
    pub fn of(states: &States, word: &str) -> State {
        let word = word.trim().to_ascii_lowercase().replace(['-', ' '], "_");
        match word.as_str() {
            word if states.done.contains(&word) => State::Done,
            word if states.waiting.contains(&word) => State::Waiting,
            word if states.failed.iter().any(|part| word.contains(part)) => State::Failed,
            _ => State::Unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::State;
    use crate::testing::SERVICE;

    #[test]
    fn words_are_known_in_any_case_and_no_other_word_is_guessed() {
        let all = [
            ("SUCCESS", State::Done),
            ("Processed", State::Done),
            ("in progress", State::Waiting),
            ("NOT-STARTED", State::Waiting),
            ("FAILURE", State::Failed),
            ("failed", State::Failed),
            ("retail_item_error", State::Failed),
            ("DOES_NOT_EXIST", State::Failed),
            ("DISAPPROVED", State::Failed),
            ("COMPLETED_EARLY", State::Unknown),
            ("QUEUED", State::Unknown),
            ("unprocessed", State::Unknown),
            ("", State::Unknown),
        ];
        for (word, state) in all {
            assert_eq!(State::of(&SERVICE.states, word), state, "{word}");
        }
    }
}
