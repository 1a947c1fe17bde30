//! Texts that fit a pattern, made by walking over it.

use fancy_regex::Regex;
use fastrand::Rng;
use regex_syntax::ParserBuilder;
use regex_syntax::hir::{Class, Hir, HirKind};

/// A text that fits `pattern` and whose length lies within `min` and `max`. Panics when chance does
/// not find one.
pub fn text(rng: &mut Rng, pattern: &str, min: usize, max: usize) -> String {
    // The look-ahead of a user name; what does not keep to it is thrown away below.
    let walked = pattern.replace(r"(?!^\d+$)", "");
    let parsed = ParserBuilder::new().unicode(false).utf8(false).build().parse(&walked);
    let parsed = parsed.unwrap_or_else(|cause| panic!("{pattern}: {cause}"));
    let regex = Regex::new(pattern).expect("it is a pattern");
    for _ in 0..10_000 {
        let mut text = String::new();
        write(rng, &parsed, min, max, &mut text);
        if (min..=max).contains(&text.chars().count()) && regex.is_match(&text).unwrap_or_default()
        {
            return text;
        }
    }
    panic!("no text of {min} to {max} characters fits {pattern}")
}

fn write(rng: &mut Rng, hir: &Hir, min: usize, max: usize, out: &mut String) {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => {}
        HirKind::Literal(literal) => out.push_str(&String::from_utf8_lossy(&literal.0)),
        HirKind::Class(class) => out.push(character(rng, class)),
        HirKind::Repetition(repetition) => {
            let least =
                (repetition.min as usize).max(if repetition.max.is_none() { min } else { 0 });
            let most = repetition.max.map_or(least + 12, |most| most as usize).min(max.max(least));
            for _ in 0..rng.usize(least..=most.max(least)) {
                write(rng, &repetition.sub, min, max, out);
            }
        }
        HirKind::Capture(capture) => write(rng, &capture.sub, min, max, out),
        HirKind::Concat(parts) => parts.iter().for_each(|part| write(rng, part, min, max, out)),
        HirKind::Alternation(parts) => {
            let chosen = &parts[rng.usize(..parts.len())];
            write(rng, chosen, min, max, out);
        }
    }
}

fn character(rng: &mut Rng, class: &Class) -> char {
    let holds = |c: &char| match class {
        Class::Bytes(class) => {
            class.ranges().iter().any(|range| (range.start()..=range.end()).contains(&(*c as u8)))
        }
        Class::Unicode(class) => {
            class.ranges().iter().any(|range| (range.start()..=range.end()).contains(c))
        }
    };
    let fitting: Vec<char> = (' '..='~').filter(holds).collect();
    fitting[rng.usize(..fitting.len())]
}
