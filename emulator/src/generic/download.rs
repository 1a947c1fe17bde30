//! Results of jobs as files.

use serde_json::json;

use super::store::Store;

/// A file with so many rows, in parts of a few kilobytes; together they are as long as `size` says.
/// JSON where that is the ending of its name, and else CSV.
pub fn parts(ending: &str, rows: usize) -> impl Iterator<Item = String> + Send + use<> {
    let is_json = ending == "json";
    let line = move |index: usize| match is_json {
        true => format!("{}{}", if index == 0 { "[" } else { "," }, object(index)),
        false => line(index),
    };
    let head = if is_json { "" } else { "DATE,IMPRESSION,CLICKTHROUGH\n" };
    let tail = match (is_json, rows) {
        (true, 0) => "[]",
        (true, _) => "]",
        (false, _) => "",
    };
    let lines = (0..rows).step_by(PART).map(move |first| {
        let last = rows.min(first + PART);
        (first..last).map(line).collect()
    });
    [head.to_owned()].into_iter().chain(lines).chain([tail.to_owned()])
}

/// Rows in a part.
const PART: usize = 256;

/// A day of February, and two numbers that differ from row to row.
fn row(index: usize) -> (String, usize, usize) {
    let date = format!("2026-02-{:02}", index % 28 + 1);
    (date, 1204 + index * 107 % 9000, 37 + index * 4 % 300)
}

fn line(index: usize) -> String {
    let (date, impressions, clicks) = row(index);
    format!("{date},{impressions},{clicks}\n")
}

fn object(index: usize) -> String {
    let (date, impressions, clicks) = row(index);
    json!({ "DATE": date, "IMPRESSION": impressions, "CLICKTHROUGH": clicks }).to_string()
}

/// Bytes of a file.
pub fn size(ending: &str, rows: usize) -> usize {
    parts(ending, rows).map(|part| part.len()).sum()
}

/// The ending of the name of a job's result, if there is a job by the handle that the name begins
/// with.
pub fn ending(store: &Store, name: &str) -> Option<&'static str> {
    let (handle, ending) = name.rsplit_once('.')?;
    let started = store.jobs.get(handle)?;
    (started.ending() == ending).then(|| started.ending())
}
