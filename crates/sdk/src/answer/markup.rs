//! The words in HTML and XML, without the tags.

/// The text that is between the tags. What is no markup stays as it is.
pub fn plain(text: &str) -> String {
    if !text.starts_with('<') {
        return text.to_owned();
    }
    let mut out = String::new();
    let mut rest = text;
    while let Some(start) = rest.find('<') {
        out.push_str(&unescaped(&rest[..start]));
        out.push(' ');
        rest = &rest[start..];
        let hidden = [("<!--", "-->"), ("<script", "</script"), ("<style", "</style")];
        let begins =
            |name: &str| rest.get(..name.len()).is_some_and(|tag| tag.eq_ignore_ascii_case(name));
        let end = match hidden.iter().find(|(open, _)| begins(open)) {
            Some((_, close)) => find(rest, close).map(|at| at + close.len()),
            None => Some(1),
        };
        let end = end.and_then(|from| Some(from + rest[from - 1..].find('>')?));
        rest = end.map_or("", |end| &rest[end.min(rest.len())..]);
    }
    out + &unescaped(rest)
}

/// The code and the message of an error in XML, where it has both. What else it tells repeats the request.
pub fn error(text: &str) -> Option<String> {
    let (code, message) = (element(text, "Code")?, element(text, "Message")?);
    Some(format!("{code}: {message}"))
}

/// What the first element of this name holds, where it holds text alone.
pub fn element(text: &str, name: &str) -> Option<String> {
    let (_, rest) = text.split_once(&format!("<{name}>"))?;
    let (inner, _) = rest.split_once(&format!("</{name}>"))?;
    (!inner.contains('<')).then(|| unescaped(inner))
}

/// Where `part`, in lower case, begins in any case.
fn find(text: &str, part: &str) -> Option<usize> {
    text.as_bytes()
        .windows(part.len())
        .position(|window| window.eq_ignore_ascii_case(part.as_bytes()))
}

fn unescaped(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(start) = rest.find('&') {
        out.push_str(&rest[..start]);
        rest = &rest[start..];
        let end = rest.bytes().take(12).position(|byte| byte == b';');
        match end.and_then(|end| Some((end, character(&rest[1..end])?))) {
            Some((end, character)) => {
                out.push(character);
                rest = &rest[end + 1..];
            }
            None => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out + rest
}

fn character(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        "nbsp" => Some(' '),
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(digits) => u32::from_str_radix(digits, 16),
                None => number.parse(),
            };
            char::from_u32(code.ok()?)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_go_and_words_stay() {
        let page = "<HTML><HEAD><TITLE>Access Denied</TITLE><style>p > a {}</style></HEAD>\
            <BODY><!-- <b> --><H1>Access&nbsp;Denied</H1>Reference&#32;&#35;18&#46;84ed19b8 &x; & <b";
        let words: Vec<_> = plain(page).split_whitespace().map(str::to_owned).collect();
        assert_eq!(words.join(" "), "Access Denied Access Denied Reference #18.84ed19b8 &x; &");
        assert_eq!(plain("a < b"), "a < b");
        for odd in ["<", "<!--", "<script", "<é", "<a><", "<&#x110000;>&#", "<style>é</style"] {
            plain(odd);
        }
    }

    #[test]
    fn an_element_is_found_by_its_name() {
        let text = "<Error><Code>A &amp; B</Code><Message>c</Message></Error>";
        assert_eq!(element(text, "Code").as_deref(), Some("A & B"));
        assert_eq!(element(text, "Error"), None);
        assert_eq!(element(text, "HostId"), None);
    }
}
