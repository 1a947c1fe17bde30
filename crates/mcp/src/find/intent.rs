//! What somebody wants to do with a thing, and what an action does with one: the verbs that all services
//! share.

use connector_host::contract::Effect;
use connector_host::contract::actions::Action;

use super::words;

/// What is done with things.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    Read,
    Create,
    Update,
    Delete,
    /// Something else that changes something.
    Other,
}

/// What people say, and the verb that actions have for it.
const VERBS: [(&str, &str); 62] = [
    ("show", "list"),
    ("see", "list"),
    ("display", "list"),
    ("list", "list"),
    ("make", "create"),
    ("add", "create"),
    ("new", "create"),
    ("build", "create"),
    ("start", "create"),
    ("set up", "create"),
    ("setup", "create"),
    ("hook up", "create"),
    ("open", "create"),
    ("register", "create"),
    ("put", "create"),
    ("create", "create"),
    ("remove", "delete"),
    ("get rid", "delete"),
    ("take down", "delete"),
    ("drop", "delete"),
    ("erase", "delete"),
    ("trash", "delete"),
    ("cancel", "delete"),
    ("take away", "delete"),
    ("take off", "delete"),
    ("delete", "delete"),
    ("change", "update"),
    ("edit", "update"),
    ("modify", "update"),
    ("rename", "update"),
    ("move", "update"),
    ("adjust", "update"),
    ("mark", "update"),
    ("set", "update"),
    ("turn", "update"),
    ("raise", "update"),
    ("lower", "update"),
    ("increase", "update"),
    ("decrease", "update"),
    ("fix", "update"),
    ("update", "update"),
    ("launch", "create"),
    ("schedule", "create"),
    ("plan", "create"),
    ("duplicate", "create"),
    ("copy", "create"),
    ("extend", "update"),
    ("end", "update"),
    ("double", "update"),
    ("shorten", "update"),
    ("prolong", "update"),
    ("replace", "update"),
    ("enable", "update"),
    ("disable", "update"),
    ("convert", "update"),
    ("clear", "delete"),
    ("look for", "search"),
    ("search", "search"),
    ("look up", "find"),
    ("find", "find"),
    ("download", "download"),
    ("upload", "upload"),
];

/// Those that leave no doubt.
const CLEAR: &str = "create delete remove update change edit rename duplicate launch extend";

/// Words with which questions begin.
const QUESTIONS: &str = "what whats which who how why is are show list get when where compare find estimate do did see count";

/// The verbs of a text in its order, as actions have them.
pub fn verbs(stems: &[String]) -> Vec<(usize, &'static str)> {
    let found = VERBS
        .iter()
        .filter_map(|(say, verb)| Some((words::place(stems, &words::stems(say), false)?, *verb)));
    let mut found: Vec<_> = found.collect();
    found.sort_by_key(|(place, _)| *place);
    found
}

/// What the words of a query want done: none when they do not say. The words that the vocabulary put
/// beside them go before general verbs, but for those that leave no doubt.
pub fn wanted(query: &str, stems: &[String], meant: &[&str]) -> Option<Deed> {
    let first = words::split(query).into_iter().next().unwrap_or_default();
    if QUESTIONS.split_ascii_whitespace().any(|question| question == first) {
        return Some(Deed::Read);
    }
    let verbs = verbs(stems);
    let clear: Vec<String> = words::stems(CLEAR);
    let is_clear = |at: usize| stems.get(at).is_some_and(|word| clear.contains(word));
    let first = verbs.iter().filter(|(at, _)| is_clear(*at)).map(|(_, verb)| *verb);
    let said = verbs.iter().map(|(_, verb)| *verb);
    first.chain(meant.iter().copied()).chain(said).find_map(|verb| match verb {
        "create" => Some(Deed::Create),
        "update" => Some(Deed::Update),
        "delete" => Some(Deed::Delete),
        _ => None,
    })
}

/// What an action does.
pub fn deed(action: &Action) -> Deed {
    let verb = action.id.rsplit('.').next().unwrap_or_default();
    match action.effect {
        Effect::Read => Deed::Read,
        _ if action.destructive || verb.starts_with("remove") => Deed::Delete,
        _ if verb.starts_with("create") => Deed::Create,
        _ if verb.starts_with("update") => Deed::Update,
        _ => Deed::Other,
    }
}
