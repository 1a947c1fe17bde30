//! Where the brackets of a JSON text are, and each `T` within its texts. It is read 64 bytes at a time, and
//! what lies between is not looked at: numbers, words, colons, what a backslash stands for.

use wide::u8x16;

/// How many bytes are looked at together.
const BLOCK: usize = 64;

/// The places, in order, each with its byte: one of `{}[]`, or `T`. Any other byte tells that the text is
/// no JSON.
pub struct Structure<'t> {
    text: &'t [u8],
    /// Where the block begins that is being looked at.
    block: usize,
    /// What is left of its places, a bit for each byte.
    places: u64,
    /// All bits where the block ends within a text, else none.
    in_text: u64,
    /// Whether the last byte of the block is a backslash that escapes the next one.
    escaping: bool,
}

impl<'t> Structure<'t> {
    pub fn of(text: &'t str) -> Self {
        let text = text.as_bytes();
        let mut structure = Structure { text, block: 0, places: 0, in_text: 0, escaping: false };
        structure.places = structure.look();
        structure
    }

    /// Whether a text that began has not ended, once all places were given.
    pub fn is_cut(&self) -> bool {
        self.in_text != 0 || self.escaping
    }

    /// The places in this block.
    fn look(&mut self) -> u64 {
        let rest = &self.text[self.block..];
        let block = match rest.first_chunk() {
            Some(whole) => Block::of(whole),
            None => {
                let mut last = [b' '; BLOCK];
                last[..rest.len()].copy_from_slice(rest);
                Block::of(&last)
            }
        };
        let quotes = block.equal(b'"') & !self.escaped(block.equal(b'\\'));
        // From each opening quote to before the closing one.
        let texts = prefix_xor(quotes) ^ self.in_text;
        self.in_text = (texts.cast_signed() >> 63).cast_unsigned();
        (block.brackets() & !texts) | (block.equal(b'T') & texts)
    }

    /// The bytes that a backslash stands before, where it is not itself one of them.
    fn escaped(&mut self, backslashes: u64) -> u64 {
        let mut escaped = u64::from(self.escaping);
        let mut rest = backslashes & !escaped;
        self.escaping = false;
        while rest != 0 {
            let at = rest.trailing_zeros();
            self.escaping = at == BLOCK as u32 - 1;
            let next = (1 << at) << 1;
            escaped |= next;
            rest &= !(1 << at | next);
        }
        escaped
    }
}

impl Iterator for Structure<'_> {
    type Item = (usize, u8);

    #[inline]
    fn next(&mut self) -> Option<(usize, u8)> {
        while self.places == 0 {
            self.block += BLOCK;
            if self.block >= self.text.len() {
                // It stays at the end, also when it is asked again.
                self.block = self.text.len();
                return None;
            }
            self.places = self.look();
        }
        let at = self.block + self.places.trailing_zeros() as usize;
        self.places &= self.places - 1;
        self.text.get(at).map(|byte| (at, *byte))
    }
}

/// 64 bytes. Its functions stay in their callers also where code is to be small: a call for each vector
/// would cost more than what it does.
struct Block([u8x16; 4]);

impl Block {
    #[inline(always)]
    fn of(bytes: &[u8; BLOCK]) -> Self {
        let (parts, _) = bytes.as_chunks::<16>();
        Block([parts[0], parts[1], parts[2], parts[3]].map(u8x16::from))
    }

    /// A bit for each byte that equals this one.
    #[inline(always)]
    fn equal(&self, byte: u8) -> u64 {
        self.mask(|part| part.simd_eq(u8x16::splat(byte)))
    }

    /// A bit for each of `{}[]`, and for `Y`, `_`, `y` and 7F, which JSON has within texts only.
    #[inline(always)]
    fn brackets(&self) -> u64 {
        self.mask(|part| (part | u8x16::splat(0x26)).simd_eq(u8x16::splat(0x7f)))
    }

    #[inline(always)]
    fn mask(&self, of: impl Fn(u8x16) -> u8x16) -> u64 {
        let bits = |part| u64::from(of(part).to_bitmask());
        let [a, b, c, d] = self.0;
        bits(a) | bits(b) << 16 | bits(c) << 32 | bits(d) << 48
    }
}

/// Each bit tells whether an odd number of bits is set up to it.
fn prefix_xor(bits: u64) -> u64 {
    [1, 2, 4, 8, 16, 32].iter().fold(bits, |bits, by| bits ^ (bits << by))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(text: &str) -> (Vec<(usize, char)>, bool) {
        let mut structure = Structure::of(text);
        let places = structure.by_ref().map(|(at, byte)| (at, byte.into())).collect();
        assert_eq!(structure.next(), None);
        (places, structure.is_cut())
    }

    #[test]
    fn texts_hide_brackets_and_show_times() {
        let text = r#"{"a[T":[true,"\\"]}"#;
        let expected = vec![(0, '{'), (4, 'T'), (7, '['), (17, ']'), (18, '}')];
        assert_eq!(places(text), (expected, false));
        assert_eq!(places(""), (vec![], false));
    }

    #[test]
    fn it_is_the_same_wherever_a_block_ends() {
        let text = r#"["\\\"T]\\",{"\\\\":"]\"T"},"ä\u0022["]"#;
        let (of_it, _) = places(text);
        for before in 0..2 * BLOCK {
            let (shifted, cut) = places(&(" ".repeat(before) + text));
            let expected: Vec<_> = of_it.iter().map(|(at, it)| (at + before, *it)).collect();
            assert_eq!((shifted, cut), (expected, false), "{before}");
        }
    }

    #[test]
    fn a_text_that_does_not_end_is_cut() {
        for text in ["\"", r#"["a\""#, r#"{"a":"\"#, &format!("\"{}", "a".repeat(200))] {
            assert!(places(text).1, "{text}");
        }
    }
}
