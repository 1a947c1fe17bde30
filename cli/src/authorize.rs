//! The authorization code flow (RFC 6749, section 4.1), as a person at a terminal goes through it.

use std::io::{self, BufRead, IsTerminal, Write};
use std::{env, thread};

use connector_host::{Loopback, OAuth, Tokens};
use url::Url;

use crate::error::Error;

/// Gets tokens through a browser on this machine. `open` brings the person to an address. Without
/// `scopes` the suggested ones are asked for.
pub async fn in_browser(
    loopback: Loopback,
    oauth: &OAuth,
    scopes: Option<&[String]>,
    open: impl FnOnce(&Url),
) -> Result<Tokens, Error> {
    let attempt = oauth.attempt(loopback.uri().as_str(), scopes)?;
    open(attempt.url());
    let answer = loopback.answer(attempt.state(), Loopback::PATIENCE).await;
    let answer = answer
        .map_err(|error| Error::NoAnswer { error, advice: oauth.silence().map(str::to_owned) })?;
    let code = oauth.code(&attempt, &answer)?;
    Ok(oauth.exchange(&attempt, &code).await?)
}

/// Gets tokens where no browser can reach this machine: a person copies what it shows.
pub async fn by_hand(
    redirect_uri: &str,
    oauth: &OAuth,
    scopes: Option<&[String]>,
) -> Result<Tokens, Error> {
    let attempt = oauth.attempt(redirect_uri, scopes)?;
    show(attempt.url());
    eprintln!(
        "After that the browser goes to {redirect_uri}, which need not open. Copy the address that \
         it shows then, or the error on the page, to here:"
    );
    io::stderr().flush().map_err(Error::io("stderr"))?;
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line).map_err(Error::io("stdin"))?;
    let code = oauth.copied(&attempt, &line)?;
    Ok(oauth.exchange(&attempt, &code).await?)
}

/// Opens a browser where there is one, and shows the address in any case.
pub fn open(url: &Url) {
    show(url);
    let graphical = ["DISPLAY", "WAYLAND_DISPLAY"].iter().any(|name| env::var_os(name).is_some());
    if io::stderr().is_terminal() && (graphical || !cfg!(target_os = "linux")) {
        let url = url.to_string();
        // Some openers wait for the browser to end.
        thread::spawn(move || open::that_detached(url));
    }
}

fn show(url: &Url) {
    eprintln!("Open this address in a browser:\n{url}");
}
