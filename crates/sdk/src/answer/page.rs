//! Reads one page of a list.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use connector_scan::{Found, Zones};
use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer as _};
use serde_json::{Deserializer, Value};

use super::partial::Inputs;
use super::walk::{Key, List};
use super::{accepted, garbled, header, refusal, single};
use crate::catalog::{Action, Kind, Listing, Service, Type};
use crate::contract::{Error, Response};

/// One page.
pub struct Page<'a> {
    /// A JSON array.
    pub items: String,
    /// The length of the array.
    pub count: u32,
    /// Where the next page begins. Only its absence ends a list: a page may be short or empty.
    pub bookmark: Option<Cow<'a, str>>,
}

impl Page<'_> {
    /// The items as values. One that cannot be held as a value is an error: a search of the list must
    /// not take it for missing.
    pub fn values(&self, service: &Service, response: &Response) -> Result<Vec<Value>, Error> {
        serde_json::from_str(&self.items).map_err(|cause| garbled(service, response, cause))
    }
}

/// Reads the answer to a list action, in one pass.
pub fn read<'a>(
    service: &Service,
    action: &Action,
    response: &'a Response,
) -> Result<Page<'a>, Error> {
    let text = accepted(service, response, action.scopes)?;
    // Triggers may watch a single output: it is read as a list of one item.
    if action.listing == Listing::Single && !matches!(action.output.kind, Kind::List { .. }) {
        let item = single::read(service, action, &Inputs::default(), response)?;
        return Ok(Page { items: format!("[{item}]"), count: 1, bookmark: None });
    }
    let name = match action.listing {
        Listing::Items(name) => name,
        _ => "items",
    };
    let mut page = match scanned(text, name, action.output) {
        Some(page) => page,
        None => match parsed(text, name, action) {
            Ok(Some(page)) => page,
            Ok(None) => {
                return Err(refusal::in_disguise(service, response, action.scopes)
                    .unwrap_or_else(|| garbled(service, response, format!("it has no {name}"))));
            }
            Err(cause) => return Err(garbled(service, response, cause)),
        },
    };
    if matches!(action.listing, Listing::Numbered { .. }) {
        page.bookmark = has_next(response).then_some("next".into());
    }
    Ok(page)
}

/// The page by its structure; what is beside the items is parsed. None where parsing all of it may tell more.
fn scanned(text: &str, name: &str, item: &'static Type) -> Option<Page<'static>> {
    #[derive(Deserialize)]
    struct Around {
        bookmark: Option<String>,
    }
    let times = item.zoned.then_some(item as _);
    let Found { items, count, zones } = connector_scan::page(text, name, times)?;
    let around = [&text[..items.start], "0", &text[items.end..]].concat();
    let Around { bookmark } = serde_json::from_str(&around).ok()?;
    Some(Page { items: zones.filled_in(items), count, bookmark: bookmark.map(Cow::Owned) })
}

/// The page with all of it parsed. None when it has no items.
fn parsed<'t>(text: &'t str, name: &str, action: &Action) -> serde_json::Result<Option<Page<'t>>> {
    let mut zones = Zones::new(text);
    let list = List { of: Some(action.output), zones: &mut zones };
    let mut reader = Deserializer::from_str(text);
    // Some lists that are described as items come as a bare array, so the answer decides.
    let (items, bookmark) = if text.starts_with('[') {
        let count = list.deserialize(&mut reader)?;
        (count.map(|count| (0..text.len(), count)), None)
    } else {
        reader.deserialize_map(Envelope { name, text, list })?
    };
    reader.end()?;
    Ok(items.map(|(range, count)| Page { items: zones.filled_in(range), count, bookmark }))
}

/// Whether the header `link` (RFC 8288) names a next page.
fn has_next(response: &Response) -> bool {
    header(response, "link").is_some_and(|links| links.contains("rel=\"next\""))
}

/// The object around the items, which are under this name.
struct Envelope<'n, 'a, 't> {
    name: &'n str,
    text: &'t str,
    list: List<'a, 't>,
}

impl<'de> Visitor<'de> for Envelope<'_, '_, '_> {
    /// Where the array of the items is, and their number; the bookmark.
    type Value = (Option<(Range<usize>, u32)>, Option<Cow<'de, str>>);

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let Envelope { name, text, list: List { of, zones } } = self;
        let (mut items, mut bookmark) = (None, None);
        // From the end of the items' name to the next name.
        let mut range = 0..text.len();
        while let Some(key) = map.next_key::<&str>()? {
            let begin = key.as_ptr() as usize - text.as_ptr() as usize;
            if items.is_some() {
                range.end = range.end.min(begin);
            }
            if key == name && items.is_none() {
                range.start = begin + key.len();
                items = map.next_value_seed(List { of, zones: &mut *zones })?;
            } else if key == "bookmark" {
                bookmark = map.next_value::<Option<Key>>()?.map(|Key(text)| text);
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        // There are no other brackets between the names.
        let begin = text[range.clone()].find('[').unwrap_or_default() + range.start;
        let end = text[..range.end].rfind(']').map_or(0, |end| end + 1);
        Ok((items.map(|count| (begin..end, count)), bookmark))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{SERVICE, THINGS};

    fn page(body: &str) -> Result<(String, u32, Option<String>), Error> {
        let response = Response { status: 200, headers: Vec::new(), body: body.into() };
        let page = read(&SERVICE, &THINGS, &response)?;
        Ok((page.items, page.count, page.bookmark.map(Cow::into_owned)))
    }

    #[test]
    fn items_pass_through_but_for_zones() {
        let items = r#"[ {"id" : 1e400, "created_at":"2026-01-02T03:04:05", "]":"[\u00e9]"}
            , null, [{"created_at":"2026-01-02T03:04:05.678Z"}], {} ]"#;
        let zoned = items.replace("04:05\"", "04:05Z\"");
        let page_of = |body: &str| page(body).unwrap();
        assert_eq!(page_of(items), (zoned.clone(), 4, None));
        let around = [
            (r#"{"items":"#, "}"),
            (r#" { "a":["]"], "bookmark":"[\"b", "items" : "#, " } "),
            (r#"{"items":"#, r#" , "bookmark":"[\"b","created_at":"2026-01-02T03:04:05"}"#),
            (r#"{"items":null,"bookmark":"[\"b","items":"#, r#","items":[{},{}],"]":[]}"#),
        ];
        for (index, (before, after)) in around.into_iter().enumerate() {
            let bookmark = (index > 0).then(|| "[\"b".to_owned());
            let found = page_of(&format!("{before}{items}{after}"));
            assert_eq!(found, (zoned.clone(), 4, bookmark), "{before} {after}");
        }
        assert_eq!(page_of(r#"{"items":[]}"#), ("[]".to_owned(), 0, None));
    }

    #[test]
    fn what_is_no_page_is_an_error() {
        for body in [
            "",
            "{}",
            r#"{"items":null}"#,
            r#"{"items":{}}"#,
            r#"{"items":[]}]"#,
            "[{]",
            r#"{"items":[],"bookmark":1}"#,
            r#"{"item\u0073":[]}"#,
            "3",
        ] {
            assert_eq!(page(body).unwrap_err().code, "invalid-answer", "{body}");
        }
    }

    /// A value of JSON, with spaces, escapes, times and deep brackets.
    fn value(random: &mut fastrand::Rng, depth: u32) -> String {
        const TEXTS: [&str; 12] = [
            "\"\"",
            "\"created_at\"",
            "\"2026-01-02T03:04:05\"",
            "\"2026-01-02T03:04:05.678\"",
            "\"2026-01-02T03:04:05Z\"",
            "\"[T{\"",
            r#""\"T]""#,
            r#""\\""#,
            r#""\u00e9T\\\"""#,
            "\"äöT]}\"",
            "\"items\"",
            "\":\"",
        ];
        let space =
            |random: &mut fastrand::Rng| *random.choice(&["", "", "", " ", "\n\t"]).unwrap();
        let space = space(random);
        let several = |random: &mut fastrand::Rng, one: &dyn Fn(&mut fastrand::Rng) -> String| {
            let count = random.usize(0..4);
            let all: Vec<String> = (0..count).map(|_| one(random)).collect();
            all.join(&format!("{space},{space}"))
        };
        match random.u32(0..if depth == 0 { 5 } else { 9 }) {
            0 => (*random.choice(&["0", "-1.5e300", "123456789012345678901234567890"]).unwrap())
                .into(),
            1 => (*random.choice(&["true", "false", "null"]).unwrap()).into(),
            2..5 => (*random.choice(&TEXTS).unwrap()).into(),
            5 | 6 => format!("[{space}{}]", several(random, &|random| value(random, depth - 1))),
            _ => {
                let member = |random: &mut fastrand::Rng| {
                    let name = match random.bool() {
                        true => "\"created_at\"",
                        false => random.choice(&TEXTS).unwrap(),
                    };
                    format!("{name}{space}:{space}{}", value(random, depth - 1))
                };
                format!("{{{}{space}}}", several(random, &member))
            }
        }
    }

    fn both(text: &str) -> [Option<(String, u32, Option<String>)>; 2] {
        let tell = |page: Page| (page.items, page.count, page.bookmark.map(Cow::into_owned));
        let slow = parsed(text, "items", &THINGS).ok().flatten();
        [scanned(text, "items", THINGS.output).map(tell), slow.map(tell)]
    }

    #[test]
    fn by_its_structure_a_page_is_the_same_as_parsed() {
        let mut random = fastrand::Rng::with_seed(7);
        let mut quickly = 0;
        for _ in 0..20_000 {
            let items: Vec<String> =
                (0..random.usize(0..5)).map(|_| value(&mut random, 4)).collect();
            let (other, items) = (value(&mut random, 2), items.join(" , "));
            let around =
                format!("\"a\":{other},\"bookmark\":\"b\",\"items\":[{items}],\"z\":{other}");
            let [quick, slow] = both(&format!("{{{around}}}"));
            assert!(slow.is_some(), "{around}");
            if quick.is_some() {
                assert_eq!(quick, slow, "{around}");
                quickly += 1;
            }
        }
        assert!(quickly > 2_000, "{quickly}");
    }

    #[test]
    fn what_is_cut_or_damaged_is_no_page_by_its_structure() {
        let page = r#"{"bookmark":"a","items":[{"id":"1","a":[{"b":"]"}]},{"created_at":"2026-01-02T03:04:05"}],"c":{}}"#;
        let items = page.find("[{").unwrap()..page.find("],\"c").unwrap() + 1;
        assert!(both(page)[0].is_some());
        for at in 0..page.len() {
            assert_eq!(both(&page[..at]), [None, None], "{at}");
            for other in [b'"', b'[', b']', b'{', b'}', b'\\', b'_', b' ', 0] {
                let mut bytes = page.as_bytes().to_vec();
                bytes[at] = other;
                let damaged = String::from_utf8(bytes).unwrap();
                match both(&damaged) {
                    // What it takes and parsing does not is wrong within one item, which stays as it
                    // is, or a name with a backslash.
                    [Some((taken, count, _)), None] if items.contains(&at) => {
                        assert_eq!(taken.replace("Z\"", "\""), damaged[items.clone()], "{damaged}");
                        assert_eq!(count, 2, "{damaged}");
                    }
                    [Some(_), None] => {
                        assert!(serde_json::from_str::<IgnoredAny>(&damaged).is_ok(), "{damaged}");
                    }
                    [Some(quick), slow] => assert_eq!(Some(quick), slow, "{damaged}"),
                    [None, _] => {}
                }
            }
        }
    }
}
