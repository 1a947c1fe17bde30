//! The operating system's keyring. What goes wrong is told in its words.

use std::thread;

use keyring::Entry;
use zeroize::Zeroizing;

use super::Key;

/// Puts a key there.
pub fn keep(service: &'static str, id: &str, key: &Key) -> Result<(), String> {
    let (id, key) = (id.to_owned(), key.clone());
    apart(move || Entry::new(service, &id)?.set_secret(&*key))
}

/// Gives what is there under these names.
pub fn give(service: &'static str, id: &str) -> Result<Zeroizing<Vec<u8>>, String> {
    let id = id.to_owned();
    apart(move || Entry::new(service, &id)?.get_secret().map(Zeroizing::new))
}

/// On a thread of its own: a keyring may run an executor, and that must not meet the caller's.
fn apart<T: Send + 'static>(
    ask: impl FnOnce() -> keyring::Result<T> + Send + 'static,
) -> Result<T, String> {
    match thread::spawn(ask).join() {
        Ok(answer) => answer.map_err(|error| error.to_string()),
        Err(_) => Err("it crashed".into()),
    }
}
