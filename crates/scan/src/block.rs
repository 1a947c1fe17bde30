//! 64 bytes that are looked at together.

use wide::u8x16;

/// How many bytes that are.
pub const SIZE: usize = 64;

/// Its functions stay in their callers also where code is to be small: a call for each vector would cost
/// more than what it does.
pub struct Block(u8x16, u8x16, u8x16, u8x16);

impl Block {
    #[inline(always)]
    pub fn of(bytes: &[u8; SIZE]) -> Self {
        let (parts, _) = bytes.as_chunks::<16>();
        let part = |index: usize| u8x16::from(parts[index]);
        Block(part(0), part(1), part(2), part(3))
    }

    /// A bit for each byte that equals this one.
    #[inline(always)]
    pub fn equal(&self, byte: u8) -> u64 {
        self.mask(|part| part.simd_eq(u8x16::splat(byte)))
    }

    /// A bit for each of `{}[]`, and for `Y`, `_`, `y` and 7F, which JSON has within strings only.
    #[inline(always)]
    pub fn brackets(&self) -> u64 {
        self.mask(|part| (part | u8x16::splat(0x26)).simd_eq(u8x16::splat(0x7f)))
    }

    #[inline(always)]
    fn mask(&self, of: impl Fn(u8x16) -> u8x16) -> u64 {
        let bits = |part| u64::from(of(part).to_bitmask());
        bits(self.0) | bits(self.1) << 16 | bits(self.2) << 32 | bits(self.3) << 48
    }
}
