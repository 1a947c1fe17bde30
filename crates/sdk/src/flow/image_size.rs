//! How large an image is, from the bytes that say so. In a JPEG these may stand far behind its
//! first ones: whoever reads is told where to look next.

/// What some bytes of an image tell.
#[derive(Debug, PartialEq)]
pub enum Found {
    /// Width and height, in pixels.
    Size(u32, u32),
    /// It stands from this byte of the file on, or further ahead.
    Ahead(u64),
    Nothing,
}

/// How many bytes are looked at at once: enough to pass over the small parts of a JPEG.
pub const LOOK: u32 = 4096;

/// `bytes` are those of the file from `offset` on: at first 0, then where `Ahead` says.
pub fn find(kind: &str, bytes: &[u8], offset: u64) -> Found {
    match kind {
        "image/png" => png(bytes),
        "image/jpeg" => jpeg(bytes, offset),
        _ => Found::Nothing,
    }
}

fn png(bytes: &[u8]) -> Found {
    let number = |at: usize| {
        let bytes = bytes.get(at..at + 4)?;
        Some(u32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
    };
    match (bytes.get(12..16), number(16), number(20)) {
        (Some(b"IHDR"), Some(width @ 1..), Some(height @ 1..)) => Found::Size(width, height),
        _ => Found::Nothing,
    }
}

/// Passes over the segments of a JPEG up to the one that begins a frame.
fn jpeg(bytes: &[u8], offset: u64) -> Found {
    let number = |at: usize| Some(u32::from(*bytes.get(at)?) << 8 | u32::from(*bytes.get(at + 1)?));
    let mut at = if offset == 0 { 2 } else { 0 };
    loop {
        let (Some(&mark), Some(&kind)) = (bytes.get(at), bytes.get(at + 1)) else {
            return ahead(offset, at, bytes);
        };
        match (mark, kind) {
            // Fingerprints may be preceded by any number of these.
            (0xff, 0xff) => at += 1,
            // The picture itself, or its end: too late.
            (0xff, 0xd8..=0xda) => return Found::Nothing,
            (0xff, 0xc0..=0xcf) if !matches!(kind, 0xc4 | 0xc8 | 0xcc) => {
                return match (number(at + 7), number(at + 5)) {
                    (Some(width @ 1..), Some(height @ 1..)) => Found::Size(width, height),
                    (Some(_), Some(_)) => Found::Nothing,
                    _ => ahead(offset, at, bytes),
                };
            }
            (0xff, 0xc0..=0xfe) => match number(at + 2) {
                Some(length @ 2..) => at += 2 + length as usize,
                Some(_) => return Found::Nothing,
                None => return ahead(offset, at, bytes),
            },
            _ => return Found::Nothing,
        }
    }
}

/// Where to go on; nowhere if these bytes have led no further.
fn ahead(offset: u64, at: usize, bytes: &[u8]) -> Found {
    if at == 0 || bytes.is_empty() { Found::Nothing } else { Found::Ahead(offset + at as u64) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn segment(kind: u8, content: &[u8]) -> Vec<u8> {
        [&[0xff, kind][..], &(content.len() as u16 + 2).to_be_bytes(), content].concat()
    }

    /// Reads as a host would, so many bytes at a time.
    fn read(kind: &str, file: &[u8], length: usize) -> Option<(u32, u32)> {
        let mut offset = 0;
        for _ in 0..file.len() {
            let start = file.len().min(offset as usize);
            match find(kind, &file[start..file.len().min(start + length)], offset) {
                Found::Size(width, height) => return Some((width, height)),
                Found::Ahead(next) => offset = next,
                Found::Nothing => return None,
            }
        }
        panic!("it leads nowhere")
    }

    #[test]
    fn the_frame_is_found_behind_whatever_precedes_it() {
        let frame = segment(0xc2, &[8, 0x03, 0x84, 0x02, 0x58, 3]);
        let file = [
            &[0xff, 0xd8][..],
            &segment(0xe1, &vec![0xff; 60_000]),
            &segment(0xc4, &[0xc0; 40]),
            &[0xff, 0xff],
            &frame,
        ]
        .concat();
        for length in [16, 64, 4096, 100_000] {
            assert_eq!(read("image/jpeg", &file, length), Some((600, 900)));
        }
        let broken =
            [&[0xff, 0xd8][..], &segment(0xe1, &[0; 9]), &[0xff, 0xda, 0, 4, 1, 1]].concat();
        assert_eq!(read("image/jpeg", &broken, 4096), None);
        assert_eq!(read("image/jpeg", &file[..70], 4096), None);
        assert_eq!(read("image/jpeg", b"\xff\xd8\xff\xe0\0\0", 4096), None);
        assert_eq!(read("image/jpeg", b"\xff\xd8\xff", 4096), None);
    }

    #[test]
    fn a_png_says_it_at_once() {
        let file = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\x02\x58\0\0\x03\x84";
        assert_eq!(read("image/png", file, 4096), Some((600, 900)));
        assert_eq!(read("image/png", &file[..12], 4096), None);
    }
}
