//! The guests' linear memories, seen from outside.

use std::fs::{self, File};
use std::os::unix::fs::FileExt;

/// The pool reserves gigabytes of address space behind each memory, so that a guest that reads
/// beyond its end is stopped; nothing else in a process is followed by so large a hole.
const HOLE: usize = 1 << 30;

/// The bytes of every guest that lives in this process now.
pub fn of_guests() -> Vec<u8> {
    let maps = fs::read_to_string("/proc/self/maps").expect("the maps can be read");
    let mappings: Vec<Mapping> = maps.lines().filter_map(Mapping::read).collect();
    let memory = File::open("/proc/self/mem").expect("the memory can be read");
    let mut found = Vec::new();
    for run in mappings.chunk_by(|one, next| one.writable && next.writable && one.end == next.start)
    {
        let (start, end) = (run[0].start, run[run.len() - 1].end);
        let hole =
            |mapping: &Mapping| mapping.start == end && mapping.closed && mapping.end - end >= HOLE;
        if !run[0].writable || !mappings.iter().any(hole) {
            continue;
        }
        let mut bytes = vec![0; end - start];
        // An instance of another test may have ended meanwhile.
        if memory.read_exact_at(&mut bytes, start as u64).is_ok() {
            found.append(&mut bytes);
        }
    }
    found
}

struct Mapping {
    start: usize,
    end: usize,
    writable: bool,
    /// Neither readable nor writable.
    closed: bool,
}

impl Mapping {
    /// `7f0000000000-7f0000010000 rw-p …`
    fn read(line: &str) -> Option<Mapping> {
        let mut words = line.split_whitespace();
        let (start, end) = words.next()?.split_once('-')?;
        let access = words.next()?;
        Some(Mapping {
            start: usize::from_str_radix(start, 16).ok()?,
            end: usize::from_str_radix(end, 16).ok()?,
            writable: access.starts_with("rw"),
            closed: access.starts_with("---"),
        })
    }
}
