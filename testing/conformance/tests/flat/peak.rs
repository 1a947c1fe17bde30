//! The memory that the process needs at most.

use std::fs;
use std::time::Instant;

use tokio::sync::Mutex;

/// Who measures holds it.
pub static TURN: Mutex<()> = Mutex::const_new(());

/// Waits for the end of something that may take so many bytes above what the process needs when it is idle.
pub async fn of<T>(what: &str, most: u64, work: impl Future<Output = T>) -> T {
    // Begins to measure the peak anew: see proc_pid_clear_refs(5).
    fs::write("/proc/self/clear_refs", "5").unwrap();
    let (idle, begun) = (memory("VmRSS"), Instant::now());
    let result = work.await;
    let above = memory("VmHWM").saturating_sub(idle);
    println!("{what}: {} MiB above idle, {:.1?}", above >> 20, begun.elapsed());
    assert!(above <= most, "{what}: {above} bytes above idle");
    result
}

/// Bytes of a line of the process's status, which is in KiB.
fn memory(name: &str) -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':')).unwrap();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() << 10
}
