//! Keeps an environment in a file, so that it outlasts its process and others see it change.
//!
//! The file holds only what differs from the seed. Whoever deals with the environment locks a file
//! beside it, reads anew what another process has written meanwhile, and puts the new content in
//! the place of the old one at once. Nothing waits for the disk: after a loss of power the file may
//! be damaged, which is said.

mod media;
mod snapshot;

use std::fs::{self, DirBuilder, File, Metadata, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use serde_json::error::Category;

use crate::auth::Auth;
use crate::environment::Environment;
use crate::pictures;
use crate::world::World;
use snapshot::Snapshot;

/// An environment as it is before anybody has done anything.
pub struct Seeded {
    /// The account.
    pub world: World,
    /// Apps, and the tokens of this process.
    pub auth: Auth,
}

/// The file of one environment.
pub struct Kept {
    file: PathBuf,
    lock: File,
    seed: Arc<Seeded>,
    /// Which content was read or written last.
    known: Option<Identity>,
    content: Vec<u8>,
}

/// Tells one content of a file from another: a new one is a new file.
#[derive(PartialEq, Eq)]
struct Identity {
    inode: u64,
    length: u64,
    written: Option<SystemTime>,
}

impl Kept {
    /// Opens the file of an environment in a folder, which is made if it is missing. Others cannot
    /// look into either.
    pub fn open(folder: &Path, environment: Environment, seed: Seeded) -> io::Result<Kept> {
        let mut builder = DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(folder)?;
        let name = name(environment);
        let lock = own().append(true).open(folder.join(format!("{name}.lock")))?;
        let file = folder.join(format!("{name}.json"));
        Ok(Kept { file, lock, seed: Arc::new(seed), known: None, content: Vec::new() })
    }

    /// Takes the lock. Gives the environment as it is kept, if it has changed since the last time.
    pub fn begin(&mut self) -> io::Result<Option<(World, Auth)>> {
        self.lock.lock()?;
        let found = match fs::metadata(&self.file) {
            Ok(found) => Some(Identity::of(&found)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(error),
        };
        if found == self.known {
            return Ok(None);
        }
        let snapshot = match found {
            Some(_) => {
                self.content = fs::read(&self.file)?;
                self.parsed(&self.content)?
            }
            None => {
                // What is as at first need not be written.
                let Seeded { world, auth } = &*self.seed;
                self.content = Snapshot::of(&self.seed, world, auth).text();
                Snapshot::default()
            }
        };
        self.known = found;
        Ok(Some(snapshot.apply(&self.seed)))
    }

    /// Writes what has changed, and gives the lock back.
    pub fn end(&mut self, world: &World, auth: &Auth) -> io::Result<()> {
        let content = Snapshot::of(&self.seed, world, auth).text();
        let written = match content == self.content {
            true => Ok(()),
            false => self.write(content),
        };
        written.and(self.give_up())
    }

    /// Gives the lock back, without writing anything.
    pub fn give_up(&self) -> io::Result<()> {
        self.lock.unlock()
    }

    fn write(&mut self, content: Vec<u8>) -> io::Result<()> {
        let new = self.file.with_extension("new");
        own().write(true).truncate(true).open(&new)?.write_all(&content)?;
        fs::rename(&new, &self.file)?;
        self.known = Some(Identity::of(&fs::metadata(&self.file)?));
        self.content = content;
        Ok(())
    }

    fn parsed(&self, content: &[u8]) -> io::Result<Snapshot> {
        let file = self.file.display();
        let wrong = |words: String| io::Error::new(io::ErrorKind::InvalidData, words);
        match Snapshot::read(content) {
            Ok(Some(snapshot)) => Ok(snapshot),
            Ok(None) => Err(wrong(format!("{file}: another version of the emulator wrote it"))),
            Err(error) => {
                let what = match error.classify() {
                    Category::Eof => "it ends too early",
                    _ => "it is not what the emulator writes",
                };
                Err(wrong(format!("{file}: it is damaged ({what}, line {})", error.line())))
            }
        }
    }
}

/// Forgets all that is kept in a folder, whatever state it is in. Ids that were given are not given
/// again: whoever remembers one does not take another thing for it.
pub fn forget(folder: &Path) -> io::Result<()> {
    pictures::forget(folder)?;
    for environment in [Environment::Production, Environment::Sandbox] {
        let file = folder.join(format!("{}.json", name(environment)));
        if !fs::exists(&file)? {
            continue;
        }
        let lock = own().append(true).open(file.with_extension("lock"))?;
        lock.lock()?;
        let old = fs::read(&file).ok().and_then(|content| Snapshot::read(&content).ok().flatten());
        let new = file.with_extension("new");
        let content = Snapshot::after(old.as_ref(), environment.first_id()).text();
        own().write(true).truncate(true).open(&new)?.write_all(&content)?;
        fs::rename(&new, &file)?;
    }
    Ok(())
}

fn name(environment: Environment) -> &'static str {
    match environment {
        Environment::Production => "production",
        Environment::Sandbox => "sandbox",
    }
}

/// For files that only their owner can read.
fn own() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

impl Identity {
    fn of(found: &Metadata) -> Identity {
        #[cfg(unix)]
        let inode = std::os::unix::fs::MetadataExt::ino(found);
        #[cfg(not(unix))]
        let inode = 0;
        Identity { inode, length: found.len(), written: found.modified().ok() }
    }
}
