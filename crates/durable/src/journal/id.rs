//! Ids of runs: short, and sorted they are in the order of their beginnings.

/// Without letters that are mistaken for digits.
const DIGITS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// Nine characters of time, until the year 3084, and three of chance.
pub fn new(now: i64) -> String {
    let value = (now as u64) << 15 | u64::from(fastrand::u16(..1 << 15));
    let digit = |place: u32| DIGITS[(value >> (5 * place) & 31) as usize] as char;
    (0..12).rev().map(digit).collect()
}

#[cfg(test)]
mod tests {
    use super::new;

    #[test]
    fn later_ids_sort_behind_earlier_ones() {
        let mut ids: Vec<String> = (0..1000).map(|ms| new(1_790_000_000_000 + ms * 77)).collect();
        ids.push(new((1 << 45) - 1));
        assert!(ids.is_sorted());
        assert!(ids.iter().all(|id| id.len() == 12));
    }
}
