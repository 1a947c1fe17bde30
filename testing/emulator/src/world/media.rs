//! What a pin shows. Nothing is kept of an image but a number, from which its
//! sizes and addresses follow.

use std::fmt;

use serde::ser::SerializeMap;
use serde::{Deserialize, Serialize, Serializer};

/// The media of a pin.
#[derive(Clone, PartialEq, Serialize)]
#[serde(tag = "media_type")]
pub enum Media {
    /// One image.
    #[serde(rename = "image")]
    Image {
        /// The image.
        images: Image,
    },
    /// A video, with the image that is shown before it plays.
    #[serde(rename = "video")]
    Video {
        /// The image.
        images: Image,
        /// Where the image came from.
        cover_image_url: Option<String>,
        /// How long it plays, in milliseconds.
        duration: u32,
        /// In pixels.
        width: u32,
        /// In pixels.
        height: u32,
    },
    /// Two to five images.
    #[serde(rename = "multiple_images")]
    Carousel {
        /// The slots in order.
        items: Box<[Slot]>,
    },
}

/// One image of a carousel, with words of its own.
#[derive(Clone, PartialEq, Serialize)]
pub struct Slot {
    item_type: &'static str,
    /// Its image.
    pub images: Image,
    /// The words, which `carousel_slots` can change.
    #[serde(flatten)]
    pub words: SlotWords,
}

/// The words on one image of a carousel.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SlotWords {
    /// Its title.
    pub title: Option<String>,
    /// Its description.
    pub description: Option<String>,
    /// Where a click leads.
    pub link: Option<String>,
}

impl Media {
    /// The image that stands for the whole.
    pub fn cover(&self) -> Image {
        match self {
            Media::Image { images } | Media::Video { images, .. } => *images,
            Media::Carousel { items } => items.first().map_or(Image(0), |slot| slot.images),
        }
    }
}

impl Slot {
    /// One image with its words.
    pub fn new(images: Image, words: SlotWords) -> Slot {
        Slot { item_type: "image", images, words }
    }
}

impl SlotWords {
    /// Takes over the words that are given.
    pub fn change(&mut self, change: SlotWords) {
        self.title = change.title.or(self.title.take());
        self.description = change.description.or(self.description.take());
        self.link = change.link.or(self.link.take());
    }
}

/// An image, known by a number from which its size and addresses follow.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Image(pub u64);

impl Image {
    /// The address of one size of this image.
    pub fn at(self, size: &'static str) -> Address {
        Address { size, image: self }
    }

    /// Its width and height, where the width is at most so many pixels.
    pub fn fit(self, most: u64) -> (u64, u64) {
        let (width, height) = (480 + self.0 % 1200, 600 + self.0 % 900);
        (width.min(most), height * width.min(most) / width)
    }
}

/// A map keyed by size. The width under `600x` is smaller than 600 for a small
/// image, as seen on the wire.
impl Serialize for Image {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        let sizes = [
            ("150x150", (150, 150)),
            ("400x300", (400, 300)),
            ("600x", self.fit(600)),
            ("1200x", self.fit(1200)),
        ];
        let mut map = out.serialize_map(Some(sizes.len()))?;
        for (name, (width, height)) in sizes {
            let url = self.at(name);
            map.serialize_entry(name, &Size { width, height, url })?;
        }
        map.end()
    }
}

#[derive(Serialize)]
struct Size {
    width: u64,
    height: u64,
    url: Address,
}

/// The address of one size of an image.
pub struct Address {
    size: &'static str,
    image: Image,
}

impl fmt::Display for Address {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Image(number) = self.image;
        let [a, b, c, ..] = number.to_be_bytes();
        let rest = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        write!(
            out,
            "https://i.pinimg.com/{}/{a:02x}/{b:02x}/{c:02x}/{:016x}{rest:016x}.jpg",
            self.size, number
        )
    }
}

impl Serialize for Address {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.collect_str(self)
    }
}
