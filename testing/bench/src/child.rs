//! This program once more, as a service in a process of its own.

use std::io::{BufRead, BufReader, Write};
use std::process::{self, Command, Stdio};

use anyhow::{Context, Result};

/// The running process; it ends with this value.
pub struct Child {
    process: process::Child,
    /// The line that it prints when it is ready.
    pub said: String,
}

impl Child {
    /// Starts it for this, and writes to it. It serves until its input ends.
    pub fn start(what: &str, input: &[u8]) -> Result<Child> {
        let mut process = Command::new(std::env::current_exe()?)
            .arg(what)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        process.stdin.as_mut().context("it has an input")?.write_all(input)?;
        let mut said = String::new();
        let output = process.stdout.take().context("it has an output")?;
        BufReader::new(output).read_line(&mut said)?;
        said.truncate(said.trim_end().len());
        Ok(Child { process, said })
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        self.process.wait().ok();
    }
}
