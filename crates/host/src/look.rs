//! A look at what the links in an input lead to, before anything is sent.

use std::convert::Infallible;

use serde_json::Value;

use crate::blobs::Fetch;
use crate::contract::FieldError;
use crate::links::{each_text, is_link};

/// Bytes of a page or a picture that are looked at, at most.
const LARGEST: u64 = 32 << 20;

/// Where one link leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Look {
    /// The field of the input, such as `items[0].url`.
    pub path: String,
    /// What was found there, or why nothing was.
    pub found: Result<Target, String>,
}

/// What a link leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Target {
    /// Its bytes.
    pub len: u64,
    /// Width and height in pixels, if it is a picture of a common kind.
    pub size: Option<(usize, usize)>,
}

/// Fetches what each `https` link of an input leads to, without credentials, from public addresses, one after the
/// other. A link is a text that is an address as a whole. Nothing is said of links to `http`.
pub async fn look_at_links(fetch: &Fetch, input: &Value) -> Vec<Look> {
    let fetch = Fetch { bytes: fetch.bytes.min(LARGEST), ..fetch.clone() };
    let mut looks = Vec::new();
    for (path, url) in https_links(input) {
        let found = fetch.read(&url).await.map_err(|error| error.to_string());
        looks.push(Look { path, found: found.map(|bytes| target(&bytes)) });
    }
    looks
}

/// What is wrong with them: a link that leads nowhere, and a picture of another size than the one before it in the
/// same list, for services show those of a list as one.
pub fn link_faults(looks: &[Look]) -> Vec<FieldError> {
    let mut faults = Vec::new();
    for (place, look) in looks.iter().enumerate() {
        let fault = match &look.found {
            Err(why) => Some(format!("leads nowhere: {why}")),
            Ok(Target { size: Some(size), .. }) => {
                let same_list = |other: &&Look| {
                    list(&other.path).is_some() && list(&other.path) == list(&look.path)
                };
                let mut before = looks[..place].iter().filter(same_list);
                let before = before.find_map(|other| other.found.as_ref().ok()?.size);
                before.filter(|before| before != size).map(|before| {
                    format!(
                        "is {} × {} pixels, and the first of the list {} × {}",
                        size.0, size.1, before.0, before.1
                    )
                })
            }
            Ok(_) => None,
        };
        faults.extend(fault.map(|message| FieldError { path: look.path.clone(), message }));
    }
    faults
}

/// The path of a field within an item of a list, without the number of the item.
fn list(path: &str) -> Option<(&str, &str)> {
    let (list, rest) = path.rsplit_once('[')?;
    Some((list, rest.split_once(']')?.1))
}

/// The `https` links of an input, by their paths.
fn https_links(input: &Value) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let visited = each_text("", input, &mut |path, text| {
        let text = text.trim();
        let is_https = text.get(..6).is_some_and(|scheme| scheme.eq_ignore_ascii_case("https:"));
        if is_https && is_link(text) {
            found.push((path.to_owned(), text.to_owned()));
        }
        Ok::<(), Infallible>(())
    });
    match visited {
        Ok(()) => found,
    }
}

fn target(bytes: &[u8]) -> Target {
    let size = imagesize::blob_size(bytes).ok().map(|size| (size.width, size.height));
    Target { len: bytes.len() as u64, size }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(path: &str, width: usize) -> Look {
        let found = Ok(Target { len: 10, size: Some((width, 100)) });
        Look { path: path.into(), found }
    }

    #[test]
    fn pictures_of_one_list_have_one_size() {
        let looks = [
            picture("items[0].url", 100),
            picture("items[1].url", 100),
            picture("items[2].url", 90),
            picture("items[2].link", 80),
            picture("cover", 70),
            Look { path: "link".into(), found: Err("the server answers 404".into()) },
        ];
        let faults: Vec<_> =
            link_faults(&looks).into_iter().map(|fault| (fault.path, fault.message)).collect();
        let wanted = [
            ("items[2].url", "is 90 × 100 pixels, and the first of the list 100 × 100"),
            ("link", "leads nowhere: the server answers 404"),
        ];
        assert_eq!(faults, wanted.map(|(path, message)| (path.to_owned(), message.to_owned())));
    }

    #[test]
    fn a_picture_tells_its_size() {
        let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
        png.extend([0, 0, 4, 0, 0, 0, 3, 0, 8, 2, 0, 0, 0]);
        assert_eq!(target(&png).size, Some((1024, 768)));
        assert_eq!(target(b"<html>").size, None);
    }
}
