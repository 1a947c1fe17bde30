//! What kind of file it is, by its first bytes: a table of signatures, and the brands of the files
//! that are built like MP4, for a photo of a phone is built like that too.

/// How many first bytes are looked at: some files repeat their mark every 188 bytes.
pub const LOOK: u32 = 512;

/// The content type; empty where nobody knows.
pub fn of(bytes: &[u8]) -> &'static str {
    let has = |(offset, mark, _): &&(usize, &[u8], &str)| {
        bytes.get(*offset..).is_some_and(|rest| rest.starts_with(mark))
    };
    if bytes.get(4..8) == Some(b"ftyp") {
        return by_brand(bytes);
    }
    if let Some((_, _, kind)) = MARKS.iter().find(has) {
        return match *kind {
            EBML if bytes.windows(4).take(64).any(|name| name == b"webm") => "video/webm",
            RIFF => RIFFS.iter().find(has).map_or("", |(_, _, kind)| kind),
            kind => kind,
        };
    }
    match () {
        () if is_transport_stream(bytes, 0, 188) || is_transport_stream(bytes, 4, 192) => {
            "video/mp2t"
        }
        () => text(bytes),
    }
}

const EBML: &str = "video/x-matroska";
const RIFF: &str = "riff";

/// Where a mark stands, the mark, and what has it. The longer ones first.
const MARKS: &[(usize, &[u8], &str)] = &[
    (0, b"\x89PNG", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"GIF8", "image/gif"),
    (0, b"RIFF", RIFF),
    (0, b"\x1a\x45\xdf\xa3", EBML),
    (0, b"%PDF", "application/pdf"),
    (0, b"II*\0", "image/tiff"),
    (0, b"MM\0*", "image/tiff"),
    (0, b"II+\0", "image/tiff"),
    (0, b"8BPS", "image/vnd.adobe.photoshop"),
    (0, b"\0\0\0\x0cjP  ", "image/jp2"),
    (0, b"\xff\x4f\xff\x51", "image/jp2"),
    (0, b"\0\0\0\x0cJXL ", "image/jxl"),
    (0, b"\xff\x0a", "image/jxl"),
    (0, b"\0\0\x01\0", "image/x-icon"),
    (0, b"\0\0\x01\xba", "video/mpeg"),
    (0, b"\0\0\x01\xb3", "video/mpeg"),
    (0, b"FLV\x01", "video/x-flv"),
    (0, b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "video/x-ms-asf"),
    (0, b"OggS", "application/ogg"),
    (0, b"fLaC", "audio/flac"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"\xff\xfb", "audio/mpeg"),
    (0, b"\xff\xf3", "audio/mpeg"),
    (0, b"\xff\xf2", "audio/mpeg"),
    (0, b"\xff\xf1", "audio/aac"),
    (0, b"\xff\xf9", "audio/aac"),
    (0, b"PK\x03\x04", "application/zip"),
    (0, b"\x1f\x8b", "application/gzip"),
    (0, b"BM", "image/bmp"),
    (4, b"moov", "video/quicktime"),
    (4, b"mdat", "video/quicktime"),
    (4, b"wide", "video/quicktime"),
    (4, b"pnot", "video/quicktime"),
];

const RIFFS: &[(usize, &[u8], &str)] =
    &[(8, b"WEBP", "image/webp"), (8, b"AVI ", "video/x-msvideo"), (8, b"WAVE", "audio/wav")];

/// Brands that begin so, and what has them. What is not here is not known.
const BRANDS: &[(&[u8], &str)] = &[
    (b"heic", "image/heic"),
    (b"heix", "image/heic"),
    (b"heim", "image/heic"),
    (b"heis", "image/heic"),
    (b"hevc", "image/heic"),
    (b"hevx", "image/heic"),
    (b"hevm", "image/heic"),
    (b"hevs", "image/heic"),
    (b"avif", "image/avif"),
    (b"avis", "image/avif"),
    (b"avio", "image/avif"),
    (b"mif", "image/heif"),
    (b"msf1", "image/heif"),
    (b"miaf", "image/heif"),
    (b"MA1", "image/heif"),
    (b"1pic", "image/heif"),
    (b"crx ", "image/x-canon-cr3"),
    (b"jp2 ", "image/jp2"),
    (b"jpx ", "image/jp2"),
    (b"jxl ", "image/jxl"),
    (b"M4A", "audio/mp4"),
    (b"M4B", "audio/mp4"),
    (b"M4P", "audio/mp4"),
    (b"F4A", "audio/mp4"),
    (b"F4B", "audio/mp4"),
    (b"NDAS", "audio/mp4"),
    (b"aax ", "audio/vnd.audible.aax"),
    (b"M4V", "video/x-m4v"),
    (b"F4", "video/x-f4v"),
    (b"qt  ", "video/quicktime"),
    (b"mqt ", "video/quicktime"),
    (b"3g2", "video/3gpp2"),
    (b"3g", "video/3gpp"),
    (b"mmp4", "video/3gpp"),
    (b"kddi", "video/3gpp2"),
    (b"iso", "video/mp4"),
    (b"mp4", "video/mp4"),
    (b"mp71", "video/mp4"),
    (b"avc", "video/mp4"),
    (b"hvc1", "video/mp4"),
    (b"hev1", "video/mp4"),
    (b"av01", "video/mp4"),
    (b"MSNV", "video/mp4"),
    (b"XAVC", "video/mp4"),
    (b"CAEP", "video/mp4"),
    (b"caqv", "video/mp4"),
    (b"dash", "video/mp4"),
    (b"cmf", "video/mp4"),
    (b"piff", "video/mp4"),
    (b"NDS", "video/mp4"),
    (b"NDX", "video/mp4"),
    (b"dby1", "video/mp4"),
];

/// The first brand is what the file is foremost; the others, after a number, what it can be read as.
/// Where the first is not known, or says only that it is a kind of picture, these tell.
fn by_brand(bytes: &[u8]) -> &'static str {
    let size =
        bytes.get(..4).map_or(0, |size| u32::from_be_bytes([size[0], size[1], size[2], size[3]]));
    let end = bytes.len().min(size as usize).max(12.min(bytes.len()));
    let known = |brand: &[u8]| {
        BRANDS.iter().find(|(begin, _)| brand.starts_with(begin)).map(|(_, kind)| *kind)
    };
    let major = bytes.get(8..12).and_then(known);
    let mut others = bytes.get(16..end).unwrap_or_default().chunks_exact(4).filter_map(known);
    match major {
        None => others.next().unwrap_or_default(),
        Some("image/heif") => {
            let closer = |kind: &&str| matches!(*kind, "image/heic" | "image/avif");
            others.find(closer).unwrap_or("image/heif")
        }
        Some(kind) => kind,
    }
}

/// Packets of the same length, each with the same first byte.
fn is_transport_stream(bytes: &[u8], first: usize, length: usize) -> bool {
    bytes.get(first) == Some(&0x47) && bytes.get(first + length) == Some(&0x47)
}

/// Often what a server says instead of a file.
fn text(bytes: &[u8]) -> &'static str {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
    let begins =
        |mark: &[u8]| bytes.get(..mark.len()).is_some_and(|start| start.eq_ignore_ascii_case(mark));
    let has_svg = || bytes.windows(4).any(|name| name == b"<svg");
    match () {
        () if begins(b"<!doctype html") || begins(b"<html") => "text/html",
        () if begins(b"<svg") || (begins(b"<?xml") && has_svg()) => "image/svg+xml",
        () if begins(b"<?xml") => "application/xml",
        () if begins(b"{") || begins(b"[") => "application/json",
        () => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn boxed(brands: &[&[u8; 4]]) -> Vec<u8> {
        let size = 8 + 4 + 4 * brands.len() as u32;
        let mut bytes = [&size.to_be_bytes()[..], b"ftyp", brands[0], b"\0\0\x02\0"].concat();
        brands[1..].iter().for_each(|brand| bytes.extend(*brand));
        bytes.extend(b"\0\0\0\x08freeheic");
        bytes
    }

    #[test]
    fn what_is_built_like_mp4_is_told_apart_by_its_brands() {
        for (brands, kind) in [
            (&[b"isom", b"iso2", b"avc1", b"mp41"][..], "video/mp4"),
            (&[b"mp42"], "video/mp4"),
            (&[b"iso6", b"mif1"], "video/mp4"),
            (&[b"qt  "], "video/quicktime"),
            (&[b"M4V ", b"isom"], "video/x-m4v"),
            (&[b"3gp5", b"isom"], "video/3gpp"),
            (&[b"3g2a"], "video/3gpp2"),
            (&[b"heic", b"mif1", b"heic"], "image/heic"),
            (&[b"heix", b"mif1"], "image/heic"),
            (&[b"mif1", b"mif1", b"heic"], "image/heic"),
            (&[b"mif1", b"avif", b"miaf"], "image/avif"),
            (&[b"mif1", b"miaf"], "image/heif"),
            (&[b"msf1", b"hevc"], "image/heic"),
            (&[b"avif", b"mif1"], "image/avif"),
            (&[b"avis", b"msf1", b"iso8"], "image/avif"),
            (&[b"M4A ", b"mp42", b"isom"], "audio/mp4"),
            (&[b"crx ", b"isom"], "image/x-canon-cr3"),
            (&[b"wxyz", b"\0\0\0\0", b"mp42"], "video/mp4"),
            (&[b"wxyz", b"heic"], "image/heic"),
            (&[b"wxyz"], ""),
        ] {
            assert_eq!(of(&boxed(brands)), kind, "{brands:?}");
        }
        assert_eq!(of(b"\0\0\0\x18ftyp"), "");
        assert_eq!(of(b"\0\0\0\x18ftypmp42"), "video/mp4");
    }

    #[test]
    fn other_files_are_told_apart_by_their_marks() {
        let mut stream = vec![0; 512];
        for place in (0..512).step_by(188) {
            stream[place] = 0x47;
        }
        for (bytes, kind) in [
            (&b"\x89PNG\r\n\x1a\n"[..], "image/png"),
            (b"\xff\xd8\xff\xe1", "image/jpeg"),
            (b"GIF89a", "image/gif"),
            (b"RIFF\x24\0\0\0WEBPVP8 ", "image/webp"),
            (b"RIFF\x24\0\0\0AVI LIST", "video/x-msvideo"),
            (b"RIFF\x24\0\0\0WAVEfmt ", "audio/wav"),
            (b"RIFF\x24\0\0\0????", ""),
            (b"\x1a\x45\xdf\xa3\x9f\x42\x82\x84webm", "video/webm"),
            (b"\x1a\x45\xdf\xa3\xa3\x42\x82\x88matroska", "video/x-matroska"),
            (b"BM\x36\0\0\0", "image/bmp"),
            (b"II*\0\x08", "image/tiff"),
            (b"MM\0*\0", "image/tiff"),
            (b"%PDF-1.7", "application/pdf"),
            (b"\0\0\x01\xba\x44", "video/mpeg"),
            (b"\0\0\0\x08wide\0\0", "video/quicktime"),
            (b"\0\0\x0f\xa0moov", "video/quicktime"),
            (&stream, "video/mp2t"),
            (b"\n <!DOCTYPE html><html>", "text/html"),
            (b"<?xml version=\"1.0\"?><svg>", "image/svg+xml"),
            (b"\xef\xbb\xbf{\"error\": 1}", "application/json"),
            (b"", ""),
            (b"G", ""),
        ] {
            assert_eq!(of(bytes), kind, "{bytes:?}");
        }
    }
}
