//! The command that a shell is given for a request: it may only say what the request holds.

use connector_cli::{curl, shell};
use connector_host::contract::{Body, Effect, Header, Method, Part, PartContent, Piece, Request};

/// Writes the command, and reads it as a shell does.
pub fn run(url: &str, header: [&str; 2], body: &str, kind: usize) -> Result<(), String> {
    let [name, value] = header;
    for text in [name, value, body] {
        is_word(&shell::word(text), text)?;
        is_word(&shell::quote(text), text)?;
    }
    let part = |content| Part {
        name: name.to_owned(),
        filename: Some(value.to_owned()),
        content_type: None,
        content,
    };
    let request = Request {
        method: Method::Post,
        url: url.to_owned(),
        headers: vec![Header { name: name.to_owned(), value: value.to_owned() }],
        body: match kind {
            0 => Body::Bytes(body.as_bytes().to_vec()),
            1 => Body::Multipart(vec![part(PartContent::Text(body.to_owned()))]),
            2 => Body::Multipart(vec![part(PartContent::Blob(body.to_owned()))]),
            _ => Body::Pieces(vec![
                Piece::Text(body.to_owned()),
                Piece::Blob(value.to_owned()),
                Piece::BlobBase64(name.to_owned()),
            ]),
        },
        credential: None,
        effect: Effect::Write,
        costs: Vec::new(),
        idempotency_header: None,
        extensions: Vec::new(),
        save: false,
    };
    // What curl cannot send is refused.
    let Ok(command) = curl::command(&request, None) else { return Ok(()) };
    let words = words(&command)?;
    let begin = words.iter().position(|word| word == "curl");
    let begin = begin.ok_or_else(|| format!("no curl in {command:?}"))?;
    let options = &words[begin + 1..];
    let value_of = |option: &str| {
        let at = options.iter().position(|word| word == option)?;
        options.get(at + 1).map(String::as_str)
    };
    let right = match value.trim().is_empty() {
        true => format!("{name};"),
        false => format!("{name}: {value}"),
    };
    if value_of("--header") != Some(&right) {
        return Err("another header is sent".to_owned());
    }
    match value_of("--data-raw") {
        Some(sent) if sent != body => Err("another body is sent".to_owned()),
        _ => Ok(()),
    }
}

/// One word, which is this text.
fn is_word(quoted: &str, text: &str) -> Result<(), String> {
    match words(quoted)?.as_slice() {
        [word] if *word == text.replace('\0', "") => Ok(()),
        read => Err(format!("a shell reads {text:?} as {read:?}")),
    }
}

/// The words that a POSIX shell reads. Fails where one of its own characters stands outside of
/// quotes, but for those that join the commands for the pieces of a body.
fn words(command: &str) -> Result<Vec<String>, String> {
    let (mut words, mut word) = (Vec::new(), None::<String>);
    let mut chars = command.chars();
    while let Some(char) = chars.next() {
        match char {
            '\'' => {
                let word = word.get_or_insert_default();
                loop {
                    match chars.next() {
                        Some('\'') => break,
                        Some(inside) => word.push(inside),
                        None => return Err("a quote is not closed".to_owned()),
                    }
                }
            }
            '\\' => match chars.next() {
                Some('\n') => {}
                Some('\'') => word.get_or_insert_default().push('\''),
                other => return Err(format!("a backslash before {other:?}")),
            },
            ' ' | '\n' | ';' | '|' | '<' => words.extend(word.take()),
            '{' | '}' => {}
            char if char.is_ascii_alphanumeric() || "-_.,:/@+%".contains(char) => {
                word.get_or_insert_default().push(char);
            }
            char => return Err(format!("`{char}` stands outside of quotes")),
        }
    }
    words.extend(word);
    Ok(words)
}
