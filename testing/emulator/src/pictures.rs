//! The pictures that addresses in answers lead to, where they are wanted ([`Options::pictures`]).
//!
//! What was uploaded is shown as it came; any other picture is drawn from its number. They are
//! here and not at the image server that the API names, so that a page shows them without a way to it.
//!
//! [`Options::pictures`]: crate::Options::pictures

mod draw;
mod png;

use std::collections::VecDeque;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use axum::body::Bytes;

use crate::reply::Reply;
use crate::world::media::Image;

/// Where the API's answers say that pictures are.
const ELSEWHERE: &str = "https://i.pinimg.com/";
/// Where they are instead, on the emulator's own origin.
pub const PATH: &str = "/emulator/pictures/";
/// Of uploaded pictures no more is kept, in bytes; the oldest are forgotten, and drawn from then on.
const LIMIT: usize = 64 << 20;

/// Uploaded pictures, by the numbers from which their addresses follow.
pub struct Pictures {
    /// Where the emulator is.
    origin: String,
    kept: Kept,
}

enum Kept {
    Here { pictures: VecDeque<(u64, Bytes)>, size: usize },
    Folder(PathBuf),
}

impl Pictures {
    /// None are there yet, but those of earlier processes in a folder beside what is kept.
    pub fn new(origin: String, kept: Option<&Path>) -> Pictures {
        let kept = match kept {
            Some(kept) => Kept::Folder(folder(kept)),
            None => Kept::Here { pictures: VecDeque::new(), size: 0 },
        };
        Pictures { origin, kept }
    }

    /// Leads the addresses of pictures in an answer here.
    pub fn lead_here(&self, reply: &mut Reply) {
        if let Ok(text) = std::str::from_utf8(&reply.body) {
            let here = format!("{}{PATH}", self.origin);
            reply.body = text.replace(ELSEWHERE, &here).into();
        }
    }

    /// Keeps an uploaded picture. One that cannot be written is drawn later, like any other.
    pub fn keep(&mut self, number: u64, content: Vec<u8>) {
        match &mut self.kept {
            Kept::Here { pictures, size } => {
                *size += content.len();
                pictures.push_back((number, content.into()));
                while *size > LIMIT
                    && let Some((_, oldest)) = pictures.pop_front()
                {
                    *size -= oldest.len();
                }
            }
            Kept::Folder(folder) => drop(write(folder, number, &content)),
        }
    }

    /// What was uploaded under a number.
    pub fn find(&self, number: u64) -> Option<Bytes> {
        match &self.kept {
            Kept::Here { pictures, .. } => {
                pictures.iter().find(|(found, _)| *found == number).map(|(_, it)| it.clone())
            }
            Kept::Folder(folder) => fs::read(file(folder, number)).ok().map(Bytes::from),
        }
    }
}

/// A picture in some size, drawn from its number; in its own proportions without a size.
pub fn drawn(number: u64, size: Option<(u64, u64)>) -> Bytes {
    let (width, height) = size.unwrap_or_else(|| Image(number).fit(600));
    png::encode(width as u32, &draw::pixels(number, width, height)).into()
}

/// Forgets the pictures beside what is kept.
pub fn forget(kept: &Path) -> io::Result<()> {
    match fs::remove_dir_all(folder(kept)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn folder(kept: &Path) -> PathBuf {
    kept.join("pictures")
}

fn file(folder: &Path, number: u64) -> PathBuf {
    folder.join(format!("{number:016x}"))
}

fn write(folder: &Path, number: u64, content: &[u8]) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    fs::write(file(folder, number), content)?;
    let found = fs::read_dir(folder)?.map(|entry| {
        let entry = entry?;
        let about = entry.metadata()?;
        Ok((about.modified()?, about.len() as usize, entry.path()))
    });
    let mut found = found.collect::<io::Result<Vec<_>>>()?;
    found.sort();
    let mut size: usize = found.iter().map(|(_, size, _)| size).sum();
    for (_, length, path) in found {
        if size <= LIMIT {
            break;
        }
        fs::remove_file(path)?;
        size -= length;
    }
    Ok(())
}
