use std::collections::BTreeSet;

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::super::fault::Fault;
use super::super::tree::Tree;
use super::line_at;
use super::paths::beside;

/// Links to files, folders and headings of this repository lead there.
pub fn check(tree: &Tree, document: &str, text: &str) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (event, range) in Parser::new_ext(text, Options::ENABLE_TABLES).into_offset_iter() {
        let Event::Start(Tag::Link { dest_url: to, .. } | Tag::Image { dest_url: to, .. }) = event
        else {
            continue;
        };
        if to.contains(':') {
            continue;
        }
        let (file, heading) = to.split_once('#').unwrap_or((&to, ""));
        let path = if file.is_empty() { document.to_owned() } else { beside(document, file) };
        let missing = if !tree.has(&path) {
            format!("`{path}` does not exist")
        } else if let Some(target) =
            tree.text(&path).filter(|_| !heading.is_empty() && path.ends_with(".md"))
            && !anchors(target).contains(heading)
        {
            format!("`{path}` has no heading `{heading}`")
        } else {
            continue;
        };
        let what = format!("the link `{to}` leads nowhere, as {missing}: mend or remove it");
        faults.push(Fault::new(document, line_at(text, range.start), what));
    }
    faults
}

/// What can stand behind `#`: headings as forges name them, and ids given by hand.
fn anchors(text: &str) -> BTreeSet<String> {
    let mut anchors = BTreeSet::new();
    let mut heading: Option<String> = None;
    for event in Parser::new_ext(text, Options::ENABLE_TABLES) {
        match event {
            Event::Start(Tag::Heading { .. }) => heading = Some(String::new()),
            Event::End(TagEnd::Heading(_)) => {
                anchors.extend(heading.take().map(|heading| slug(&heading)))
            }
            Event::Text(part) | Event::Code(part) => {
                if let Some(heading) = &mut heading {
                    heading.push_str(&part);
                }
            }
            Event::Html(html) | Event::InlineHtml(html) => {
                let id = html.split("id=\"").nth(1).and_then(|rest| rest.split('"').next());
                anchors.extend(id.map(str::to_owned));
            }
            _ => {}
        }
    }
    anchors
}

fn slug(heading: &str) -> String {
    let kept = |letter: &char| letter.is_alphanumeric() || matches!(letter, ' ' | '-' | '_');
    heading
        .to_lowercase()
        .chars()
        .filter(kept)
        .map(|letter| if letter == ' ' { '-' } else { letter })
        .collect()
}
