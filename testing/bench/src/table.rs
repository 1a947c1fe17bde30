//! How results are shown.

use std::time::Duration;

/// Begins a group of rows.
pub fn title(text: &str) {
    println!("\n{text}");
}

/// One result.
pub fn row(what: &str, value: String) {
    println!("  {what:<52}{value:>12}");
}

/// One result beside the one to compare it with.
pub fn compared(what: &str, value: String, plain: &str, other: String, ratio: f64, aim: &str) {
    row(what, value);
    row(plain, other);
    row(&format!("  ratio (aim: {aim})"), format!("{ratio:.2}×"));
}

/// `12.3 µs`, `4.5 ms`
pub fn time(time: Duration) -> String {
    let us = time.as_secs_f64() * 1e6;
    if us < 1000.0 { format!("{us:.1} µs") } else { format!("{:.1} ms", us / 1000.0) }
}

/// `512 KB`; a KB is 1000 bytes.
pub fn kb(bytes: usize) -> String {
    format!("{} KB", bytes.div_ceil(1000))
}
