//! Words for a POSIX shell.

/// The text as one word that a shell reads as it is: within single quotes nothing means anything
/// but the single quote. A NUL, which no word can hold, is left out.
pub fn quote(text: &str) -> String {
    format!("'{}'", text.replace('\0', "").replace('\'', r"'\''"))
}

/// The same, without quotes where a shell needs none: for commands that people read.
pub fn word(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.,:/@+".contains(c);
    match !text.is_empty() && text.chars().all(plain) {
        true => text.to_owned(),
        false => quote(text),
    }
}

/// The bytes as a `printf` command that prints them: as they are where they are text, else in
/// octal digits.
pub fn print(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) if !text.contains('\0') => format!("printf %s {}", quote(text)),
        _ => {
            let octal = |byte: &u8| format!("\\{byte:03o}");
            format!("printf {}", quote(&bytes.iter().map(octal).collect::<String>()))
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::process::Command;

    use super::*;

    fn shell(command: &str) -> Vec<u8> {
        let ran = Command::new("sh").arg("-c").arg(command).output().unwrap();
        assert!(ran.status.success(), "{command:?}: {}", String::from_utf8_lossy(&ran.stderr));
        ran.stdout
    }

    #[test]
    fn a_shell_reads_any_word_as_it_is() {
        let mut words = ["", "'", "''", "$(id)", "`id`", "-n", "\\", "a\nb", "!!", "*", "~", "\r"]
            .map(String::from)
            .to_vec();
        let any = |_| char::from_u32(fastrand::u32(1..0x500)).unwrap_or('\'');
        words.extend((0..200).map(|length| (0..length).map(any).collect()));
        let quoted: Vec<String> = words.iter().map(|word| quote(word)).collect();
        let as_words: Vec<String> = words.iter().map(|text| word(text)).collect();
        for quoted in [quoted, as_words] {
            let printed = shell(&format!("printf '%s\\0' {}", quoted.join(" ")));
            let printed: Vec<&[u8]> = printed.split(|byte| *byte == 0).collect();
            assert_eq!(printed.len(), words.len() + 1);
            for (word, printed) in words.iter().zip(printed) {
                assert_eq!(word.as_bytes(), printed, "{word:?}");
            }
        }
        assert_eq!(["boards.list", "a b"].map(word), ["boards.list", "'a b'"]);
    }

    #[test]
    fn a_shell_prints_any_bytes() {
        let all: Vec<u8> = (0..=255).collect();
        for bytes in [b"" as &[u8], b"-n %s \\n 'x'", b"a\0b", b"\xff\xfe", &all] {
            assert_eq!(shell(&print(bytes)), bytes, "{bytes:?}");
        }
    }
}
