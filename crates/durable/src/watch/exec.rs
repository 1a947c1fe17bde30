//! Events as the input of a command.

use std::fmt;
use std::io::{self, ErrorKind, Write};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use tokio::time::sleep;

use super::{Event, NotTaken, Sink};

/// How often a running command is looked at.
const TICK: Duration = Duration::from_millis(20);

/// Runs a shell command for each event, one after the other. The event is its input, one line of
/// JSON; `CONNECTOR_EVENT_ID` and `CONNECTOR_EVENT_TRIGGER` are in its environment. It has taken
/// the event when it ends with exit code 0.
pub struct Exec {
    command: String,
    limit: Duration,
    kept_back: Vec<String>,
}

impl Exec {
    /// The command is killed when it runs longer than `limit`.
    pub fn new(command: impl Into<String>, limit: Duration) -> Self {
        Exec { command: command.into(), limit, kept_back: Vec::new() }
    }

    /// The command does not get these variables of this program: those that hold secrets.
    pub fn without<T: Into<String>>(mut self, variables: impl IntoIterator<Item = T>) -> Self {
        self.kept_back.extend(variables.into_iter().map(T::into));
        self
    }

    fn spawn(&self, event: &Event) -> io::Result<Child> {
        let mut command = match cfg!(windows) {
            true => Command::new("cmd"),
            false => Command::new("sh"),
        };
        command.arg(if cfg!(windows) { "/C" } else { "-c" }).arg(&self.command);
        for variable in &self.kept_back {
            command.env_remove(variable);
        }
        command.env("CONNECTOR_EVENT_ID", &event.id).env("CONNECTOR_EVENT_TRIGGER", &event.trigger);
        // Ctrl-C is for this program, which lets the command end.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        command.stdin(Stdio::piped()).spawn()
    }
}

/// Ends the command, and what it has started.
fn kill(child: &mut Child) -> io::Result<()> {
    #[cfg(unix)]
    Command::new("kill").args(["-KILL", "--", &format!("-{}", child.id())]).status()?;
    child.kill()?;
    child.wait().map(drop)
}

#[async_trait]
impl Sink for Exec {
    async fn deliver(&mut self, event: &Event) -> Result<(), NotTaken> {
        let wrong = |error: io::Error| format!("the command: {error}");
        let mut child = self.spawn(event).map_err(|error| match error.kind() {
            // A NUL in its id or its trigger's, or more than a variable can hold: no process can be
            // given that.
            ErrorKind::InvalidInput | ErrorKind::ArgumentListTooLong => {
                NotTaken::Ever(format!("its id cannot be given to a command: {error}"))
            }
            _ => wrong(error).into(),
        })?;
        if let Some(mut input) = child.stdin.take() {
            let line = format!("{}\n", event.json);
            // A command may end without reading, so nobody waits for this.
            tokio::task::spawn_blocking(move || drop(input.write_all(line.as_bytes())));
        }
        let begun = Instant::now();
        loop {
            match child.try_wait().map_err(wrong)? {
                Some(status) if status.success() => return Ok(()),
                Some(status) => return Err(format!("the command: {status}").into()),
                None if begun.elapsed() > self.limit => {
                    kill(&mut child).map_err(wrong)?;
                    return Err(format!("the command ran longer than {:?}", self.limit).into());
                }
                None => sleep(TICK).await,
            }
        }
    }
}

impl fmt::Debug for Exec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Exec").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(id: &str) -> Event {
        Event { trigger: "thing.new".into(), id: id.into(), json: "{}".into() }
    }

    #[tokio::test]
    async fn what_no_process_can_be_given_is_never_taken() {
        let mut exec = Exec::new("true", Duration::from_secs(60));
        assert_eq!(exec.deliver(&event("7")).await, Ok(()));
        for id in ["a\0b".to_owned(), "x".repeat(4 << 20)] {
            let refused = exec.deliver(&event(&id)).await;
            assert!(matches!(refused, Err(NotTaken::Ever(_))), "{refused:?}");
        }
        let mut failing = Exec::new("exit 1", Duration::from_secs(60));
        assert!(matches!(failing.deliver(&event("7")).await, Err(NotTaken::Yet(_))));
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn a_command_does_not_get_what_is_kept_back() {
        let limit = Duration::from_secs(60);
        let command = r#"test -n "$CONNECTOR_EVENT_ID" && ! env | grep -q '^PATH='"#;
        assert_eq!(Exec::new(command, limit).without(["PATH"]).deliver(&event("7")).await, Ok(()));
        assert!(Exec::new(command, limit).deliver(&event("7")).await.is_err());
    }
}
