//! Bytes that are written as text.

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// How bytes are written as text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// They are the UTF-8 text itself.
    Plain,
    /// In any case.
    Hex,
    /// RFC 4648, in either alphabet, with or without padding.
    Base64,
}

/// The bytes; none when it is not written so.
pub fn decode(text: &str, encoding: Encoding) -> Option<Vec<u8>> {
    match encoding {
        Encoding::Plain => Some(text.as_bytes().to_vec()),
        Encoding::Hex => hex(text.as_bytes()),
        Encoding::Base64 => {
            let standard = text.replace('-', "+").replace('_', "/");
            BASE64.decode(standard).ok()
        }
    }
}

pub(crate) fn word(encoding: Encoding) -> &'static str {
    match encoding {
        Encoding::Plain => "text",
        Encoding::Hex => "hexadecimal digits",
        Encoding::Base64 => "base64",
    }
}

fn hex(digits: &[u8]) -> Option<Vec<u8>> {
    if !digits.len().is_multiple_of(2) {
        return None;
    }
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    digits.chunks_exact(2).map(|pair| Some(digit(pair[0])? << 4 | digit(pair[1])?)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_alphabets_with_and_without_padding() {
        for text in ["+/8=", "-_8=", "+/8", "-_8", "-/8="] {
            assert_eq!(decode(text, Encoding::Base64), Some(vec![0xfb, 0xff]), "{text}");
        }
        // Neither other characters nor bits that stand for nothing.
        for text in ["+/8=\n", "+/9=", "+", "+/8==="] {
            assert_eq!(decode(text, Encoding::Base64), None, "{text}");
        }
    }

    #[test]
    fn digits_in_any_case() {
        assert_eq!(decode("0aFf", Encoding::Hex), Some(vec![0x0a, 0xff]));
        for text in ["0", "0g", "0x", "+1", " 1", "ä"] {
            assert_eq!(decode(text, Encoding::Hex), None, "{text}");
        }
    }
}
