//! `image_pins.create`: a Pin of one image file, or a carousel of two to five.

use serde_json::{Map, Value, json};

use super::video_pin::LARGEST_IMAGE;
use super::{new_pin, place};
use connector_sdk::contract::FieldError;
use connector_sdk::error::without;
use connector_sdk::flow::{self, Flow, FlowResult};

/// Pixels: what Pinterest says of images of products and ads.
const SMALLEST_SIDE: u32 = 75;

pub fn run(flow: &mut Flow) -> FlowResult<Value> {
    let target = place::of(flow)?;
    let images = flow.input().get("images").and_then(Value::as_array).cloned().unwrap_or_default();
    let (mut files, mut items, mut sizes) = (Vec::new(), Vec::new(), Vec::new());
    for (index, image) in images.iter().enumerate() {
        let file = image["file"].as_str().unwrap_or_default().to_owned();
        let path = format!("images[{index}].file");
        let kinds = ["image/jpeg", "image/png"];
        let kind = flow.check_file(&path, &file, &kinds, LARGEST_IMAGE)?;
        sizes.push((path, flow.image_size(&file, &kind)?));
        items.push(slot(image, &kind, index));
        files.push(file);
    }
    suit(&sizes)?;
    if let Some(pin) = new_pin::existing(flow, &target)? {
        return Ok(new_pin::output(pin, false));
    }
    let source = match items.as_mut_slice() {
        [one] => {
            one.insert("source_type".to_owned(), "image_base64".into());
            // Texts of their own are for the images of a carousel.
            for name in ["title", "description", "link"] {
                one.remove(name);
            }
            json!(one)
        }
        several => json!({ "source_type": "multiple_image_base64", "items": several }),
    };
    let files: Vec<_> = files.iter().map(String::as_str).collect();
    new_pin::create(flow, &target, source, &files).map(|pin| new_pin::output(pin, true))
}

/// Fails where an image is too small, or the images of a carousel are not all of one size.
fn suit(sizes: &[(String, Option<(u32, u32)>)]) -> FlowResult<()> {
    let known = || sizes.iter().filter_map(|(path, size)| Some((path, (*size)?)));
    let first = known().next().map(|(_, size)| size);
    let fault = |(path, (width, height)): (&String, (u32, u32))| {
        let message = match first {
            _ if width < SMALLEST_SIDE || height < SMALLEST_SIDE => format!(
                "is an image of {width} by {height} pixels; each side must have {SMALLEST_SIDE} at least"
            ),
            Some(first) if first != (width, height) => format!(
                "is an image of {width} by {height} pixels, but the first one has {} by {}; those of a carousel must be of one size",
                first.0, first.1
            ),
            _ => return None,
        };
        Some(FieldError { path: path.clone(), message })
    };
    Ok(without(known().filter_map(fault).collect())?)
}

/// One image as Pinterest wants it, with what stands for the file.
fn slot(image: &Value, kind: &str, index: usize) -> Map<String, Value> {
    let mut slot = place::object(image.clone());
    slot.remove("file");
    slot.insert("content_type".to_owned(), kind.into());
    slot.insert("data".to_owned(), flow::file_in_body(index).into());
    slot
}
