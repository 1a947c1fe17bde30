//! Where the media of a new pin comes from. Nothing is fetched.

use std::hash::{DefaultHasher, Hash, Hasher};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use url::Url;

use crate::auth::scramble;
use crate::call::Call;
use crate::reply::Refusal;
use crate::shape::{Field, Rule, TEXT, may, must};
use crate::world::Id;
use crate::world::media::{Image, Media, Slot, SlotWords};

const TITLE: Field = may("title", TEXT);
const DESCRIPTION: Field = may("description", TEXT);
const LINK: Field = may("link", TEXT);
/// One entry of `carousel_slots` in an update.
pub const CAROUSEL_SLOT: Rule = Rule::Object(&[TITLE, DESCRIPTION, LINK]);
const CONTENT_TYPE: Rule = Rule::Choice(&["image/jpeg", "image/png"]);
const IS_STANDARD: Field = may("is_standard", Rule::Flag);
const INDEX: Field = may("index", Rule::Whole(0, i64::MAX));
const BASE64_ITEM: Rule = Rule::Object(&[
    must("content_type", CONTENT_TYPE),
    must("data", Rule::Base64),
    TITLE,
    DESCRIPTION,
    LINK,
]);
const URL_ITEM: Rule = Rule::Object(&[must("url", Rule::Link), TITLE, DESCRIPTION, LINK]);

/// Where the media of a new pin comes from, by `source_type`.
pub const MEDIA_SOURCE: Rule = Rule::Tagged(
    "source_type",
    &[
        (
            "image_base64",
            &[must("content_type", CONTENT_TYPE), must("data", Rule::Base64), IS_STANDARD],
        ),
        ("image_url", &[must("url", Rule::Link), IS_STANDARD]),
        (
            "video_id",
            &[
                must("media_id", Rule::Id),
                may("cover_image_url", Rule::Link),
                may("cover_image_content_type", CONTENT_TYPE),
                may("cover_image_data", Rule::Base64),
                may("cover_image_key_frame_time", Rule::Whole(0, i64::MAX)),
                IS_STANDARD,
            ],
        ),
        ("multiple_image_base64", &[must("items", Rule::List(&BASE64_ITEM, 2, 5)), INDEX]),
        ("multiple_image_urls", &[must("items", Rule::List(&URL_ITEM, 2, 5)), INDEX]),
        ("pin_url", &[may("is_affiliate_link", Rule::Flag)]),
    ],
);

/// A `media_source` that fits its shape.
#[derive(Deserialize)]
#[serde(tag = "source_type", rename_all = "snake_case")]
pub enum Source {
    /// An image in the request.
    ImageBase64(Picture),
    /// An image on the web.
    ImageUrl(Picture),
    /// A video that was uploaded before.
    VideoId(Video),
    /// Images in the request.
    MultipleImageBase64 {
        /// Two to five.
        items: Vec<Picture>,
    },
    /// Images on the web.
    MultipleImageUrls {
        /// Two to five.
        items: Vec<Picture>,
    },
    /// A product page.
    PinUrl {},
}

/// A video that was uploaded before, and the image that is shown before it plays.
#[derive(Deserialize)]
pub struct Video {
    media_id: String,
    cover_image_url: Option<String>,
    cover_image_content_type: Option<String>,
    cover_image_data: Option<String>,
    cover_image_key_frame_time: Option<i64>,
}

/// One image of a source: its bytes or its address, and perhaps words.
#[derive(Deserialize, Hash)]
pub struct Picture {
    url: Option<String>,
    data: Option<String>,
    title: Option<String>,
    description: Option<String>,
    link: Option<String>,
}

impl Source {
    /// Takes the media in. Hosts ending in `.invalid` cannot be reached, by
    /// definition of that name, which gives tests an address that fails.
    pub fn take(self, call: &mut Call) -> Result<Media, Refusal> {
        match self {
            Source::ImageBase64(picture) | Source::ImageUrl(picture) => {
                Ok(Media::Image { images: picture.fetch(call)? })
            }
            Source::MultipleImageBase64 { items } | Source::MultipleImageUrls { items } => {
                let slots = items.into_iter().map(|picture| picture.slot(call));
                let slots = slots.collect::<Result<_, _>>()?;
                Ok(Media::Carousel { items: slots })
            }
            Source::VideoId(video) => video.take(call),
            // Closed beta.
            Source::PinUrl {} => Err(Refusal::not_permitted()),
        }
    }
}

impl Video {
    /// Believed: a video needs an image before it plays; the words are those seen on the wire.
    fn take(self, call: &mut Call) -> Result<Media, Refusal> {
        let id = Id::read(&self.media_id);
        let upload = call
            .world
            .uploads
            .get(&id)
            .ok_or_else(|| Refusal::invalid("media_source.media_id: there is no such media"))?;
        if !upload.is_ready(call.now) {
            return Err(Refusal::invalid("media_source.media_id: the media is not processed yet"));
        }
        let has_cover = self.cover_image_url.is_some() || self.cover_image_content_type.is_some();
        if !has_cover && self.cover_image_key_frame_time.is_none() {
            return Err(Refusal::invalid(
                "media_source: cover_image_url or cover_image_content_type is required",
            ));
        }
        let images = Image(scramble(id.0));
        keep(call, images, self.cover_image_data.as_deref());
        let (duration, width, height) = (12_400, 720, 1280);
        Ok(Media::Video { images, cover_image_url: self.cover_image_url, duration, width, height })
    }
}

impl Picture {
    fn fetch(&self, call: &mut Call) -> Result<Image, Refusal> {
        let url = self.url.as_deref().and_then(|url| Url::parse(url).ok());
        if url.is_some_and(|url| url.host_str().is_none_or(|host| host.ends_with(".invalid"))) {
            return Err(Refusal::invalid("Unable to reach the URL"));
        }
        let mut hasher = DefaultHasher::new();
        self.hash(&mut hasher);
        let image = Image(hasher.finish());
        keep(call, image, self.data.as_deref());
        Ok(image)
    }

    fn slot(self, call: &mut Call) -> Result<Slot, Refusal> {
        let images = self.fetch(call)?;
        let words = SlotWords { title: self.title, description: self.description, link: self.link };
        Ok(Slot::new(images, words))
    }
}

/// Keeps the bytes of an image, where they are shown.
fn keep(call: &mut Call, image: Image, data: Option<&str>) {
    let content = data.and_then(|data| STANDARD.decode(data).ok());
    if let (Some(pictures), Some(content)) = (&mut call.pictures, content) {
        pictures.keep(image.0, content);
    }
}
