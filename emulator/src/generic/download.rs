//! Results of jobs as files.

use serde_json::{Value, json};

use super::store::Store;

/// A result as it is downloaded, by the ending of its name.
pub fn file(ending: &str) -> String {
    let rows = [("2026-02-01", 1204, 37), ("2026-02-02", 1311, 41), ("2026-02-03", 998, 29)];
    match ending {
        "json" => {
            let row = |(date, impressions, clicks)| json!({ "DATE": date, "IMPRESSION": impressions, "CLICKTHROUGH": clicks });
            Value::from_iter(rows.map(row)).to_string()
        }
        _ => {
            let row = |(date, impressions, clicks)| format!("{date},{impressions},{clicks}\n");
            format!("DATE,IMPRESSION,CLICKTHROUGH\n{}", rows.map(row).concat())
        }
    }
}

/// The result of a job by the name of its file: the handle and the ending.
pub fn result(store: &Store, name: &str) -> Option<String> {
    let (handle, ending) = name.rsplit_once('.')?;
    let started = store.jobs.get(handle)?;
    (started.ending() == ending).then(|| file(ending))
}
