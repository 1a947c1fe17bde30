//! Files that callers have sent ahead: references that inputs name, for a day.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};
use std::{fs, io};

use async_trait::async_trait;
use axum::body::BodyDataStream;
use connector_host::{Blob, BlobError, BlobStore, BlobWriter, Blobs, Fetch, Folders, secure_fs};
use futures_util::StreamExt;
use tokio::io::AsyncWriteExt;
use tokio::time::timeout;

use crate::extract::PATIENCE;
use crate::problem::Problem;
use crate::random;

/// References to them begin so.
const UPLOAD: &str = "upload:";
/// Bytes of a name, with which file systems still have room.
const NAME: usize = 100;
/// Bytes of one file.
const FILE: u64 = 2 << 30;
/// Bytes of all files of a tenant.
const ALL: u64 = 16 << 30;
/// How long one is kept.
const LIFE: Duration = Duration::from_secs(86_400);

/// What references stand for on this server: files that were sent ahead, `data:` URIs, and https URLs of
/// public addresses. No file of the machine.
#[derive(Debug)]
pub struct Uploads {
    folder: PathBuf,
    inner: Blobs,
}

impl Uploads {
    pub fn open(folder: &Path, spool: &Path, fetch: Fetch) -> io::Result<Self> {
        secure_fs::create_folder(folder)?;
        let inner = Blobs::default().folders(Folders::new([folder])).spool(spool).fetch(fetch);
        Ok(Uploads { folder: folder.to_owned(), inner })
    }

    /// Keeps a file, and gives the reference to it with its size. Only who is told it can use it.
    pub async fn keep(
        &self,
        name: Option<&str>,
        mut body: BodyDataStream,
    ) -> Result<(String, u64), Problem> {
        let id = random::text()?;
        let folder = self.folder.join(&id);
        secure_fs::create_folder(&folder).map_err(Problem::internal)?;
        let name = plain(name.unwrap_or("file"));
        let path = folder.join(&name);
        let file = secure_fs::options().write(true).create_new(true).open(&path);
        let mut file = tokio::fs::File::from_std(file.map_err(Problem::internal)?);
        let (mut size, room) = (0, FILE.min(ALL.saturating_sub(self.size())));
        loop {
            let piece = timeout(PATIENCE, body.next()).await;
            let written = match piece.unwrap_or_else(|_| Some(Err(axum::Error::new("slow")))) {
                None => break,
                Some(Ok(bytes)) => {
                    size += bytes.len() as u64;
                    match size <= room {
                        true => file.write_all(&bytes).await.map_err(Problem::internal),
                        false => Err(Problem::too_large()),
                    }
                }
                Some(Err(_)) => Err(Problem::bad("the body broke off, or took too long")),
            };
            if let Err(problem) = written {
                // Half a file is of no use; what cannot be deleted now goes with the others.
                fs::remove_dir_all(&folder).unwrap_or_default();
                return Err(problem);
            }
        }
        file.flush().await.map_err(Problem::internal)?;
        Ok((format!("{UPLOAD}{id}/{name}"), size))
    }

    /// Bytes of all that is kept. What goes meanwhile does not count.
    fn size(&self) -> u64 {
        let folders = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        let files =
            folders.flat_map(|folder| fs::read_dir(folder.path()).into_iter().flatten().flatten());
        files.filter_map(|file| file.metadata().ok()).map(|about| about.len()).sum()
    }

    /// Deletes what is older than a day.
    pub fn sweep(&self) -> io::Result<()> {
        for entry in fs::read_dir(&self.folder)? {
            let entry = entry?;
            let age = SystemTime::now().duration_since(entry.metadata()?.modified()?);
            if age.is_ok_and(|age| age > LIFE) {
                fs::remove_dir_all(entry.path())?;
            }
        }
        Ok(())
    }

    /// Anything but an id and a plain name could lead elsewhere.
    fn path(&self, reference: &str) -> Option<String> {
        let (id, name) = reference.strip_prefix(UPLOAD)?.split_once('/')?;
        let is_id = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        let fits = id.len() == 43 && id.chars().all(is_id) && plain(name) == name;
        fits.then(|| self.folder.join(id).join(name).to_string_lossy().into_owned())
    }
}

/// Where a name that a caller gave can lead to no other file.
fn plain(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let keep = |c: char| match c.is_alphanumeric() || "-_. ()".contains(c) {
        true => c,
        false => '_',
    };
    let mut name: String = last.chars().map(keep).collect();
    name.truncate(name.floor_char_boundary(NAME));
    match name.trim_matches(['.', ' ']) {
        "" => "file".into(),
        name => name.to_owned(),
    }
}

#[async_trait]
impl BlobStore for Uploads {
    async fn open(&self, reference: &str, offset: u64) -> Result<Blob, BlobError> {
        if reference.starts_with(UPLOAD) {
            let gone = || {
                BlobError::Unreadable("the file that was sent ahead is gone; send it again".into())
            };
            let path = self.path(reference).ok_or_else(gone)?;
            return self.inner.open(&path, offset).await.map_err(|_| gone());
        }
        let is_known = ["data:", "https:", "kept:"].iter().any(|it| reference.starts_with(it));
        match is_known {
            true => self.inner.open(reference, offset).await,
            false => Err(BlobError::Refused(
                "a file is what `POST …/files` answered with, a `data:` URI or an https URL".into(),
            )),
        }
    }

    async fn create(&self) -> Result<(String, BlobWriter), BlobError> {
        self.inner.create().await
    }

    fn made(&self, reference: &str) -> bool {
        self.inner.made(reference)
    }

    fn forget(&self, reference: &str) {
        self.inner.forget(reference);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_leads_nowhere_else() {
        assert_eq!(plain("../../etc/passwd"), "passwd");
        assert_eq!(plain("C:\\a\\b.png"), "b.png");
        assert_eq!(plain("ä b (1).jpg"), "ä b (1).jpg");
        for name in ["", "..", "/", ".", "a/.."] {
            assert_eq!(plain(name), "file", "{name}");
        }
    }

    #[test]
    fn only_what_was_kept_has_a_path() {
        let folder = tempfile::tempdir().unwrap();
        let uploads = Uploads::open(folder.path(), folder.path(), Fetch::default()).unwrap();
        let id = "a".repeat(43);
        assert!(uploads.path(&format!("upload:{id}/b.png")).is_some());
        for reference in [
            format!("upload:{id}/../b.png"),
            format!("upload:{id}/"),
            format!("upload:../{id}/b.png"),
            "upload:x/b.png".to_owned(),
            format!("{id}/b.png"),
        ] {
            assert!(uploads.path(&reference).is_none(), "{reference}");
        }
    }
}
