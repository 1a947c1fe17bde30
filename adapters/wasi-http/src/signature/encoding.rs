//! Bytes that are written as text.

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use crate::bindings::automation::connector::webhooks::Encoding;

const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

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

pub fn word(encoding: Encoding) -> &'static str {
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
