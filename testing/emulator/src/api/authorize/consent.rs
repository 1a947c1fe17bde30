//! The page on which a person allows an app what it asks for, or does not.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::hash::{BuildHasher, Hasher, RandomState};

use axum::http::StatusCode;
use url::Url;

use crate::auth::{App, Asked};
use crate::reply::Reply;
use crate::world::World;

const STYLE: &str = include_str!("consent.css");

/// Each scope, as a person reads it.
const WORDS: &[(&str, &str)] = &[
    ("ads:read", "See your ads, campaigns and their figures"),
    ("ads:write", "Create, change and delete ads and campaigns"),
    ("billing:read", "See your billing data"),
    ("billing:write", "Create, change and delete billing data"),
    ("biz_access:read", "See who has access to your business"),
    ("biz_access:write", "Give and take away access to your business"),
    ("boards:read", "See your public boards, and group boards that you joined"),
    ("boards:read_secret", "See your secret boards"),
    ("boards:write", "Create, change and delete your public boards"),
    ("boards:write_secret", "Create, change and delete your secret boards"),
    ("catalogs:read", "See your catalogues of products"),
    ("catalogs:write", "Create, change and delete catalogues of products"),
    ("msot:write", "Send events that were measured elsewhere"),
    ("pins:read", "See your public Pins"),
    ("pins:read_secret", "See your secret Pins"),
    ("pins:write", "Create, change and delete your public Pins"),
    ("pins:write_secret", "Create, change and delete your secret Pins"),
    ("user_accounts:read", "See your account and who follows it"),
    ("user_accounts:write", "Change your account and whom it follows"),
];

/// The page. Whoever sends its form has seen it: the token is not in any address.
pub fn page(token: &str, asked: &Asked, app: &App, world: &World) -> Reply {
    let target = Url::parse(&asked.redirect_uri).ok();
    let origin = target.as_ref().map(|url| url.origin().ascii_serialization());
    let place = origin.as_deref().filter(|origin| *origin != "null").unwrap_or("");
    let nonce = random();
    let letter = world.business_name.chars().next().unwrap_or('?');
    let [app_name, account, username, letter, place_shown, token] =
        [app.name, &world.business_name, &world.username, &letter.to_string(), place, token]
            .map(escaped);
    let page = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>Allow {app_name}? – Pinterest emulator</title>\n\
         <style nonce=\"{nonce}\">\n{STYLE}</style>\n</head>\n<body>\n<main>\n\
         <p class=\"badge\">Pinterest emulator – not the real Pinterest</p>\n\
         <h1>{app_name} would like access to your account</h1>\n\
         <p class=\"who\"><span aria-hidden=\"true\">{letter}</span>\
         <b>{account}<small>@{username}</small></b></p>\n\
         <h2>It would be able to</h2>\n<ul>\n{}</ul>\n\
         <form method=\"post\" action=\"/oauth/\">\n\
         <input type=\"hidden\" name=\"token\" value=\"{token}\">\n\
         <button name=\"choice\" value=\"deny\">Deny</button>\n\
         <button name=\"choice\" value=\"allow\">Allow</button>\n</form>\n\
         <p class=\"note\">Either way you go back to {place_shown}.</p>\n</main>\n</body>\n</html>\n",
        list(&asked.scopes)
    );
    let policy = format!(
        "default-src 'none'; style-src 'nonce-{nonce}'; form-action 'self' {place}; \
         base-uri 'none'; frame-ancestors 'none'"
    );
    let mut reply = Reply::html(StatusCode::OK, page);
    reply.headers.extend([
        ("content-security-policy", policy),
        ("cache-control", "no-store".to_owned()),
        ("referrer-policy", "no-referrer".to_owned()),
        ("x-content-type-options", "nosniff".to_owned()),
        ("x-frame-options", "DENY".to_owned()),
    ]);
    reply
}

fn list(scopes: &BTreeSet<String>) -> String {
    scopes.iter().fold(String::new(), |mut list, scope| {
        let words = WORDS.iter().find(|(known, _)| known == scope).map_or("", |(_, words)| words);
        let (scope, words) = (escaped(scope), escaped(words));
        // Writing to a string cannot fail.
        let _ = writeln!(list, "<li>{words} <code>{scope}</code></li>");
        list
    })
}

/// Text as it stands in HTML, between tags and in quoted attributes.
fn escaped(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut html, char| {
        match char {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            char => html.push(char),
        }
        html
    })
}

/// What nobody can guess: the standard library draws the keys of its hashers at random.
pub fn random() -> String {
    let draw = || RandomState::new().build_hasher().finish();
    format!("{:016x}{:016x}", draw(), draw())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::SCOPES;

    #[test]
    fn every_scope_has_words() {
        assert!(SCOPES.iter().eq(WORDS.iter().map(|(scope, _)| scope)));
    }

    #[test]
    fn nothing_ends_its_place() {
        assert_eq!(escaped("<b a='\"'>&"), "&lt;b a=&#39;&quot;&#39;&gt;&amp;");
    }
}
