//! Where brackets are, and strings end.

use crate::block::{Block, SIZE};

/// How many blocks are looked at before their places are given.
const BLOCKS: usize = 32;

/// Reads a text from its beginning. [`Structure::next_places`] gives where the brackets `{}[]` outside of JSON
/// strings are, and each `T` within one.
pub struct Structure<'t> {
    text: &'t [u8],
    /// Where the block begins that comes next.
    next: usize,
    /// All bits where the last block ended within a string, else none.
    in_string: u64,
    /// Whether the last byte of the last block is a backslash that escapes the next one.
    escaping: bool,
    /// Those that were found last, and their number.
    places: Box<[u32; BLOCKS * SIZE]>,
}

impl<'t> Structure<'t> {
    /// Of a text of less than 4 GiB. It may hold any bytes: what is not ASCII is no structure.
    #[must_use]
    pub fn of(text: &'t [u8]) -> Self {
        let places = Box::new([0; BLOCKS * SIZE]);
        Structure { text, next: 0, in_string: 0, escaping: false, places }
    }

    /// The next places, in order: their offsets in the text. There may be none in a part of it; at the end
    /// there is None.
    ///
    /// Outside of strings a place may also be that of `Y`, `_`, `y` or 7F, which JSON does not have there.
    #[inline(never)]
    pub fn next_places(&mut self) -> Option<&[u32]> {
        if self.next >= self.text.len() {
            return None;
        }
        let mut found = 0;
        for _ in 0..BLOCKS {
            let Some(rest) = self.text.get(self.next..).filter(|rest| !rest.is_empty()) else {
                break;
            };
            let mut places = match rest.first_chunk() {
                Some(whole) => self.look(&Block::of(whole)),
                None => {
                    let mut last = [b' '; SIZE];
                    last[..rest.len()].copy_from_slice(rest);
                    self.look(&Block::of(&last))
                }
            };
            let block = self.next as u32;
            while places != 0 {
                // Never more than all bytes of all blocks.
                self.places[found % (BLOCKS * SIZE)] = block + places.trailing_zeros();
                found += 1;
                places &= places - 1;
            }
            self.next += SIZE;
        }
        Some(&self.places[..found])
    }

    /// Whether a string that began has not ended, once all places were given.
    #[must_use]
    pub fn is_cut(&self) -> bool {
        self.in_string != 0 || self.escaping
    }

    /// The places in this block.
    #[inline(always)]
    fn look(&mut self, block: &Block) -> u64 {
        let mut quotes = block.equal(b'"');
        let backslashes = block.equal(b'\\');
        if backslashes != 0 || self.escaping {
            quotes &= !self.escaped(backslashes);
        }
        // From each opening quote to before the closing one.
        let strings = prefix_xor(quotes) ^ self.in_string;
        self.in_string = (strings.cast_signed() >> 63).cast_unsigned();
        (block.brackets() & !strings) | (block.equal(b'T') & strings)
    }

    /// The bytes that a backslash stands before, where it is not itself one of them.
    fn escaped(&mut self, backslashes: u64) -> u64 {
        let mut escaped = u64::from(self.escaping);
        let mut rest = backslashes & !escaped;
        self.escaping = false;
        while rest != 0 {
            let at = rest.trailing_zeros();
            self.escaping = at == SIZE as u32 - 1;
            let next = (1 << at) << 1;
            escaped |= next;
            rest &= !(1 << at | next);
        }
        escaped
    }
}

/// Each bit tells whether an odd number of bits is set up to it.
#[inline(always)]
fn prefix_xor(mut bits: u64) -> u64 {
    bits ^= bits << 1;
    bits ^= bits << 2;
    bits ^= bits << 4;
    bits ^= bits << 8;
    bits ^= bits << 16;
    bits ^ (bits << 32)
}
