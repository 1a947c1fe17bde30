//! Opens files below an open folder, one step of the path at a time.
//!
//! Each step is opened from the folder before it and follows no link by itself, so what was looked
//! at is what is opened. A symbolic link is read, and its steps are gone from where it stands; none
//! leads above the folder. Each folder on the way is compared with those that are denied.

use std::collections::VecDeque;
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io;
use std::os::unix::ffi::OsStringExt;
use std::path::{Component, Path};

use rustix::fd::OwnedFd;
use rustix::fs::{AtFlags, CWD, FileType, Mode, OFlags, Stat, fstat, openat, readlinkat, statat};
use rustix::io::Errno;

/// Symbolic links on one path.
const LINKS: u32 = 40;
/// Steps of one path, those of its links included.
const STEPS: u32 = 1000;

/// What tells a folder from all others of the machine, whatever paths lead to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Identity {
    device: u64,
    inode: u64,
}

/// Why a file cannot be had.
pub(super) enum Fault {
    /// The path leads above the folder.
    Outside,
    /// It leads into a folder of which nothing is read.
    Denied,
    /// There is something else than a file.
    NotAFile,
    /// The operating system says why.
    Io(io::Error),
}

impl From<Errno> for Fault {
    fn from(error: Errno) -> Self {
        Fault::Io(error.into())
    }
}

/// An open folder.
pub(super) struct Folder {
    open: OwnedFd,
    identity: Identity,
}

impl Folder {
    /// Follows links: it is the caller who names it.
    pub fn open(path: &Path) -> io::Result<Self> {
        let open = openat(CWD, path, folder_flags(), Mode::empty())?;
        let identity = identity(&fstat(&open)?);
        Ok(Folder { open, identity })
    }

    pub fn identity(&self) -> Identity {
        self.identity
    }

    /// Opens a file and gives it with its name.
    pub fn find(&self, path: &Path, denied: &[Identity]) -> Result<(File, String), Fault> {
        self.check(denied)?;
        // The folders between this one and the file.
        let mut open: Vec<OwnedFd> = Vec::new();
        let mut left = steps(path).ok_or(Fault::Outside)?;
        let (mut links, mut taken) = (0, 0);
        while let Some(step) = left.pop_front() {
            taken += 1;
            if taken > STEPS {
                return Err(Errno::NAMETOOLONG.into());
            }
            if step == ".." {
                open.pop().ok_or(Fault::Outside)?;
                continue;
            }
            let folder = open.last().unwrap_or(&self.open);
            let found = statat(folder, &step, AtFlags::SYMLINK_NOFOLLOW)?;
            match FileType::from_raw_mode(found.st_mode) {
                FileType::Symlink => {
                    links += 1;
                    if links > LINKS {
                        return Err(Errno::LOOP.into());
                    }
                    let target = readlinkat(folder, &step, Vec::new())?;
                    let target = OsString::from_vec(target.into_bytes());
                    let mut first = steps(Path::new(&target)).ok_or(Fault::Outside)?;
                    first.append(&mut left);
                    left = first;
                }
                FileType::Directory => {
                    let flags = folder_flags() | OFlags::NOFOLLOW;
                    let folder = openat(folder, &step, flags, Mode::empty())?;
                    if denied.contains(&identity(&fstat(&folder)?)) {
                        return Err(Fault::Denied);
                    }
                    open.push(folder);
                }
                FileType::RegularFile if left.is_empty() => return file(folder, &step),
                FileType::RegularFile => return Err(Errno::NOTDIR.into()),
                _ => return Err(Fault::NotAFile),
            }
        }
        Err(Fault::NotAFile)
    }

    /// Whether it is itself in a folder of which nothing is read.
    fn check(&self, denied: &[Identity]) -> Result<(), Fault> {
        let mut identity_below = self.identity;
        let mut above: Option<OwnedFd> = None;
        while !denied.is_empty() {
            if denied.contains(&identity_below) {
                return Err(Fault::Denied);
            }
            let from = above.as_ref().unwrap_or(&self.open);
            let next = openat(from, "..", folder_flags(), Mode::empty())?;
            let identity = identity(&fstat(&next)?);
            // The root is above itself.
            if identity == identity_below {
                break;
            }
            identity_below = identity;
            above = Some(next);
        }
        Ok(())
    }
}

/// Opens what was a file when it was looked at, and looks again. A pipe that has taken its place
/// must not make this wait.
fn file(folder: &OwnedFd, name: &OsStr) -> Result<(File, String), Fault> {
    let flags =
        OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    let file = openat(folder, name, flags, Mode::empty())?;
    match FileType::from_raw_mode(fstat(&file)?.st_mode) {
        FileType::RegularFile => Ok((file.into(), name.to_string_lossy().into_owned())),
        _ => Err(Fault::NotAFile),
    }
}

/// The steps of a relative path; none when it is absolute.
fn steps(path: &Path) -> Option<VecDeque<OsString>> {
    let step = |component| match component {
        Component::Normal(name) => Some(name.to_owned()),
        Component::ParentDir => Some("..".into()),
        _ => None,
    };
    let parts = path.components().filter(|it| *it != Component::CurDir);
    parts.map(step).collect()
}

/// To look things up in it, not to list it.
fn folder_flags() -> OFlags {
    #[cfg(any(target_os = "linux", target_os = "android"))]
    let access = OFlags::PATH;
    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    let access = OFlags::RDONLY;
    access | OFlags::DIRECTORY | OFlags::CLOEXEC
}

#[allow(clippy::unnecessary_cast, reason = "the widths differ between systems")]
fn identity(stat: &Stat) -> Identity {
    Identity { device: stat.st_dev as u64, inode: stat.st_ino as u64 }
}
