//! What a person is asked for.

use std::io::{self, IsTerminal, Read};

use connector_host::Secret;
use zeroize::Zeroizing;

use crate::error::Error;
use crate::output;
use crate::visible::visible;

/// Asks on a terminal without showing what is typed; otherwise reads a line.
pub fn hidden(what: &str) -> Result<Secret, Error> {
    let line = match io::stdin().is_terminal() {
        true => rpassword::prompt_password(visible(&format!("{what}: "))),
        false => io::stdin().lines().next().unwrap_or(Ok(String::new())),
    };
    let line = line.map_err(Error::io("stdin"))?;
    match line.trim() {
        "" => Err(Error::Usage(format!("the {what} is empty"))),
        value => Ok(Secret::new(value)),
    }
}

/// Bytes of a key, at most.
const WHOLE: u64 = 64 << 10;

/// Reads all of stdin. A terminal would show it, and keep it in its history of lines.
pub fn whole(what: &str) -> Result<Secret, Error> {
    if io::stdin().is_terminal() {
        return Err(Error::Usage(format!("give the {what} on stdin: connect < key.json")));
    }
    let mut text = Zeroizing::new(String::new());
    let read = io::stdin().take(WHOLE + 1).read_to_string(&mut text);
    let read = read.map_err(Error::io("stdin"))?;
    match text.trim() {
        "" => Err(Error::Usage(format!("the {what} is empty"))),
        _ if read as u64 > WHOLE => Err(Error::Usage(format!("the {what} is too long for one"))),
        value => Ok(Secret::new(value)),
    }
}

/// Asks for a yes on a terminal; none where there is no terminal to ask on.
pub fn agreed(what: &str) -> Result<Option<bool>, Error> {
    if !io::stdin().is_terminal() {
        return Ok(None);
    }
    output::prompt(format_args!("{what} [y/N] "))?;
    let line = io::stdin().lines().next().unwrap_or(Ok(String::new()));
    let line = line.map_err(Error::io("stdin"))?;
    Ok(Some(matches!(line.trim().to_lowercase().as_str(), "y" | "yes")))
}

/// Asks on a terminal. Elsewhere it has to be given in the `other` way.
pub fn shown(what: &str, other: &str) -> Result<String, Error> {
    let needed = || Error::Usage(format!("{other} is needed"));
    if !io::stdin().is_terminal() {
        return Err(needed());
    }
    output::prompt(format_args!("{what}: "))?;
    let line = io::stdin().lines().next().ok_or_else(needed)?.map_err(Error::io("stdin"))?;
    match line.trim() {
        "" => Err(needed()),
        value => Ok(value.to_owned()),
    }
}
