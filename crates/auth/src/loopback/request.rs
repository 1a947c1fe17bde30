//! What a browser asks for.

use std::io;

use tokio::io::AsyncBufReadExt;
use url::Url;

use super::NAMES;

/// The status, and the words for a person.
pub type Refusal = (&'static str, &'static str);

/// The lines before the first empty one.
pub async fn head(mut read: impl AsyncBufReadExt + Unpin) -> io::Result<Vec<String>> {
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        if read.read_line(&mut line).await? == 0 || line.trim().is_empty() {
            return Ok(lines);
        }
        lines.push(line.trim().to_owned());
    }
}

/// The address that is asked for, or the status and the words of a refusal.
pub fn find(head: &[String], uri: &Url, state: &str) -> Result<Url, Refusal> {
    let mut hosts = head.iter().skip(1).filter_map(|line| line.split_once(':'));
    let host = hosts.find(|(name, _)| name.eq_ignore_ascii_case("host"));
    let port = uri.port_or_known_default().unwrap_or_default().to_string();
    let here = |host: &str| match host.rsplit_once(':') {
        Some((name, said)) if !said.ends_with(']') => NAMES.contains(&name) && said == port,
        _ => NAMES.contains(&host) && port == "80",
    };
    if !host.is_some_and(|(_, host)| here(&host.trim().to_ascii_lowercase())) {
        return Err(("421 Misdirected Request", "This address is not served here."));
    }
    let mut words = head.first().into_iter().flat_map(|line| line.split(' '));
    if words.next() != Some("GET") {
        return Err(("405 Method Not Allowed", "Only GET is answered here."));
    }
    let url = words.next().and_then(|target| uri.join(target).ok());
    let url = url.filter(|url| url.origin() == uri.origin() && url.path() == uri.path());
    let url = url.ok_or(("404 Not Found", "Nothing is here."))?;
    match url.query_pairs().any(|(key, value)| key == "state" && value == state) {
        true => Ok(url),
        false => Err((
            "400 Bad Request",
            "This answer belongs to another attempt to connect. It changes nothing.",
        )),
    }
}
