use super::super::tree::Tree;

/// By these a name without a folder is seen to be a file's.
const ENDINGS: [&str; 14] =
    ["cts", "js", "json", "lock", "md", "mjs", "mts", "py", "rs", "sh", "toml", "ts", "wit", "yml"];

/// Whether a span of code is the path of a file or folder: with a slash that is not the first
/// letter, or with the ending of a kind of file that there is here.
pub fn is_path(span: &str) -> bool {
    let letters = |letter: char| letter.is_alphanumeric() || "._-/@*<>".contains(letter);
    let ending = span
        .rsplit_once('.')
        .is_some_and(|(name, ending)| !name.is_empty() && ENDINGS.contains(&ending));
    span.chars().all(letters) && !span.starts_with('/') && (span.contains('/') || ending)
}

pub fn lacks(tree: &Tree, document: &str, span: &str) -> Option<String> {
    // The name of a file alone is told by the sentence around it.
    if !span.contains('/') && (tree.has_name(span) || is_written(tree, span)) {
        return None;
    }
    let pattern = with_wildcards(span);
    if tree.has(&pattern) || tree.has(&beside(document, &pattern)) {
        return None;
    }
    Some(format!(
        "names `{span}`, which is neither below the root nor beside this document: mend the path, or say it without backticks"
    ))
}

/// Whether some program writes or reads a file of this name.
fn is_written(tree: &Tree, name: &str) -> bool {
    let (double, single) = (format!("\"{name}\""), format!("'{name}'"));
    tree.texts().any(|(path, text)| {
        !path.ends_with(".md") && (text.contains(&double) || text.contains(&single))
    })
}

/// `<any name>` is `*`.
fn with_wildcards(span: &str) -> String {
    let mut pattern = String::new();
    let mut rest = span;
    while let Some((before, after)) = rest.split_once('<') {
        pattern.push_str(before);
        pattern.push('*');
        rest = after.split_once('>').map_or("", |(_, after)| after);
    }
    pattern + rest
}

/// A path that is relative to a document, from the root on.
pub fn beside(document: &str, path: &str) -> String {
    let mut parts: Vec<_> = document.split('/').collect();
    parts.pop();
    for part in path.split('/').filter(|part| !part.is_empty()) {
        match part {
            ".." => drop(parts.pop()),
            "." => {}
            part => parts.push(part),
        }
    }
    parts.join("/")
}
