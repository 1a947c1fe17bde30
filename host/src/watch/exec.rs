//! Events as the input of a command.

use std::io::Write;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use tokio::time::sleep;

use super::{Event, Sink};

/// How often a running command is looked at.
const TICK: Duration = Duration::from_millis(20);

/// Runs a shell command for each event, one after the other. The event is its input, one line of
/// JSON; `CONNECTOR_EVENT_ID` and `CONNECTOR_EVENT_TRIGGER` are in its environment. It has taken
/// the event when it ends with exit code 0.
pub struct Exec {
    command: String,
    limit: Duration,
}

impl Exec {
    /// The command is killed when it runs longer than `limit`.
    pub fn new(command: impl Into<String>, limit: Duration) -> Self {
        Exec { command: command.into(), limit }
    }

    fn spawn(&self, event: &Event) -> std::io::Result<Child> {
        let mut command = match cfg!(windows) {
            true => Command::new("cmd"),
            false => Command::new("sh"),
        };
        command.arg(if cfg!(windows) { "/C" } else { "-c" }).arg(&self.command);
        command.env("CONNECTOR_EVENT_ID", &event.id).env("CONNECTOR_EVENT_TRIGGER", &event.trigger);
        // Ctrl-C is for this program, which lets the command end.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        command.stdin(Stdio::piped()).spawn()
    }
}

/// Ends the command, and what it has started.
fn kill(child: &mut Child) -> std::io::Result<()> {
    #[cfg(unix)]
    Command::new("kill").args(["-KILL", "--", &format!("-{}", child.id())]).status()?;
    child.kill()?;
    child.wait().map(drop)
}

#[async_trait]
impl Sink for Exec {
    async fn deliver(&mut self, event: &Event) -> Result<(), String> {
        let wrong = |error: std::io::Error| format!("the command: {error}");
        let mut child = self.spawn(event).map_err(wrong)?;
        if let Some(mut input) = child.stdin.take() {
            let line = format!("{}\n", event.json);
            // A command may end without reading, so nobody waits for this.
            tokio::task::spawn_blocking(move || drop(input.write_all(line.as_bytes())));
        }
        let begun = Instant::now();
        loop {
            match child.try_wait().map_err(wrong)? {
                Some(status) if status.success() => return Ok(()),
                Some(status) => return Err(format!("the command: {status}")),
                None if begun.elapsed() > self.limit => {
                    kill(&mut child).map_err(wrong)?;
                    return Err(format!("the command ran longer than {:?}", self.limit));
                }
                None => sleep(TICK).await,
            }
        }
    }
}
