//! Other processes that use the same vault: this test binary, started for one of its tests. What
//! they have to say are lines on stdout that begin with [`MARK`].

use std::env;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child as Process, ChildStdin, ChildStdout, Command, Stdio};

use crate::kept::Kept;

const MARK: &str = "> ";
const FOLDER: &str = "WHOLE_STACK_VAULT";
const ORIGIN: &str = "WHOLE_STACK_ORIGIN";

/// A running child. It is killed when this is dropped.
pub struct Child {
    process: Process,
    stdin: ChildStdin,
    stdout: BufReader<ChildStdout>,
}

impl Child {
    /// Runs an ignored test of this binary, with a vault and the address of an emulator.
    pub fn start(test: &str, folder: &Path, origin: &str) -> Child {
        let mut process = Command::new(env::current_exe().unwrap())
            .args(["--exact", test, "--ignored", "--nocapture"])
            .env(FOLDER, folder)
            .env(ORIGIN, origin)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let stdin = process.stdin.take().unwrap();
        let stdout = BufReader::new(process.stdout.take().unwrap());
        Child { process, stdin, stdout }
    }

    /// The next thing that it says; none when it has ended.
    pub fn says(&mut self) -> Option<String> {
        loop {
            let mut line = String::new();
            if self.stdout.read_line(&mut line).unwrap() == 0 {
                return None;
            }
            // A line that its death has cut was not said.
            if let Some(said) = line.strip_prefix(MARK).and_then(|said| said.strip_suffix('\n')) {
                return Some(said.to_owned());
            }
        }
    }

    /// Gives it a line to read.
    pub fn tell(&mut self, line: &str) {
        writeln!(self.stdin, "{line}").unwrap();
    }

    /// `kill -9`, and all that it has said and nobody has heard yet.
    pub fn kill(mut self) -> Vec<String> {
        self.process.kill().unwrap();
        std::iter::from_fn(|| self.says()).collect()
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Says something, in a child.
pub fn say(what: impl std::fmt::Display) {
    // The line before may be the test runner's, without its end.
    let mut out = std::io::stdout().lock();
    write!(out, "\n{MARK}{what}\n").unwrap();
    out.flush().unwrap();
}

/// The folder and the address that a child was started with; none when somebody ran all ignored
/// tests.
pub fn given() -> Option<(std::path::PathBuf, String)> {
    Some((env::var_os(FOLDER)?.into(), env::var(ORIGIN).ok()?))
}

/// The same, opened.
pub fn kept() -> Option<Kept> {
    given().map(|(folder, origin)| Kept::open(&folder, &origin))
}
