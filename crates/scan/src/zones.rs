//! Adds `Z` to times without a zone, which are UTC. Everything else is kept as it is: unknown names, big
//! numbers, the order of names.

use std::ops::Range;

/// Where zones are missing in a text.
#[derive(Debug)]
pub struct Zones<'t> {
    text: &'t str,
    /// The offset of each in bytes.
    places: Vec<usize>,
}

impl Zones<'_> {
    /// Of a text that has not been looked at.
    #[must_use]
    pub fn new(text: &str) -> Zones<'_> {
        Zones { text, places: Vec::new() }
    }

    /// Looks at a value that may be a time. It is a part of the text, with its quotes.
    pub fn look(&mut self, value: &str) {
        let time = value.as_bytes();
        let naive = time.len() >= 21
            && time[0] == b'"'
            && (time[5], time[8], time[11], time[14]) == (b'-', b'-', b'T', b':')
            && time[20..time.len() - 1].iter().all(|b| b.is_ascii_digit() || *b == b'.');
        if naive {
            let begin = value.as_ptr() as usize - self.text.as_ptr() as usize;
            self.places.push(begin + value.len() - 1);
        }
    }

    /// A range of the text, which holds all of the places, with the zones.
    #[must_use]
    pub fn filled_in(self, range: Range<usize>) -> String {
        let mut out = String::with_capacity(range.len() + self.places.len());
        let mut done = range.start;
        for place in self.places {
            out.extend([&self.text[done..place], "Z"]);
            done = place;
        }
        out + &self.text[done..range.end]
    }
}
