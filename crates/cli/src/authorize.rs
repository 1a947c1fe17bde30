//! The authorization code flow (RFC 6749, section 4.1), as a person at a terminal goes through it.

use std::io::{self, BufRead, IsTerminal};
use std::process::Stdio;
use std::{env, thread};

use connector_auth::{Browser, Loopback, OAuth, Page, Tokens};
use connector_host::contract::connection::OauthFault;
use url::Url;

use crate::error::Error;
use crate::{output, variables};

/// What was granted, and the browser that waits to be told what came of it.
pub struct Granted {
    pub tokens: Tokens,
    browser: Option<Browser>,
}

impl Granted {
    /// Tokens that came without a browser.
    pub fn unseen(tokens: Tokens) -> Self {
        Granted { tokens, browser: None }
    }

    /// Shows the last page, where there is somebody to see it.
    pub async fn show(self, page: Page) {
        if let Some(browser) = self.browser {
            browser.show(page).await;
        }
    }
}

/// Gets tokens through a browser on this machine. `open` brings the person to an address. Without
/// `scopes` the suggested ones are asked for.
pub async fn in_browser(
    loopback: Loopback,
    oauth: &OAuth,
    scopes: Option<&[String]>,
    open: impl FnOnce(&Url),
) -> Result<Granted, Error> {
    let attempt = oauth.attempt(loopback.uri().as_str(), scopes)?;
    open(attempt.url());
    let answer = loopback.answer(attempt.state(), Loopback::PATIENCE).await;
    let (answer, browser) = answer
        .map_err(|error| Error::NoAnswer { error, advice: oauth.silence().map(str::to_owned) })?;
    let tokens = async {
        let code = oauth.code(&attempt, &answer)?;
        oauth.exchange(&attempt, &code).await
    };
    match tokens.await {
        Ok(tokens) => Ok(Granted { tokens, browser: Some(browser) }),
        Err(error) => {
            let error = Error::from(error);
            browser.show(failed(&error)).await;
            Err(error)
        }
    }
}

/// The page for a person whose attempt came to nothing.
pub fn failed(error: &Error) -> Page {
    let about = match error {
        Error::OAuth(error) => error.fault().map(|fault| fault.about),
        _ => None,
    };
    let page = match about {
        Some(OauthFault::Denied) => Page::failed("Nothing was granted"),
        _ => Page::failed("Not connected"),
    };
    let text = error.text();
    let mut lines = text.lines();
    let said = lines.next().unwrap_or_default().trim_start_matches("error: ");
    let advice = lines.map(|line| line.trim().trim_start_matches("advice: "));
    advice
        .fold(page, Page::line)
        .line("Nothing is stored. You can close this window; to try again, repeat the command.")
        .fact("What happened", said)
}

/// Gets tokens for a code that a person enters in any browser (RFC 8628).
pub async fn elsewhere(oauth: &OAuth, scopes: Option<&[String]>) -> Result<Tokens, Error> {
    let device = oauth.device(scopes).await?;
    let link = device.page_with_code().map(|page| format!("\nOr open {page}"));
    output::note(format_args!(
        "Open {} in any browser and enter the code\n{}{}",
        device.page(),
        device.user_code(),
        link.unwrap_or_default()
    ));
    Ok(oauth.granted(device).await?)
}

/// Gets tokens where no browser can reach this machine: a person copies what it shows.
pub async fn by_hand(
    redirect_uri: &str,
    oauth: &OAuth,
    scopes: Option<&[String]>,
) -> Result<Tokens, Error> {
    let attempt = oauth.attempt(redirect_uri, scopes)?;
    show(attempt.url());
    output::note(format_args!(
        "After that the browser goes to {redirect_uri}, which need not open. Copy the address that \
         it shows then, or the error on the page, to here:"
    ));
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
        thread::spawn(move || launch(&url));
    }
}

/// Tries the openers of this system, one after the other. None of them gets a secret.
fn launch(url: &str) {
    for mut opener in open::commands(url) {
        for variable in variables::SECRETS {
            opener.env_remove(variable);
        }
        // Ctrl-C is for this program.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut opener, 0);
        opener.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        if opener.status().is_ok_and(|status| status.success()) {
            return;
        }
    }
}

fn show(url: &Url) {
    output::note(format_args!("Open this address in a browser:\n{url}"));
}
