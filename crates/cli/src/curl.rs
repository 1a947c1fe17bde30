//! A request as a curl command for a POSIX shell.
//!
//! Two languages are in the way. The shell's words are quoted in one place, [`shell::quote`]. curl
//! itself reads `@`, `<` and `;` in the values of some options, so those options are used that do
//! not, and where there is none, values are quoted as curl wants it or refused.

use connector_host::contract::{Body, Method, Part, PartContent, Piece, Request, Slice};
use url::Url;

use crate::request_format::{Credential, Place, RequestFormat};
use crate::shell::{print, quote};

impl RequestFormat<'_> {
    /// A curl command for a POSIX shell. Fails, saying why, when curl cannot send the request.
    pub fn curl(&self) -> Result<String, String> {
        command(self.request, self.credential.as_ref())
    }
}

/// The command, with the value of the credential from the variable `TOKEN`. Fails, saying why, when
/// curl cannot send the request.
pub fn command(request: &Request, credential: Option<&Credential>) -> Result<String, String> {
    let mut words = vec!["curl --globoff".to_owned()];
    words.push(match &request.method {
        Method::Head => "--head".into(),
        method => format!("--request {}", method.word()),
    });
    // As it would be sent: a parser drops what no URL holds.
    let url = Url::parse(&request.url).map_err(|error| format!("its URL: {error}"))?;
    words.push(format!("--url {}", quote(url.as_str())));
    // The shell fills in the variable, and nothing else.
    words.extend(match credential.map(|credential| &credential.place) {
        None => None,
        Some(Place::Header(name, prefix)) => {
            Some(format!("--header {}\"$TOKEN\"", quote(&format!("{name}: {prefix}"))))
        }
        Some(Place::Basic) => Some("--user \"$TOKEN\"".to_owned()),
        Some(Place::Query(name)) => {
            Some(format!("--url-query {}\"$TOKEN\"", quote(&format!("{name}="))))
        }
        Some(Place::Signed(how)) => return Err(format!("it is signed as a whole, by {how}")),
    });
    for header in &request.headers {
        words.push(format!("--header {}", quote(&line(&header.name, &header.value)?)));
    }
    let typed = request.headers.iter().any(|it| it.name.eq_ignore_ascii_case("content-type"));
    let untyped = (!typed).then(|| format!("--header {}", quote("content-type:")));
    let mut before = String::new();
    match &request.body {
        Body::Empty => {}
        Body::Bytes(bytes) => match std::str::from_utf8(bytes) {
            Ok(text) if !text.contains('\0') => {
                words.extend(untyped);
                words.push(format!("--data-raw {}", quote(text)));
            }
            _ => {
                before = format!("{} |\n", print(bytes));
                words.extend(untyped);
                words.push("--data-binary @-".into());
            }
        },
        Body::Multipart(parts) => {
            for part in parts {
                words.push(form(part)?);
            }
        }
        Body::Pieces(pieces) => {
            let commands: Vec<String> = pieces.iter().map(piece).collect::<Result<_, _>>()?;
            before = format!("{{ {}; }} |\n", commands.join("; "));
            words.extend(untyped);
            words.push("--data-binary @-".into());
        }
    }
    Ok(before + &words.join(" \\\n  "))
}

/// A header with a value; curl takes one without for a wish to leave it out, unless it ends so.
fn line(name: &str, value: &str) -> Result<String, String> {
    let token = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
    if name.is_empty() || !name.chars().all(token) {
        return Err(format!("`{name}` is not the name of a header"));
    }
    if value.contains(['\r', '\n', '\0']) {
        return Err(format!("the header `{name}` has more than one line"));
    }
    Ok(match value.trim().is_empty() {
        true => format!("{name};"),
        false => format!("{name}: {value}"),
    })
}

/// A part of a form. The name ends at the first `=`, whatever is done about it.
fn form(part: &Part) -> Result<String, String> {
    let Part { name, filename, content_type, content } = part;
    if name.contains('=') {
        return Err(format!("the part `{name}` of the form has a name with `=` in it"));
    }
    if let (PartContent::Text(text), None, None) = (content, filename, content_type) {
        return Ok(format!("--form-string {}", quote(&format!("{name}={text}"))));
    }
    let mut value = match content {
        PartContent::Text(text) => format!("{name}={}", within(text)),
        PartContent::Blob(reference) => format!("{name}=@{}", within(&path(reference)?)),
    };
    if let Some(content_type) = content_type {
        let word = |text: &str| {
            let fits = |c: char| c.is_ascii_alphanumeric() || "!#$&^_.+-".contains(c);
            !text.is_empty() && text.chars().all(fits)
        };
        if !content_type.split_once('/').is_some_and(|(kind, of)| word(kind) && word(of)) {
            return Err(format!("the content type `{content_type}` of the part `{name}`"));
        }
        value += &format!(";type={content_type}");
    }
    if let Some(filename) = filename {
        value += &format!(";filename={}", within(filename));
    }
    Ok(format!("--form {}", quote(&value)))
}

/// Within the quotes that curl itself reads in the value of `--form`.
fn within(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', r"\\").replace('"', "\\\""))
}

/// What prints a piece of a body. A file is the shell's to open: no name is an option then.
fn piece(piece: &Piece) -> Result<String, String> {
    Ok(match piece {
        Piece::Text(text) => print(text.as_bytes()),
        Piece::Blob(reference) => format!("cat <{}", quote(&path(reference)?)),
        Piece::BlobBase64(reference) => {
            format!("base64 <{} | tr -d '\\n'", quote(&path(reference)?))
        }
        Piece::Slice(Slice { blob, offset, length }) => {
            let (from, file) = (offset.saturating_add(1), quote(&path(blob)?));
            format!("tail -c +{from} <{file} | head -c {length}")
        }
    })
}

/// A reference as the path of a file: `-` alone would be stdin.
fn path(reference: &str) -> Result<String, String> {
    let schemes = ["http:", "https:", "data:", "kept:"];
    let begins = |scheme: &&str| {
        reference.get(..scheme.len()).is_some_and(|it| it.eq_ignore_ascii_case(scheme))
    };
    match schemes.iter().any(begins) {
        true => Err("it sends something that is not a file here; save it as one first".into()),
        false if reference.starts_with('-') => Ok(format!("./{reference}")),
        false => Ok(reference.to_owned()),
    }
}

#[cfg(all(test, unix))]
#[path = "curl/tests.rs"]
mod tests;
