//! The least that a PNG needs.

use std::io::Write;

use flate2::write::ZlibEncoder;
use flate2::{Compression, Crc};

/// Rows of so many pixels, three bytes each.
pub fn encode(width: u32, pixels: &[u8]) -> Vec<u8> {
    let row = width as usize * 3;
    let height = (pixels.len() / row) as u32;
    let mut head = [width.to_be_bytes(), height.to_be_bytes()].concat();
    // Eight bits a colour, red, green and blue, nothing special.
    head.extend([8, 2, 0, 0, 0]);
    let mut packed = ZlibEncoder::new(Vec::new(), Compression::fast());
    let mut rows = || {
        for row in pixels.chunks(row) {
            // No filter.
            packed.write_all(&[0])?;
            packed.write_all(row)?;
        }
        packed.try_finish()
    };
    rows().expect("a vector takes whatever is written");
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    chunk(&mut file, b"IHDR", &head);
    chunk(&mut file, b"IDAT", packed.get_ref());
    chunk(&mut file, b"IEND", &[]);
    file
}

fn chunk(file: &mut Vec<u8>, name: &[u8; 4], content: &[u8]) {
    let mut sum = Crc::new();
    sum.update(name);
    sum.update(content);
    file.extend((content.len() as u32).to_be_bytes());
    file.extend(name);
    file.extend(content);
    file.extend(sum.sum().to_be_bytes());
}
