//! The host's own folders and files: nobody else can change them, and nothing but a plain file is
//! opened in their place. The vault, its key, the records in SQLite, locks and compiled code all go
//! through here.

use std::ffi::OsString;
use std::fs::{self, File, FileType, Metadata, OpenOptions, TryLockError};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

/// Creates a folder, with those above it, that only this user can look into; or makes sure that
/// nobody else can change what is in the one that is there.
pub fn create_folder(folder: &Path) -> io::Result<()> {
    create_within(folder)?;
    check_owned(folder, &fs::metadata(folder)?)
}

/// Creates a folder within one that only this user can change.
pub fn create_within(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Reads a file, `limit` bytes at most. None when it is not there.
pub fn read(path: &Path, limit: u64) -> io::Result<Option<Vec<u8>>> {
    let file = match open(path, options().read(true)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        file => file?,
    };
    contents(file, limit).map(Some)
}

/// Reads a file that holds secrets, `limit` bytes at most. None when it is not there.
pub fn read_secret(path: &Path, limit: u64) -> io::Result<Option<Vec<u8>>> {
    let file = match open(path, options().read(true)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        file => file?,
    };
    check_unread(path, &file.metadata()?)?;
    contents(file, limit).map(Some)
}

fn contents(file: File, limit: u64) -> io::Result<Vec<u8>> {
    let length = file.metadata()?.len();
    if length > limit {
        return Err(io::Error::other(format!("it is longer than {limit} bytes")));
    }
    let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or_default());
    file.take(limit).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Makes a file with these bytes, which only this user can read. It appears under its name when it
/// is complete and on disk. False when there is one of that name.
pub fn write_new(path: &Path, bytes: &[u8]) -> io::Result<bool> {
    match written(path, bytes)?.persist_noclobber(path) {
        Ok(_) => {}
        Err(failed) if failed.error.kind() == io::ErrorKind::AlreadyExists => return Ok(false),
        Err(failed) => return Err(failed.error),
    }
    sync_folder(folder_of(path))?;
    Ok(true)
}

/// The same, in the place of one that is there.
pub fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    written(path, bytes)?.persist(path)?;
    sync_folder(folder_of(path))
}

/// Made with mode 600, beside its place and under a name that nobody can guess.
fn written(path: &Path, bytes: &[u8]) -> io::Result<tempfile::NamedTempFile> {
    let mut file = tempfile::NamedTempFile::new_in(folder_of(path))?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    Ok(file)
}

/// The folder that a file is in.
pub fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    }
}

/// A name in a folder is on disk as well.
pub fn sync_folder(folder: &Path) -> io::Result<()> {
    match cfg!(unix) {
        true => File::open(folder)?.sync_all(),
        false => Ok(()),
    }
}

/// Makes sure that what is at a path, if anything, is a plain file that nobody else can change: for
/// files that another library opens. It is not opened here: closing it again would end the locks
/// that this process has on it. False when there is nothing.
pub fn check_file(path: &Path) -> io::Result<bool> {
    match fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        found => check(path, &found?).map(|()| true),
    }
}

/// The path with something behind its name, as `runs.db-wal`.
pub fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(ending);
    name.into()
}

/// Locks a file until it is closed, at the latest when the process ends. False when somebody else
/// has it.
pub fn lock(file: &File) -> io::Result<bool> {
    match file.try_lock() {
        Ok(()) => Ok(true),
        Err(TryLockError::WouldBlock) => Ok(false),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

/// A file to be locked, made if need be. What others may do to it does not matter: it is empty.
pub fn lock_file(path: &Path) -> io::Result<File> {
    look(path)?;
    let file = options().append(true).create(true).open(path)?;
    check_plain(file.metadata()?.file_type())?;
    Ok(file)
}

/// Makes the file if need be, and locks it. None when somebody else has it.
pub fn try_lock(path: &Path) -> io::Result<Option<File>> {
    let file = lock_file(path)?;
    Ok(lock(&file)?.then_some(file))
}

/// Options with which a new file is for this user alone, and no link is followed. A pipe without a
/// writer is not waited for.
pub fn options() -> OpenOptions {
    #[cfg_attr(not(unix), allow(unused_mut, reason = "files have no mode"))]
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        let flags = rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::NONBLOCK;
        options.mode(0o600).custom_flags(flags.bits().cast_signed());
    }
    options
}

fn open(path: &Path, options: &OpenOptions) -> io::Result<File> {
    look(path)?;
    let file = options.open(path)?;
    // Another one may have taken its place meanwhile.
    check(path, &file.metadata()?)?;
    Ok(file)
}

/// Before it is opened: the system's own words for what is wrong would not help.
fn look(path: &Path) -> io::Result<()> {
    match fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        found => check_plain(found?.file_type()),
    }
}

fn check(path: &Path, found: &Metadata) -> io::Result<()> {
    check_plain(found.file_type())?;
    check_owned(path, found)
}

fn check_plain(found: FileType) -> io::Result<()> {
    let what = match found {
        it if it.is_file() => return Ok(()),
        it if it.is_dir() => "a folder",
        it if it.is_symlink() => "a symbolic link",
        _ => "a pipe, a socket or a device",
    };
    Err(io::Error::other(format!("it is {what}, and has to be a file: move it away")))
}

#[cfg(unix)]
fn check_owned(path: &Path, found: &Metadata) -> io::Result<()> {
    use std::os::unix::fs::MetadataExt;
    if found.uid() != rustix::process::geteuid().as_raw() {
        let message = "it belongs to another user, who can change it; take one of your own";
        return Err(io::Error::other(message));
    }
    match found.mode() & 0o022 {
        0 => Ok(()),
        _ => Err(mend("change", "go-w", path)),
    }
}

#[cfg(unix)]
fn mend(what: &str, mode: &str, path: &Path) -> io::Error {
    let path = path.display();
    io::Error::other(format!("other users can {what} it; say: chmod {mode} {path}"))
}

#[cfg(not(unix))]
fn check_owned(_path: &Path, _found: &Metadata) -> io::Result<()> {
    Ok(())
}

#[cfg(unix)]
fn check_unread(path: &Path, found: &Metadata) -> io::Result<()> {
    use std::os::unix::fs::MetadataExt;
    match found.mode() & 0o077 {
        0 => Ok(()),
        _ => Err(mend("read", "600", path)),
    }
}

#[cfg(not(unix))]
fn check_unread(_path: &Path, _found: &Metadata) -> io::Result<()> {
    Ok(())
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};
    use std::os::unix::net::UnixListener;
    use std::process::Command;

    use super::*;

    fn set_mode(path: &Path, mode: u32) {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }

    fn said<T>(result: io::Result<T>) -> String {
        result.err().expect("it is refused").to_string()
    }

    #[test]
    fn only_plain_files_are_opened() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        fs::create_dir(path("folder")).unwrap();
        fs::write(path("target"), "").unwrap();
        symlink(path("target"), path("link")).unwrap();
        symlink(path("nowhere"), path("dangling")).unwrap();
        let _socket = UnixListener::bind(path("socket")).unwrap();
        assert!(Command::new("mkfifo").arg(path("pipe")).status().unwrap().success());
        for (name, what) in [
            ("folder", "a folder"),
            ("link", "a symbolic link"),
            ("dangling", "a symbolic link"),
            ("socket", "a pipe, a socket or a device"),
            ("pipe", "a pipe, a socket or a device"),
        ] {
            let expected = format!("it is {what}, and has to be a file: move it away");
            assert_eq!(said(read(&path(name), 9)), expected, "{name}");
            assert_eq!(said(read_secret(&path(name), 9)), expected, "{name}");
            assert_eq!(said(check_file(&path(name))), expected, "{name}");
            assert_eq!(said(try_lock(&path(name))), expected, "{name}");
        }
        assert!(!path("nowhere").exists(), "no link is followed");
    }

    #[test]
    fn what_others_can_change_or_read_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        assert!(write_new(&path, b"secret").unwrap() && !write_new(&path, b"other").unwrap());
        assert_eq!(read_secret(&path, 6).unwrap().unwrap(), b"secret");
        assert_eq!(said(read_secret(&path, 5)), "it is longer than 5 bytes");
        assert_eq!(read_secret(&folder.path().join("none"), 5).unwrap(), None);
        set_mode(&path, 0o640);
        read(&path, 9).unwrap();
        assert!(said(read_secret(&path, 9)).contains("other users can read it; say: chmod 600 /"));
        for mode in [0o620, 0o602] {
            set_mode(&path, mode);
            assert!(said(read(&path, 9)).contains("chmod go-w /"), "{mode:o}");
            assert!(said(check_file(&path)).contains("chmod go-w /"), "{mode:o}");
        }
    }

    #[test]
    fn a_folder_is_this_users_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a/b");
        create_folder(&path).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o700);
        for mode in [0o777, 0o720, 0o702] {
            set_mode(&path, mode);
            assert!(said(create_folder(&path)).contains("chmod go-w"), "{mode:o}");
        }
        set_mode(&path, 0o755);
        create_folder(&path).unwrap();
        assert!(
            create_folder(Path::new("/")).is_ok() == (rustix::process::geteuid().as_raw() == 0)
        );
    }
}
