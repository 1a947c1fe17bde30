//! The page that a person sees in the end.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

const HTML: &str = include_str!("page.html");
const CSS: &str = include_str!("page.css");
const CHECK: &str = r#"<path d="M7 12.5l3.2 3.2L17 9"/>"#;
const CROSS: &str = r#"<path d="M8.5 8.5l7 7M15.5 8.5l-7 7"/>"#;

/// Says what came of an attempt to connect. Its texts may come from anywhere: whatever they hold is
/// shown as text.
#[derive(Clone, Debug)]
pub struct Page {
    good: bool,
    title: String,
    lines: Vec<String>,
    facts: Vec<(String, String)>,
}

impl Page {
    /// All is well.
    pub fn done(title: impl Into<String>) -> Self {
        Page { good: true, title: title.into(), lines: Vec::new(), facts: Vec::new() }
    }

    /// Nothing came of it.
    pub fn failed(title: impl Into<String>) -> Self {
        Page { good: false, ..Page::done(title) }
    }

    /// Adds a sentence.
    pub fn line(mut self, text: impl Into<String>) -> Self {
        self.lines.push(text.into());
        self
    }

    /// Adds a fact, such as whose account it is.
    pub fn fact(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.facts.push((name.into(), value.into()));
        self
    }

    pub(super) fn html(&self) -> String {
        let paragraph = |line: &String| format!("<p>{}</p>\n", escaped(line));
        let fact = |(name, value): &(String, String)| {
            format!("<div><dt>{}</dt><dd>{}</dd></div>\n", escaped(name), escaped(value))
        };
        let mut body: String = self.lines.iter().map(paragraph).collect();
        if !self.facts.is_empty() {
            let facts: String = self.facts.iter().map(fact).collect();
            body += &format!("<dl>\n{facts}</dl>\n");
        }
        let (class, icon) = if self.good { ("good", CHECK) } else { ("bad", CROSS) };
        // Each place is filled once, from the left: no text becomes a place.
        let mut html = String::new();
        let values = [escaped(&self.title), CSS.to_owned(), class.into(), icon.into()];
        let values = values.into_iter().chain([escaped(&self.title), body]);
        let mut parts = HTML.split("{}");
        html += parts.next().unwrap_or_default();
        for (value, part) in values.zip(parts) {
            html += &value;
            html += part;
        }
        html
    }

    /// Nothing is loaded, run or framed; the one style is named by its hash.
    pub(super) fn policy(&self) -> String {
        let hash = STANDARD.encode(Sha256::digest(CSS));
        format!(
            "default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'; \
             frame-ancestors 'none'"
        )
    }
}

/// A text as it stands in HTML. What turns the direction of writing around, and what is no character of a
/// page, is replaced.
pub fn escaped(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => html += "&amp;",
            '<' => html += "&lt;",
            '>' => html += "&gt;",
            '"' => html += "&quot;",
            '\'' => html += "&#39;",
            // What turns the direction of writing around, and what is no character of a page.
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => html += "\u{fffd}",
            c if c.is_control() && !c.is_whitespace() => html += "\u{fffd}",
            c => html.push(c),
        }
    }
    html
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_shown_as_they_are() {
        let evil = "<script>alert('x')</script>{}&\"\u{202e}\u{1b}";
        let shown = "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;{}&amp;&quot;\u{fffd}\u{fffd}";
        for page in [
            Page::done(evil),
            Page::failed("t").line(evil),
            Page::done("t").fact(evil, "v"),
            Page::done("t").fact("n", evil),
        ] {
            let html = page.html();
            assert!(html.contains(shown) && !html.contains("<script"), "{html}");
            assert!(html.ends_with("</html>\n"), "{html}");
        }
    }

    #[test]
    fn it_is_complete_in_itself() {
        let html = Page::done("Connected").line("one").fact("Account", "Fern").html();
        for place in
            ["<title>Connected</title>", "<h1>Connected</h1>", "<p>one</p>", "<dd>Fern</dd>"]
        {
            assert!(html.contains(place), "{place}: {html}");
        }
        assert!(!html.contains("{}") && !html.contains("http") && !html.contains("src="), "{html}");
        assert!(html.contains(&format!("<style>{CSS}</style>")), "the policy names this style");
    }
}
