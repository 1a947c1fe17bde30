//! Checkpoints that are damaged, made up, or answered with what they did not ask for.

use connector_host::contract::Step;

use crate::answers;
use crate::lint;
use crate::probe::Probe;
use crate::report::Report;

/// Nothing that a connector would write.
const GARBAGE: [&[u8]; 10] = [
    b"",
    b"\0",
    b"{",
    b"{}",
    b"[]",
    b"null",
    b"\"a\"",
    b"18446744073709551616",
    b"\xff\xff\xff\xff\xff\xff\xff\xff",
    b"{\"v\":1,\"step\":{},\"page\":-1,\"do\":[]}",
];

/// What nobody has written is refused, whatever it is answered with.
pub(crate) fn garbage(probe: &Probe<'_>, report: &mut Report) {
    let deep = "[".repeat(100_000);
    let long = vec![b' '; 1 << 20];
    for checkpoint in GARBAGE.into_iter().chain([deep.as_bytes(), &long]) {
        for (given, reply) in answers::wrong() {
            report.count("forged checkpoints", 1);
            let shown = shown(checkpoint);
            let answer = probe.resume(&checkpoint.to_vec(), &reply);
            let given = format!("the checkpoint {shown} and {given}");
            if probe.stands("steps.resume", &given, &answer, report)
                && !answer.is_err_and(|error| lint::is_invalid(&error))
            {
                let fault = format!("the checkpoint {shown} is not refused as `invalid-input`");
                report.fault("steps.resume", fault, "its code is then `damaged`");
            }
        }
    }
}

/// A checkpoint that somebody has changed may be taken or refused; the connector answers, and what it
/// asks for is what a host may do.
pub(crate) fn damaged(probe: &Probe<'_>, about: &str, checkpoint: &[u8], report: &mut Report) {
    for (how, changed) in changes(checkpoint) {
        for (given, reply) in answers::wrong() {
            report.count("forged checkpoints", 1);
            let answer = probe.resume(&changed, &reply);
            let given = format!("a checkpoint {how} and {given}");
            if !probe.stands(about, &given, &answer, report) {
                return;
            }
            let is_cut = changed.len() < checkpoint.len();
            if let Ok(Step::Done(_)) = answer
                && is_cut
            {
                let fault = format!("given {given}, it is done");
                report.fault(about, fault, "refuse a damaged checkpoint as `invalid-input`");
            }
        }
    }
    // Whole, but answered with what it did not ask for.
    for (given, reply) in answers::wrong() {
        let answer = probe.resume(&checkpoint.to_vec(), &reply);
        probe.stands(about, &format!("its checkpoint and {given}"), &answer, report);
    }
}

fn changes(checkpoint: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut changes = Vec::new();
    for part in [1, 2, 3] {
        let end = checkpoint.len() * part / 4;
        changes.push((format!("cut after {end} bytes"), checkpoint[..end].to_vec()));
    }
    for part in [0, 1, 2, 3, 4, 5, 6, 7] {
        let at = checkpoint.len() * part / 8;
        if let Some(byte) = checkpoint.get(at) {
            let mut changed = checkpoint.to_vec();
            changed[at] = byte ^ 0x15;
            changes.push((format!("with byte {at} changed"), changed));
        }
    }
    let more = [checkpoint, b"}"].concat();
    changes.push(("with a byte too many".into(), more));
    // Numbers are where a connector trusts itself.
    if let Ok(text) = std::str::from_utf8(checkpoint) {
        for number in ["-1", "18446744073709551615", "\"a\"", "null"] {
            let changed = with_numbers(text, number);
            if changed != text {
                changes.push((format!("with {number} for its numbers"), changed.into_bytes()));
            }
        }
    }
    changes
}

/// The text with each number that stands where JSON has a value replaced.
fn with_numbers(text: &str, number: &str) -> String {
    let mut changed = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(|it: char| it.is_ascii_digit()) {
        let (before, from) = rest.split_at(at);
        let end = from.find(|it: char| !it.is_ascii_digit()).unwrap_or(from.len());
        changed.push_str(before);
        let is_value = before.ends_with([':', ',', '[']);
        changed.push_str(if is_value { number } else { &from[..end] });
        rest = &from[end..];
    }
    changed + rest
}

fn shown(checkpoint: &[u8]) -> String {
    match std::str::from_utf8(checkpoint) {
        Ok(text) if text.len() <= 40 => format!("`{}`", text.escape_debug()),
        Ok(text) => format!("`{}…` of {} bytes", text[..8].escape_debug(), text.len()),
        Err(_) => format!("{checkpoint:x?}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_that_are_values_are_replaced() {
        assert_eq!(
            with_numbers(r#"{"a1":12,"b":[3,4],"c":"5"}"#, "x"),
            r#"{"a1":x,"b":[x,x],"c":"5"}"#
        );
    }
}
