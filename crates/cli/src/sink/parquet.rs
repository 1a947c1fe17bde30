//! Records as a Parquet file.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use connector_host::Connector;
use connector_records::{Record, Resource};
use connector_sql::ParquetFile;

use crate::error::Error;
use crate::failed::failed;
use crate::output;

/// A file under way, or stdout.
pub struct Parquet {
    file: ParquetFile,
    /// What it is called now, and in the end.
    names: Option<(PathBuf, PathBuf)>,
}

impl Parquet {
    pub fn open(
        connector: &Connector,
        resource: Resource,
        fields: Option<&[String]>,
        path: Option<&Path>,
    ) -> Result<Self, Error> {
        let (to, names): (Box<dyn Write + Send>, _) = match path {
            Some(path) => {
                let mut part = path.as_os_str().to_owned();
                part.push(".part");
                let part = PathBuf::from(part);
                let file = File::create(&part).map_err(Error::io(part.display()))?;
                (Box::new(file), Some((part, path.to_owned())))
            }
            None if output::is_terminal() => {
                return Err(Error::Usage(
                    "--format: this one is not for a terminal; say --out FILE".into(),
                ));
            }
            None => (Box::new(io::stdout()), None),
        };
        let file = ParquetFile::new(connector, resource, fields, to).map_err(failed)?;
        Ok(Parquet { file, names })
    }

    pub fn write(&mut self, records: &[Record]) -> Result<(), Error> {
        self.file.write(records).map_err(failed)
    }

    pub fn end(self) -> Result<(), Error> {
        self.file.close().map_err(failed)?;
        match self.names {
            Some((part, path)) => std::fs::rename(part, &path).map_err(Error::io(path.display())),
            None => Ok(()),
        }
    }
}
