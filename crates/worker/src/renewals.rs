//! New tokens that have arrived and may not be in the journal yet. A service may take each refresh token only once,
//! so they are on this machine's disk, sealed, before anything else happens to them.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};
use std::{fs, io};

use connector_host::secure_fs;
use serde::{Deserialize, Serialize};
use tokio::time::sleep;

use crate::ingress::{Ingress, IngressError};
use crate::record::Renewal;

/// Bytes of one, at most.
const LONGEST: u64 = 1 << 20;
/// Between two looks whether some were left behind, also by a worker that has ended.
const EVERY: Duration = Duration::from_secs(2);
/// So old one is before it is told: what is younger the journal may be about to get.
const OLD: Duration = Duration::from_secs(2);

/// A folder of this user's. Workers of one machine may share it.
#[derive(Debug)]
pub struct Renewals {
    folder: PathBuf,
}

#[derive(Serialize, Deserialize)]
struct Kept {
    connection: String,
    renewal: Renewal,
}

impl Renewals {
    pub fn open(folder: PathBuf) -> io::Result<Self> {
        secure_fs::create_folder(&folder)?;
        Ok(Renewals { folder })
    }

    pub fn keep(&self, connection: &str, renewal: &Renewal) -> io::Result<()> {
        let kept = Kept { connection: connection.to_owned(), renewal: renewal.clone() };
        let text = serde_json::to_vec(&kept).map_err(io::Error::other)?;
        let path = self.folder.join(format!("{:032x}", fastrand::u128(..)));
        secure_fs::write_new(&path, &text).map(drop)
    }

    /// Tells the cluster about those that are left, on and on.
    pub async fn tell(&self, ingress: &Ingress) {
        loop {
            sleep(EVERY).await;
            let Ok(entries) = fs::read_dir(&self.folder) else { continue };
            for path in entries.flatten().map(|entry| entry.path()) {
                if is_old(&path)
                    && let Err(error) = self.tell_one(ingress, &path).await
                {
                    tracing::warn!(%error, "renewed tokens are not told yet");
                }
            }
        }
    }

    async fn tell_one(&self, ingress: &Ingress, path: &Path) -> Result<(), IngressError> {
        let kept = secure_fs::read_secret(path, LONGEST).ok().flatten();
        let kept = kept.and_then(|bytes| serde_json::from_slice::<Kept>(&bytes).ok());
        if let Some(Kept { connection, renewal }) = kept {
            ingress.call::<()>(&["Connection", &connection, "adopt"], None, &renewal).await?;
        }
        // Another worker may have told it, too.
        let _ = fs::remove_file(path);
        Ok(())
    }
}

fn is_old(path: &Path) -> bool {
    let written = fs::metadata(path).and_then(|about| about.modified());
    written.is_ok_and(|at| SystemTime::now().duration_since(at).is_ok_and(|age| age > OLD))
}
