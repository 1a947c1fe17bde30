//! Events as lines of a file.

use std::fmt;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use async_trait::async_trait;
use connector_host::secure_fs;
use serde::Deserialize;

use super::{Event, NotTaken, Sink, WatchError};

/// Bytes that are read at once on the way back from the end.
const CHUNK: u64 = 64 << 10;
/// How the JSON of an event begins.
const BEGINNING: &[u8] = br#"{"trigger":"#;

/// Appends each event as a line, and waits until it is on disk. The file belongs to one watch: then
/// it holds each event once, also after a crash, because at most the last line is of an event that
/// does not yet count as delivered.
pub struct JsonLines {
    path: PathBuf,
    file: File,
    /// The trigger and the id of the last line.
    last: Option<(String, String)>,
}

impl JsonLines {
    /// Creates the file when it is missing. A line that a crash cut short is taken away: its event
    /// comes again. Fails when another process writes to the file.
    pub fn open(path: &Path) -> Result<Self, WatchError> {
        let open = || -> io::Result<Option<JsonLines>> {
            let mut file = OpenOptions::new().read(true).append(true).create(true).open(path)?;
            if !secure_fs::lock(&file)? {
                return Ok(None);
            }
            let last = last_line(&mut file)?;
            Ok(Some(JsonLines { path: path.to_owned(), file, last: key(&last) }))
        };
        let opened = open().map_err(WatchError::file(path))?;
        opened.ok_or_else(|| WatchError::Busy(path.to_owned()))
    }

    fn append(&mut self, event: &Event) -> io::Result<()> {
        let before = self.file.metadata()?.len();
        let line = format!("{}\n", event.json);
        let written = self.file.write_all(line.as_bytes()).and_then(|()| self.file.sync_data());
        // Half a line would spoil the next one.
        written.inspect_err(|_| drop(self.file.set_len(before)))
    }
}

#[async_trait]
impl Sink for JsonLines {
    async fn deliver(&mut self, event: &Event) -> Result<(), NotTaken> {
        let key = Some((event.trigger.clone(), event.id.clone()));
        if self.last != key {
            self.append(event).map_err(|error| format!("{}: {error}", self.path.display()))?;
            self.last = key;
        }
        Ok(())
    }
}

/// Of a line that something else wrote there is none.
fn key(line: &[u8]) -> Option<(String, String)> {
    #[derive(Deserialize)]
    struct Key {
        trigger: String,
        id: String,
    }
    let key: Key = serde_json::from_slice(line).ok()?;
    Some((key.trigger, key.id))
}

/// The last line that ends with a line break; what is behind it is taken away. Only the end of
/// the file is read.
fn last_line(file: &mut File) -> io::Result<Vec<u8>> {
    let (mut start, mut tail) = (file.metadata()?.len(), Vec::new());
    loop {
        let (end, before) = last_two(&tail);
        if start == 0 || before.is_some() {
            // Behind the last line break, and behind the one before it.
            let end = end.map_or(0, |at| at + 1);
            let torn = &tail[end..];
            if !(torn.starts_with(BEGINNING) || BEGINNING.starts_with(torn)) {
                return Err(io::Error::other("its last line is not an event"));
            }
            if !torn.is_empty() {
                file.set_len(start + end as u64)?;
            }
            return Ok(tail[before.map_or(0, |at| at + 1)..end].to_vec());
        }
        let chunk = CHUNK.min(start);
        start -= chunk;
        let mut longer = vec![0; chunk as usize];
        file.seek(SeekFrom::Start(start))?;
        file.read_exact(&mut longer)?;
        longer.extend(tail);
        tail = longer;
    }
}

/// Where the last line break is, and the one before it.
fn last_two(bytes: &[u8]) -> (Option<usize>, Option<usize>) {
    let breaks = bytes.iter().enumerate().rev().filter(|(_, byte)| **byte == b'\n');
    let mut places = breaks.map(|(at, _)| at);
    (places.next(), places.next())
}

impl fmt::Debug for JsonLines {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JsonLines").field("path", &self.path).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(number: u32) -> Event {
        let (trigger, id) = ("thing.new".to_owned(), number.to_string());
        // Longer than what is read at once.
        let data = "x".repeat(CHUNK as usize + 1);
        let json = format!(r#"{{"trigger":"{trigger}","id":"{id}","data":"{data}"}}"#);
        Event { trigger, id, json }
    }

    #[tokio::test]
    async fn wherever_a_crash_cuts_the_file_each_event_is_in_it_once() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("events.jsonl");
        let whole: String = (0..3).map(|number| event(number).json + "\n").collect();
        let line = whole.len() / 3;
        for cut in [0, 1, 5, line - 1, line, line + 1, 2 * line - 1, 2 * line, 2 * line + 12] {
            std::fs::write(&path, &whole[..cut]).unwrap();
            let mut file = JsonLines::open(&path).unwrap();
            // The last event that is whole may not count as delivered yet.
            for number in (cut / line).saturating_sub(1)..3 {
                file.deliver(&event(number as u32)).await.unwrap();
            }
            drop(file);
            assert!(std::fs::read_to_string(&path).unwrap() == whole, "cut at {cut}");
        }
    }

    #[test]
    fn other_files_are_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("notes.txt");
        std::fs::write(&path, "one\nsomething else").unwrap();
        let refused = JsonLines::open(&path).err().unwrap().to_string();
        assert!(refused.ends_with("its last line is not an event"), "{refused}");
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "one\nsomething else");
    }

    #[test]
    fn a_file_belongs_to_one_watch() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("events.jsonl");
        let _first = JsonLines::open(&path).unwrap();
        assert!(matches!(JsonLines::open(&path), Err(WatchError::Busy(_))));
    }
}
