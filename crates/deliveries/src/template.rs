//! What is signed, as a text with places to fill in.

use crate::delivered::{self, Delivered};

/// A template such as `{element:t}.{body}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Template(Vec<Piece>);

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
    pub fn fill(&self, delivery: &Delivered<'_>, line: &str) -> Option<Vec<u8>> {
        let mut filled = Vec::with_capacity(delivery.body.len() + 64);
        for piece in &self.0 {
            match piece {
                Piece::Text(text) => filled.extend_from_slice(text.as_bytes()),
                Piece::Body => filled.extend_from_slice(delivery.body),
                Piece::Method => filled.extend_from_slice(delivery.method.as_bytes()),
                Piece::Url => filled.extend_from_slice(delivery.url.as_bytes()),
                Piece::Path => filled.extend_from_slice(delivered::path(delivery.url).as_bytes()),
                Piece::Form => filled.extend_from_slice(delivered::form(delivery.body).as_bytes()),
                Piece::Header(name) => {
                    filled.extend_from_slice(delivery.only(name)?.as_bytes());
                }
                Piece::Element(name) => match delivered::elements(line, name)[..] {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(template: &str) -> Option<String> {
        let delivery = Delivered {
            method: "REPORT",
            url: "https://a.example/b?c",
            headers: vec![("X-One", "1"), ("twice", "1"), ("twice", "1")],
            body: b"b=2&a=1",
        };
        let bytes = Template::parse(template).unwrap().fill(&delivery, "t=7,v=8,v=9");
        bytes.map(|bytes| String::from_utf8(bytes).unwrap())
    }

    #[test]
    fn every_piece_is_filled_in() {
        let all = "{method} {url} {path} {header:x-one} {element:t} {form} {body}";
        let said = "REPORT https://a.example/b?c /b?c 1 7 a1b2 b=2&a=1";
        assert_eq!(filled(all).unwrap(), said);
        assert_eq!(filled("{{{body}}}{{}}").unwrap(), "{b=2&a=1}{}");
        assert_eq!(filled("").unwrap(), "");
    }

    #[test]
    fn what_is_not_there_once_is_not_there() {
        for template in ["{header:none}", "{header:twice}", "{element:none}", "{element:v}"] {
            assert_eq!(filled(template), None, "{template}");
        }
    }

    #[test]
    fn templates_that_stand_for_nothing() {
        for (template, why) in [
            ("{bodys}", "`{bodys}` stands for nothing"),
            ("{header:}", "`{header:}` stands for nothing"),
            ("{}", "`{}` stands for nothing"),
            ("a}", "a `}` without its `{`"),
            ("{body", "a `{` without its `}`"),
        ] {
            assert_eq!(Template::parse(template).unwrap_err(), why);
        }
    }
}
