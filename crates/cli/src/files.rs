//! Files that a person names on the command line, to be read by this program itself.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use crate::error::Error;

/// Bytes of an input, a body or a cursor: more than any of them needs, and less than a file that
/// was named by mistake may have.
const LARGEST: u64 = 64 << 20;

/// The bytes of a file or a pipe, or of stdin for `-`. `option` is what names it on the command
/// line.
pub fn bytes(option: &str, place: &str) -> Result<Vec<u8>, Error> {
    match place {
        "-" => whole(option, "stdin", io::stdin().lock()),
        path => whole(option, path, open(Path::new(path)).map_err(Error::io(path))?),
    }
}

/// The same for what has to be text.
pub fn text(option: &str, place: &str) -> Result<String, Error> {
    let what = if place == "-" { "stdin" } else { place };
    String::from_utf8(bytes(option, place)?)
        .map_err(|_| Error::Usage(format!("{option}: {what} is not UTF-8 text")))
}

/// The text of a file that may not be there yet.
pub fn kept(path: &Path) -> Result<Option<String>, Error> {
    let what = path.display().to_string();
    match path.metadata() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        // A pipe would have to be written to by somebody.
        Ok(found) if !found.is_file() => {
            return Err(Error::Usage(format!("{what} is not a file")));
        }
        _ => {}
    }
    text("the cursor", &what).map(Some)
}

fn open(path: &Path) -> io::Result<File> {
    let file = File::open(path)?;
    // Reading from a folder fails as well, but in words that do not say so.
    match file.metadata()?.is_dir() {
        true => Err(io::Error::other("is a folder, and not a file")),
        false => Ok(file),
    }
}

fn whole(option: &str, what: &str, from: impl Read) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    from.take(LARGEST + 1).read_to_end(&mut bytes).map_err(Error::io(what))?;
    match bytes.len() as u64 > LARGEST {
        true => Err(Error::Usage(format!("{option}: {what} holds more than {LARGEST} bytes"))),
        false => Ok(bytes),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_large_or_no_file_is_said() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name).display().to_string();
        File::create(path("large")).unwrap().set_len(LARGEST + 1).unwrap();
        std::fs::write(path("bytes"), [255]).unwrap();
        let says = |place: String| text("--input", &place).unwrap_err().to_string();
        assert!(says(path("large")).ends_with("/large holds more than 67108864 bytes"));
        assert!(says(path("")).ends_with("is a folder, and not a file"));
        assert!(says(path("bytes")).ends_with("/bytes is not UTF-8 text"));
        assert!(says(path("missing")).contains("/missing: No such file"));
        assert_eq!(kept(&folder.path().join("missing")).unwrap(), None);
        std::os::unix::fs::symlink("/dev/null", path("link")).unwrap();
        for not_a_file in [folder.path(), &folder.path().join("link")] {
            assert!(kept(not_a_file).unwrap_err().to_string().ends_with("is not a file"));
        }
    }
}
