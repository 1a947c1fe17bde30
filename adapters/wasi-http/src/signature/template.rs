//! What is signed, as a text with places to fill in.

use crate::bindings::automation::connector::webhooks::Delivery;
use crate::signature::part;

/// A template such as `{element:t}.{body}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template(Vec<Piece>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Text(String),
    Body,
    Method,
    Url,
    Path,
    Form,
    Header(String),
    Element(String),
}

impl Template {
    /// Fails with what is wrong, for people.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut pieces = vec![Piece::Text(String::new())];
        let mut rest = text;
        while let Some(at) = rest.find(['{', '}']) {
            let (before, from) = rest.split_at(at);
            push(&mut pieces, before);
            rest = match from.strip_prefix("{{").map(|rest| ("{", rest)) {
                Some((brace, rest)) => {
                    push(&mut pieces, brace);
                    rest
                }
                None if from.starts_with("}}") => {
                    push(&mut pieces, "}");
                    &from[2..]
                }
                None => {
                    let inner = from.strip_prefix('{').ok_or("a `}` without its `{`")?;
                    let (name, rest) = inner.split_once('}').ok_or("a `{` without its `}`")?;
                    pieces.push(piece(name)?);
                    rest
                }
            };
        }
        push(&mut pieces, rest);
        pieces.retain(|piece| *piece != Piece::Text(String::new()));
        Ok(Template(pieces))
    }

    /// The bytes that it stands for. `line` is the header that holds the signature. None when something
    /// that it names is not there, or is there more than once.
    pub fn fill(&self, delivery: &Delivery, line: &str) -> Option<Vec<u8>> {
        let mut filled = Vec::with_capacity(delivery.body.len() + 64);
        for piece in &self.0 {
            match piece {
                Piece::Text(text) => filled.extend_from_slice(text.as_bytes()),
                Piece::Body => filled.extend_from_slice(&delivery.body),
                Piece::Method => {
                    filled.extend_from_slice(part::method(&delivery.method).as_bytes())
                }
                Piece::Url => filled.extend_from_slice(delivery.url.as_bytes()),
                Piece::Path => filled.extend_from_slice(part::path(&delivery.url).as_bytes()),
                Piece::Form => filled.extend_from_slice(part::form(&delivery.body).as_bytes()),
                Piece::Header(name) => {
                    filled.extend_from_slice(part::header(delivery, name)?.as_bytes());
                }
                Piece::Element(name) => match part::elements(line, name)[..] {
                    [one] => filled.extend_from_slice(one.as_bytes()),
                    _ => return None,
                },
            }
        }
        Some(filled)
    }
}

fn push(pieces: &mut Vec<Piece>, more: &str) {
    match pieces.last_mut() {
        Some(Piece::Text(text)) => text.push_str(more),
        _ => pieces.push(Piece::Text(more.to_owned())),
    }
}

fn piece(name: &str) -> Result<Piece, String> {
    Ok(match name.split_once(':') {
        Some(("header", name)) if !name.is_empty() => Piece::Header(name.to_owned()),
        Some(("element", name)) if !name.is_empty() => Piece::Element(name.to_owned()),
        _ => match name {
            "body" => Piece::Body,
            "method" => Piece::Method,
            "url" => Piece::Url,
            "path" => Piece::Path,
            "form" => Piece::Form,
            _ => return Err(format!("`{{{name}}}` stands for nothing")),
        },
    })
}
