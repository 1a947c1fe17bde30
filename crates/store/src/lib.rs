//! SQLite files of the host: made whole or not at all, and brought to the current format.

#![forbid(unsafe_code)]
#![deny(missing_docs, missing_debug_implementations)]

mod database;
mod error;
mod value;

use std::fs;
use std::io;
use std::path::Path;
use std::time::{Duration, SystemTime};

use connector_host::secure_fs;
use rusqlite::{Connection, ErrorCode, OpenFlags, TransactionBehavior};

pub use database::{Access, Database, Sql};
use error::sqlite;
pub use error::{DatabaseError, StoreError};
pub use value::{Column, Row, ToValue, Value};

/// How long one process waits while another writes.
const PATIENCE: Duration = Duration::from_secs(10);
/// What SQLite keeps beside a database.
const BESIDE: [&str; 3] = ["-wal", "-shm", "-journal"];

/// Opens a database in which what is committed is on disk, and readers do not wait for a writer.
/// `formats` are the statements that make each format from the one before; SQLite's `user_version`
/// counts them. A database that is not there is made with all of them.
///
/// A file of another kind, of another user or without content is refused: see [`connector_host::secure_fs`].
///
/// # Errors
///
/// When it is refused, or cannot be made or brought to the newest format.
pub fn open(path: &Path, formats: &[&str]) -> Result<Database, DatabaseError> {
    let wrong = |path: &Path| {
        let path = path.to_owned();
        |source| DatabaseError::File { path, source }
    };
    // SQLite is to follow no link, in no part of the path.
    let folder = fs::canonicalize(secure_fs::folder_of(path)).map_err(wrong(path))?;
    let place = folder.join(path.file_name().unwrap_or_default());
    if !secure_fs::check_file(&place).map_err(wrong(path))? {
        create(&place, formats)?;
    }
    for ending in BESIDE {
        let beside = secure_fs::beside(&place, ending);
        secure_fs::check_file(&beside).map_err(wrong(&beside))?;
    }
    let mut db = connect(&place).map_err(sqlite)?;
    db.busy_timeout(PATIENCE).map_err(sqlite)?;
    migrate(&mut db, path, formats)?;
    let db = Database(db);
    db.set("journal_mode", "wal")?;
    db.set("synchronous", "full")?;
    Ok(db)
}

/// It is complete when it appears under its name. Several processes may try at once.
fn create(path: &Path, formats: &[&str]) -> Result<(), DatabaseError> {
    let wrong = |source| DatabaseError::File { path: path.to_owned(), source };
    let folder = secure_fs::folder_of(path);
    // With mode 600; SQLite gives its other files the mode of this one. It is closed before SQLite
    // opens it: closing it later would end the locks of this process.
    let file = tempfile::NamedTempFile::new_in(folder).map_err(wrong)?.into_temp_path();
    let mut db = connect(&file).map_err(sqlite)?;
    run(&mut db, formats).map_err(sqlite)?;
    db.close().map_err(|(_, error)| sqlite(error))?;
    match file.persist_noclobber(path) {
        // Somebody else was first.
        Err(failed) if failed.error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(failed) => Err(wrong(failed.error)),
        Ok(()) => secure_fs::sync_folder(folder).map_err(wrong),
    }
}

fn connect(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_NOFOLLOW
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    Connection::open_with_flags(path, flags)
}

fn migrate(db: &mut Connection, path: &Path, formats: &[&str]) -> Result<(), DatabaseError> {
    let known = formats.len() as u32;
    // Looked at first: a reader is not to wait for a writer.
    let found = match format(db) {
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::NotADatabase) => 0,
        found => found.map_err(sqlite)?,
    };
    match found {
        0 => Err(DatabaseError::Lost(path.to_owned())),
        found if found == known => Ok(()),
        found if found > known => Err(DatabaseError::Newer { path: path.to_owned(), found, known }),
        _ => Ok(run(db, formats).map_err(sqlite)?),
    }
}

/// Takes the steps that another process has not taken meanwhile.
fn run(db: &mut Connection, formats: &[&str]) -> rusqlite::Result<()> {
    let transaction = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let Some(steps) = formats.get(format(&transaction)? as usize..) else { return Ok(()) };
    for step in steps {
        transaction.execute_batch(step)?;
    }
    transaction.pragma_update(None, "user_version", formats.len() as u32)?;
    transaction.commit()
}

fn format(db: &Connection) -> rusqlite::Result<u32> {
    db.pragma_query_value(None, "user_version", |row| row.get(0))
}

/// Milliseconds since 1970-01-01 UTC.
pub fn now() -> i64 {
    SystemTime::UNIX_EPOCH.elapsed().map_or(0, |elapsed| elapsed.as_millis() as i64)
}

/// The snippet of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: &str = "CREATE TABLE one (n INTEGER) STRICT;";
    const SECOND: &str = "ALTER TABLE one ADD COLUMN m INTEGER;";

    fn said(result: Result<Database, DatabaseError>) -> String {
        result.expect_err("it is refused").to_string()
    }

    #[test]
    fn a_format_follows_the_one_before() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.db");
        let db = open(&path, &[FIRST]).unwrap();
        assert_eq!(db.sql().execute("INSERT INTO one VALUES (?1)", &values![1]).unwrap(), 1);
        let db = open(&path, &[FIRST, SECOND]).unwrap();
        let row = db.sql().row("SELECT n, m IS NULL FROM one", &[], |row| {
            Ok((row.get::<i64>(0)?, row.get::<bool>(1)?))
        });
        assert_eq!(row.unwrap(), Some((1, true)));
        let older = said(open(&path, &[FIRST]));
        assert!(older.ends_with("its format is 2, and this program knows formats up to 1"));
        let names: Vec<_> =
            fs::read_dir(folder.path()).unwrap().map(|it| it.unwrap().file_name()).collect();
        assert!(names.iter().all(|name| name.to_string_lossy().starts_with("a.db")), "{names:?}");
    }

    #[test]
    fn what_has_lost_its_content_does_not_become_new() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.db");
        drop(open(&path, &[FIRST]).unwrap());
        fs::File::options().write(true).open(&path).unwrap().set_len(0).unwrap();
        for _ in 0..2 {
            assert!(said(open(&path, &[FIRST])).contains("what it held is lost"));
        }
        fs::write(&path, "no database, ".repeat(100)).unwrap();
        assert!(said(open(&path, &[FIRST])).contains("what it held is lost"));
        fs::remove_file(&path).unwrap();
        open(&path, &[FIRST]).unwrap();
    }

    #[test]
    fn values_come_back_as_they_were_given() {
        let folder = tempfile::tempdir().unwrap();
        let columns = "a TEXT, b INTEGER, c BLOB, d TEXT, e INTEGER";
        let format = format!("CREATE TABLE all_kinds ({columns}) STRICT;");
        let db = open(&folder.path().join("a.db"), &[&format]).unwrap();
        let nothing: Option<String> = None;
        let given = values!["ü\0", i64::MIN, vec![0_u8, 255], nothing, true];
        db.sql().execute("INSERT INTO all_kinds VALUES (?1, ?2, ?3, ?4, ?5)", &given).unwrap();
        let read = |row: &Row<'_>| {
            let (text, number, bytes) = (row.get(0)?, row.get(1)?, row.get(2)?);
            Ok((text, number, bytes, row.get(3)?, row.get(4)?))
        };
        let all = db.sql().rows("SELECT * FROM all_kinds", &[], read).unwrap();
        assert_eq!(all, [("ü\0".to_owned(), i64::MIN, vec![0_u8, 255], nothing, true)]);
        let wrong = db.sql().row("SELECT b FROM all_kinds", &[], |row| row.get::<u32>(0));
        let wrong = wrong.unwrap_err().to_string();
        assert_eq!(wrong, "the column b does not have the type that is read");
        let none = db.sql().row("SELECT a FROM all_kinds WHERE b = 1", &[], |row| row.get(0));
        assert_eq!(none.unwrap(), None::<String>);
    }

    #[test]
    fn a_transaction_that_fails_changes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let mut db = open(&folder.path().join("a.db"), &[FIRST]).unwrap();
        let failed = db.transaction(Access::Write, |sql| {
            sql.execute("INSERT INTO one VALUES (1)", &[])?;
            Ok(sql.execute("INSERT INTO two VALUES (1)", &[])?)
        });
        let failed: DatabaseError = failed.unwrap_err();
        assert!(failed.to_string().contains("no such table: two"), "{failed}");
        let count = db.sql().row("SELECT count(*) FROM one", &[], |row| row.get::<i64>(0));
        assert_eq!(count.unwrap(), Some(0));
    }

    #[test]
    #[cfg(unix)]
    fn nothing_but_plain_files_is_opened() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.db");
        drop(open(&path, &[FIRST]).unwrap());
        for ending in ["", "-wal", "-shm", "-journal"] {
            let beside = secure_fs::beside(&path, ending);
            let kept = fs::read(&beside).ok();
            let _ = fs::remove_file(&beside);
            std::os::unix::fs::symlink(folder.path().join("elsewhere"), &beside).unwrap();
            let refused = said(open(&path, &[FIRST]));
            assert!(refused.contains("it is a symbolic link"), "{ending}: {refused}");
            fs::remove_file(&beside).unwrap();
            if let Some(kept) = kept {
                assert!(secure_fs::write_new(&beside, &kept).unwrap());
            }
        }
        open(&path, &[FIRST]).unwrap();
    }

    #[test]
    #[cfg(unix)]
    fn others_cannot_read_it() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.db");
        let db = open(&path, &[FIRST]).unwrap();
        db.sql().execute("INSERT INTO one VALUES (1)", &[]).unwrap();
        for ending in ["", "-wal", "-shm"] {
            let mode = fs::metadata(secure_fs::beside(&path, ending)).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "{ending}");
        }
    }
}
