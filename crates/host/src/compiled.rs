//! Compiled code between two runs: in a folder, under a key that only this user can read.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use sha2::{Digest, Sha256};
use wasmtime::Engine;
use wasmtime::component::Component;

use crate::secure_fs;

/// The file with the key.
const KEY: &str = "key";
/// How the files with code end.
const ENDING: &str = "code";
/// Bytes of such a file, at most.
const LARGEST: u64 = 512 << 20;
/// So many are kept, those that were made last.
const KEPT: usize = 8;

/// A file under a passing name that is so old has nobody who goes on with it.
const LEFT_BEHIND: Duration = Duration::from_secs(24 * 3600);

/// A folder with compiled code.
#[derive(Clone)]
pub(crate) struct CompiledCode {
    folder: PathBuf,
    key: [u8; connector_compiled::KEY],
}

impl CompiledCode {
    /// Creates the folder and its key when they are missing. Fails when others can change them.
    pub fn open(folder: &Path) -> io::Result<Self> {
        let named = |path: &Path| {
            let path = path.display().to_string();
            move |error: io::Error| io::Error::new(error.kind(), format!("{path}: {error}"))
        };
        secure_fs::create_folder(folder).map_err(named(folder))?;
        let path = folder.join(KEY);
        let key = key(&path).map_err(named(&path))?;
        Ok(CompiledCode { folder: folder.to_owned(), key })
    }

    /// The component, as it was compiled before or compiled now. `digest` is its SHA-256.
    pub fn component(
        &self,
        engine: &Engine,
        wasm: &[u8],
        digest: &[u8; 32],
    ) -> wasmtime::Result<Component> {
        // Engines with other options do not take each other's places.
        let place = Sha256::new().chain_update(digest).chain_update(place(engine));
        let name: String =
            place.finalize()[..16].iter().map(|byte| format!("{byte:02x}")).collect();
        let path = self.folder.join(name).with_extension(ENDING);
        let kept = secure_fs::read(&path, LARGEST).unwrap_or_else(|error| {
            tracing::warn!(path = %path.display(), %error, "compiled code is not used");
            None
        });
        if let Some(sealed) = kept {
            match connector_compiled::open(&self.key, engine, digest, &sealed) {
                Some(component) => return Ok(component),
                None => tracing::warn!(path = %path.display(), "not our compiled code; made anew"),
            }
        }
        let component = Component::from_binary(engine, wasm)?;
        let sealed = connector_compiled::seal(&self.key, engine, digest, &component)?;
        // It is compiled again next time, then.
        if let Err(error) = secure_fs::replace(&path, &sealed).and_then(|()| self.forget_old()) {
            tracing::warn!(path = %path.display(), %error, "compiled code is not kept");
        }
        Ok(component)
    }

    fn forget_old(&self) -> io::Result<()> {
        let mut files: Vec<(SystemTime, PathBuf)> = Vec::new();
        for entry in fs::read_dir(&self.folder)? {
            let entry = entry?;
            let (path, made) = (entry.path(), entry.metadata()?.modified()?);
            if path.extension().is_some_and(|ending| ending == ENDING) {
                files.push((made, path));
            } else if entry.file_name().to_string_lossy().starts_with(".tmp")
                && made.elapsed().is_ok_and(|since| since > LEFT_BEHIND)
            {
                // Of a process that was killed.
                let _ = fs::remove_file(path);
            }
        }
        files.sort_unstable();
        for (_, path) in files.iter().rev().skip(KEPT) {
            // Another process may have done it.
            let _ = fs::remove_file(path);
        }
        Ok(())
    }
}

/// Tells engines apart whose compiled code is not the same.
fn place(wasm: &Engine) -> [u8; 8] {
    let mut hasher = DefaultHasher::new();
    wasm.precompile_compatibility_hash().hash(&mut hasher);
    hasher.finish().to_le_bytes()
}

/// The key in the file, or a new one.
fn key(path: &Path) -> io::Result<[u8; connector_compiled::KEY]> {
    let mut new = [0; connector_compiled::KEY];
    getrandom::fill(&mut new).map_err(|error| io::Error::other(error.to_string()))?;
    // When somebody else is first, his counts.
    let there = match secure_fs::read_secret(path, connector_compiled::KEY as u64)? {
        None if secure_fs::write_new(path, &new)? => return Ok(new),
        None => secure_fs::read_secret(path, connector_compiled::KEY as u64)?,
        there => there,
    };
    let damaged = || io::Error::other("it is damaged; move it away, and a new one is made");
    there.and_then(|there| there.try_into().ok()).ok_or_else(damaged)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    const ONE: &str = "(component)";
    const TWO: &str = "(component (core module))";

    fn digest(wasm: &[u8]) -> [u8; 32] {
        Sha256::digest(wasm).into()
    }

    fn kept(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
        let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        let code = paths.filter(|path| path.extension().is_some_and(|it| it == ENDING));
        code.map(|path| (path.clone(), fs::read(path).unwrap())).collect()
    }

    #[test]
    fn swapped_and_foreign_files_are_compiled_anew() {
        let folder = tempfile::tempdir().unwrap();
        let engine = Engine::default();
        let open = || CompiledCode::open(folder.path()).unwrap();
        let [one, two] = [ONE, TWO].map(|text| wat::parse_str(text).unwrap());
        for wasm in [&one, &two] {
            open().component(&engine, wasm, &digest(wasm)).unwrap();
        }
        let whole = kept(folder.path());
        let [(first, a), (second, b)] = whole.iter().collect::<Vec<_>>()[..] else { panic!() };
        // Each in the place of the other.
        fs::write(first, b).unwrap();
        fs::write(second, a).unwrap();
        for wasm in [&one, &two] {
            open().component(&engine, wasm, &digest(wasm)).unwrap();
        }
        assert_ne!(&kept(folder.path())[first], b, "it was loaded, or is left there");
        assert_ne!(&kept(folder.path())[second], a, "it was loaded, or is left there");
        // Under somebody else's key.
        fs::remove_file(folder.path().join(KEY)).unwrap();
        let before = kept(folder.path());
        open().component(&engine, &one, &digest(&one)).unwrap();
        let changed = kept(folder.path()).iter().filter(|(path, it)| before[*path] != **it).count();
        assert_eq!(changed, 1);
    }

    #[test]
    fn what_is_no_file_is_not_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let engine = Engine::default();
        let wasm = wat::parse_str(ONE).unwrap();
        let code = CompiledCode::open(folder.path()).unwrap();
        code.component(&engine, &wasm, &digest(&wasm)).unwrap();
        let (path, _) = kept(folder.path()).pop_first().unwrap();
        fs::remove_file(&path).unwrap();
        assert!(std::process::Command::new("mkfifo").arg(&path).status().unwrap().success());
        code.component(&engine, &wasm, &digest(&wasm)).unwrap();
        assert!(fs::metadata(&path).unwrap().is_file(), "it is put there again");
    }

    #[test]
    fn old_code_goes() {
        let folder = tempfile::tempdir().unwrap();
        let code = CompiledCode::open(folder.path()).unwrap();
        for number in 0..KEPT + 2 {
            fs::write(folder.path().join(format!("{number}.{ENDING}")), "").unwrap();
        }
        code.forget_old().unwrap();
        assert_eq!(kept(folder.path()).len(), KEPT);
        assert!(folder.path().join(KEY).exists());
    }
}
