//! How results are shown, and written down.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::sync::OnceLock;
use std::time::Duration;

/// Where the same is written as Markdown.
static PAGE: OnceLock<File> = OnceLock::new();

/// From here on all that is shown is also written into this file, after an introduction.
pub fn keep(file: &Path, introduction: &str) -> std::io::Result<()> {
    let page = File::create(file)?;
    (&page).write_all(introduction.as_bytes())?;
    // Begun once.
    let _ = PAGE.set(page);
    Ok(())
}

/// Begins a group of rows.
pub fn title(text: &str) {
    println!("\n{text}");
    write(&format!("\n## {text}\n\n| | |\n|---|---:|\n"));
}

/// One result.
pub fn row(what: &str, value: String) {
    println!("  {what:<58}{value:>22}");
    write(&format!("| {} | {value} |\n", what.trim_start()));
}

/// One result beside the one to compare it with.
pub fn compared(what: &str, plain: &str, pairs: &Pairs, aim: &str) {
    row(what, time(pairs.ours()));
    row(plain, time(pairs.others()));
    row(&format!("  ratio (aim: {aim})"), pairs.ratio());
}

fn write(text: &str) {
    if let Some(mut page) = PAGE.get() {
        page.write_all(text.as_bytes()).expect("the page can be written");
    }
}

/// What was measured in turns, so that a busy moment of the machine meets both.
#[derive(Default)]
pub struct Pairs(Vec<(Duration, Duration)>);

impl Pairs {
    pub fn add(&mut self, ours: Duration, other: Duration) {
        self.0.push((ours, other));
    }

    /// The median.
    pub fn ours(&self) -> Duration {
        crate::clock::middle(self.0.iter().map(|pair| pair.0).collect())
    }

    pub fn others(&self) -> Duration {
        crate::clock::middle(self.0.iter().map(|pair| pair.1).collect())
    }

    /// The median of the ratios, and the least and the most.
    pub fn ratio(&self) -> String {
        let ratio = |pair: &(Duration, Duration)| pair.0.as_secs_f64() / pair.1.as_secs_f64();
        let mut ratios: Vec<f64> = self.0.iter().map(ratio).collect();
        ratios.sort_by(f64::total_cmp);
        let (Some(least), Some(most)) = (ratios.first(), ratios.last()) else {
            return String::new();
        };
        format!("{:.2}× ({least:.2}–{most:.2})", ratios[ratios.len() / 2])
    }
}

/// `12.3 µs`, `4.5 ms`, `2.1 s`
pub fn time(time: Duration) -> String {
    let us = time.as_secs_f64() * 1e6;
    match us {
        ..1e3 => format!("{us:.1} µs"),
        ..1e6 => format!("{:.1} ms", us / 1e3),
        _ => format!("{:.1} s", us / 1e6),
    }
}

/// `512 KB`, `23 MB`; a KB is 1000 bytes.
pub fn kb(bytes: usize) -> String {
    match bytes {
        ..10_000_000 => format!("{} KB", bytes.div_ceil(1000)),
        _ => format!("{} MB", bytes.div_ceil(1_000_000)),
    }
}
