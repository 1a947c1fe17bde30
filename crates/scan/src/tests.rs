use crate::block::SIZE;
use crate::{Structure, elements};

fn places(text: &str) -> (Vec<(usize, char)>, bool) {
    let (mut structure, mut places) = (Structure::of(text.as_bytes()), Vec::new());
    while let Some(found) = structure.next_places() {
        let found = found.iter().map(|&at| at as usize);
        places.extend(found.map(|at| (at, text.as_bytes()[at].into())));
    }
    assert_eq!(structure.next_places(), None);
    (places, structure.is_cut())
}

#[test]
fn strings_hide_brackets_and_show_times() {
    let text = r#"{"a[T":[true,"\\"]}"#;
    let expected = vec![(0, '{'), (4, 'T'), (7, '['), (17, ']'), (18, '}')];
    assert_eq!(places(text), (expected, false));
    assert_eq!(places(""), (vec![], false));
}

#[test]
fn it_is_the_same_wherever_a_block_ends() {
    let text = r#"["\\\"T]\\",{"\\\\":"]\"T"},"ä\u0022["]"#;
    let (of_it, _) = places(text);
    for before in 0..2 * SIZE {
        let (shifted, cut) = places(&(" ".repeat(before) + text));
        let expected: Vec<_> = of_it.iter().map(|(at, it)| (at + before, *it)).collect();
        assert_eq!((shifted, cut), (expected, false), "{before}");
    }
}

#[test]
fn a_string_that_does_not_end_is_cut() {
    for text in ["\"", r#"["a\""#, r#"{"a":"\"#, &format!("\"{}", "a".repeat(200))] {
        assert!(places(text).1, "{text}");
    }
}

#[test]
fn elements_are_as_they_are_written() {
    let array = " [ {\"id\" : 1} ,[[]],{\"a\":\"]}\\\"\"}\n] ";
    assert_eq!(elements(array), Some(vec!["{\"id\" : 1}", "[[]]", "{\"a\":\"]}\\\"\"}"]));
    assert_eq!(elements("[]"), Some(vec![]));
}

#[test]
fn what_is_no_list_of_objects_has_no_elements() {
    let deep = format!("{}{}", "[".repeat(121), "]".repeat(121));
    for text in [
        "",
        " ",
        "3",
        "{}",
        "[1]",
        "[{},1]",
        "[1,{}]",
        "[{}",
        "[{}]]",
        "[{}][]",
        "[{}] [{}]",
        "[{]}",
        "[{},]",
        "[,{}]",
        "[{}{}]",
        "[{},,{}]",
        "[{}] x",
        "x[{}]",
        "[{\"a]}]",
        "[{\"\\\"}]",
        "]",
        &deep,
    ] {
        assert_eq!(elements(text), None, "{text}");
    }
    assert!(elements(&deep[1..deep.len() - 1]).is_some());
}

/// Damaged at random: what it takes apart is the text again.
#[test]
fn nothing_is_lost_between_elements() {
    let array =
        r#"[{"id":"1","T":[{"b":"]\"}]},{"created_at":"2026-01-02T03:04:05","c":[[],{}]},{}]"#;
    let mut bytes = array.as_bytes().to_vec();
    for at in 0..bytes.len() {
        for byte in 0..=127 {
            let before = std::mem::replace(&mut bytes[at], byte);
            let text = std::str::from_utf8(&bytes).unwrap();
            if let Some(elements) = elements(text) {
                let spaceless = |text: &str| text.replace([' ', '\t', '\n', '\r', '\u{c}'], "");
                assert_eq!(spaceless(&format!("[{}]", elements.join(","))), spaceless(text));
            }
            bytes[at] = before;
        }
    }
}
