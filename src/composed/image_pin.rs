//! `image_pins.create`: a Pin of one image file, or a carousel of two to five.

use serde_json::{Map, Value, json};

use super::video_pin::LARGEST_IMAGE;
use super::{new_pin, place};
use crate::flow::{self, Flow, Part};

pub fn run(flow: &mut Flow) -> Part<Value> {
    let place = place::of(flow)?;
    let images = flow.input.get("images").and_then(Value::as_array).cloned().unwrap_or_default();
    let mut files = Vec::new();
    let mut items = Vec::new();
    for (index, image) in images.iter().enumerate() {
        let file = image["file"].as_str().unwrap_or_default().to_owned();
        let path = format!("images[{index}].file");
        let kinds = ["image/jpeg", "image/png"];
        let kind = flow.look(&path, &file, &kinds, LARGEST_IMAGE)?;
        items.push(slot(image, &kind, index));
        files.push(file);
    }
    if let Some(pin) = new_pin::existing(flow, &place)? {
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
    new_pin::create(flow, &place, source, &files).map(|pin| new_pin::output(pin, true))
}

/// One image as Pinterest wants it, with what stands for the file.
fn slot(image: &Value, kind: &str, index: usize) -> Map<String, Value> {
    let mut slot = place::object(image.clone());
    slot.remove("file");
    slot.insert("content_type".to_owned(), kind.into());
    slot.insert("data".to_owned(), flow::place(index).into());
    slot
}
