//! What is kept of the media of a pin: as it is, and not as it looks on the wire.

use serde::{Deserialize, Serialize};

use crate::world::media::{Image, Media, Slot, SlotWords};

/// The media of a pin.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeptMedia {
    /// One image, by its number.
    Image(u64),
    /// A video, with the number of its image.
    Video { image: u64, cover_image_url: Option<String>, duration: u32, width: u32, height: u32 },
    /// Images with their words.
    Carousel(Vec<(u64, SlotWords)>),
}

impl From<&Media> for KeptMedia {
    fn from(media: &Media) -> KeptMedia {
        match media {
            Media::Image { images } => KeptMedia::Image(images.0),
            Media::Video { images, cover_image_url, duration, width, height } => KeptMedia::Video {
                image: images.0,
                cover_image_url: cover_image_url.clone(),
                duration: *duration,
                width: *width,
                height: *height,
            },
            Media::Carousel { items } => KeptMedia::Carousel(
                items.iter().map(|slot| (slot.images.0, slot.words.clone())).collect(),
            ),
        }
    }
}

impl From<KeptMedia> for Media {
    fn from(media: KeptMedia) -> Media {
        match media {
            KeptMedia::Image(image) => Media::Image { images: Image(image) },
            KeptMedia::Video { image, cover_image_url, duration, width, height } => {
                Media::Video { images: Image(image), cover_image_url, duration, width, height }
            }
            KeptMedia::Carousel(items) => Media::Carousel {
                items: items
                    .into_iter()
                    .map(|(image, words)| Slot::new(Image(image), words))
                    .collect(),
            },
        }
    }
}
