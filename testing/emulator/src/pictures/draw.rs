//! Draws a plant in a pot: the same for the same number, and hardly ever for another.

use std::f32::consts::PI;

use crate::auth::scramble;

type Colour = [f32; 3];

/// Wall, table, pot, leaves and sun.
const PALETTES: [[u32; 5]; 8] = [
    [0xf3e9dc, 0xc08552, 0xdad7cd, 0x3a5a40, 0xf2b880],
    [0xdfe7e2, 0x8d9f87, 0xb5651d, 0x2f4f3a, 0xf7d9a8],
    [0xf7d6c8, 0xb56576, 0xfff1e6, 0x355070, 0xffffff],
    [0xcfe0ee, 0x5b7b9a, 0xf4f1de, 0x2a6f5b, 0xf6bd60],
    [0xe9e4f0, 0x9a8fb4, 0xe07a5f, 0x3d5a4c, 0xffe8d6],
    [0x2f3e46, 0x1f2a30, 0xcad2c5, 0x84a98c, 0xe9c46a],
    [0xfbe8b5, 0xd69f4c, 0x6b705c, 0x588157, 0xff9f6b],
    [0xe6efe9, 0xa3b18a, 0x344e41, 0x7a9e5f, 0xfdf0d5],
];

/// A leaf: an ellipse that is turned around its foot.
struct Leaf {
    sine: f32,
    cosine: f32,
    length: f32,
    width: f32,
    colour: Colour,
}

/// Its pixels, row by row, three bytes each.
pub fn pixels(number: u64, width: u64, height: u64) -> Vec<u8> {
    let noise = |which: u64| (scramble(number ^ which << 56) >> 40) as f32 / (1u64 << 24) as f32;
    let palette = PALETTES[(scramble(number) % 8) as usize];
    let [wall, table, pot, green, sun] = palette.map(colour);
    let leaves: Vec<Leaf> = (0..5 + scramble(number) / 8 % 6)
        .map(|index| {
            let turn = (noise(index + 1) - 0.5) * PI * 0.9;
            Leaf {
                sine: turn.sin(),
                cosine: turn.cos(),
                length: 0.14 + 0.14 * noise(index + 20),
                width: 0.03 + 0.05 * noise(index + 40),
                colour: mix(green, wall, 0.35 * noise(index + 60)),
            }
        })
        .collect();
    let (sun_x, sun_y, sun_size) = (noise(90), 0.1 + 0.3 * noise(91), 0.1 + 0.12 * noise(92));
    let middle = 0.36 + 0.28 * noise(93);
    let pot_size = 0.1 + 0.05 * noise(94);
    // All is drawn in a square of side 1 in the middle, whatever the proportions are.
    let side = width.min(height) as f32;
    let (left, top) = ((width as f32 - side) / 2.0, (height as f32 - side) / 2.0);
    let mut pixels = Vec::with_capacity((width * height * 3) as usize);
    for row in 0..height {
        let y = (row as f32 - top) / side;
        for column in 0..width {
            let x = (column as f32 - left) / side;
            // How far inside of a shape this is, from 0 to 1 within a pixel of its edge.
            let inside = |depth: f32| (depth * side + 0.5).clamp(0.0, 1.0);
            let mut here = mix(wall, [1.0; 3], 0.25 * (1.0 - y).clamp(0.0, 1.0));
            here = mix(here, sun, inside(sun_size - (x - sun_x).hypot(y - sun_y)));
            here = mix(here, table, inside(y - 0.82));
            let shadow = 1.0 - ((x - middle) / (pot_size * 1.7)).hypot((y - 0.9) / 0.025);
            here = mix(here, [0.0; 3], 0.25 * inside(shadow * 0.025));
            let foot = 0.9 - pot_size * 1.9;
            for leaf in &leaves {
                let (dx, dy) = (x - middle, foot - y);
                let along = dx * leaf.sine + dy * leaf.cosine;
                let across = dx * leaf.cosine - dy * leaf.sine;
                let radius = (along / leaf.length - 1.0).hypot(across / leaf.width);
                here = mix(here, leaf.colour, inside((1.0 - radius) * leaf.width));
                let vein = (0.002 - across.abs()).min(leaf.length - (along - leaf.length).abs());
                here = mix(here, wall, 0.4 * inside(vein));
            }
            // The pot is narrower below, and has a rim.
            let deep = (y - foot) / (0.9 - foot);
            let half = pot_size * (1.0 - 0.3 * deep);
            let body = (half - (x - middle).abs()).min(y - foot).min(0.9 - y);
            let shade = 0.18 * ((x - middle) / pot_size).max(0.0);
            here = mix(here, mix(pot, [0.0; 3], shade), inside(body));
            let rim = (pot_size * 1.12 - (x - middle).abs()).min(y - foot + 0.01);
            here = mix(here, mix(pot, [0.0; 3], 0.08 + shade), inside(rim.min(foot + 0.035 - y)));
            pixels.extend(here.map(|part| (part * 255.0) as u8));
        }
    }
    pixels
}

fn colour(hex: u32) -> Colour {
    [hex >> 16, hex >> 8, hex].map(|part| (part & 0xff) as f32 / 255.0)
}

/// From the first to the second, as far as from 0 to 1.
fn mix(from: Colour, to: Colour, far: f32) -> Colour {
    std::array::from_fn(|part| from[part] + (to[part] - from[part]) * far)
}
