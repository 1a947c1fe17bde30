//! `video_pins.create`: registers a video, uploads it, waits until Pinterest has processed it, and
//! makes the Pin.
//!
//! After an interruption the upload is not repeated when the video has arrived, and the Pin is not
//! made twice: Pinterest is asked first.

use serde_json::{Value, json};

use super::place::{Place, object};
use super::{new_pin, place};
use crate::contract::{ErrorKind, FieldError};
use crate::error::{error, without};
use crate::flow::{self, Flow, Part, is_unknown};

/// Bytes: what the storage's policy was seen to allow.
const LARGEST_VIDEO: f64 = 5_368_709_120.0;
/// Bytes: what Pinterest says of images.
pub const LARGEST_IMAGE: f64 = 20.0 * 1024.0 * 1024.0;
/// How often a video is registered, or sent, of which nobody knows whether that was done. A host
/// that is interrupted again and again must not run out of them.
const TRIES: usize = 30;

pub fn run(flow: &mut Flow) -> Part<Value> {
    only_one_cover(flow)?;
    let place = place::of(flow)?;
    let video = flow.text("video").to_owned();
    flow.look("video", &video, &["video/mp4", "video/quicktime"], LARGEST_VIDEO)?;
    let cover = cover(flow)?;
    if let Some(pin) = new_pin::existing(flow, &place)? {
        return Ok(new_pin::output(pin, false));
    }
    let media_id = upload(flow, &video)?;
    create(flow, &place, &media_id, cover).map(|pin| new_pin::output(pin, true))
}

fn only_one_cover(flow: &Flow) -> Part<()> {
    let covers = ["cover_image_url", "cover_image", "cover_image_key_frame_time"];
    let given = covers.into_iter().filter(|name| flow.input.contains_key(*name));
    let fault = |name: &str| FieldError {
        path: name.to_owned(),
        message: "must be left out: another field says what the cover is".to_owned(),
    };
    Ok(without(given.skip(1).map(fault).collect())?)
}

/// The content type of the cover file, if there is one.
fn cover(flow: &mut Flow) -> Part<Option<String>> {
    match flow.text("cover_image").to_owned() {
        file if file.is_empty() => Ok(None),
        file => {
            let kinds = ["image/jpeg", "image/png"];
            Ok(Some(flow.look("cover_image", &file, &kinds, LARGEST_IMAGE)?))
        }
    }
}

/// Registers and uploads the video and waits until it is processed. Gives the media id.
fn upload(flow: &mut Flow, video: &str) -> Part<Value> {
    let media = register(flow)?;
    let id = media["media_id"].clone();
    let input = || object(json!({ "media_id": id }));
    let url = media["upload_url"].as_str().unwrap_or_default();
    let fields = object(media["upload_parameters"].clone());
    for _ in 0..TRIES {
        if flow.upload(url, &fields, video)? {
            break;
        }
        if flow.call_for("media.get", input(), |media| media["status"].clone())? != "registered" {
            break;
        }
    }
    flow.wait(
        "Pinterest to process the video",
        "media.get",
        input(),
        |media| match media["status"].as_str() {
            Some("succeeded") => Ok(Some(Value::Null)),
            Some("failed") => Err(refused("Pinterest could not process the video").into()),
            _ => Ok(None),
        },
    )?;
    Ok(id)
}

/// What is registered twice does no harm: nothing is sent to it, and it is forgotten.
fn register(flow: &mut Flow) -> Part<Value> {
    let input = || object(json!({ "media_type": "video" }));
    let mut media = flow.attempt("media.create", input(), |media| media)?;
    for _ in 1..TRIES {
        if !media.as_ref().is_err_and(is_unknown) {
            break;
        }
        media = flow.attempt("media.create", input(), |media| media)?;
    }
    Ok(media?)
}

fn refused(message: &str) -> crate::contract::Error {
    error(ErrorKind::Rejected, "processing-failed", message)
}

fn create(flow: &mut Flow, place: &Place, media_id: &Value, cover: Option<String>) -> Part<Value> {
    let mut source = flow.given(&["cover_image_url", "cover_image_key_frame_time"]);
    source.insert("source_type".to_owned(), "video_id".into());
    source.insert("media_id".to_owned(), media_id.clone());
    let Some(kind) = cover else {
        // Pinterest refuses a video without any cover: its first image will do.
        if source.len() == 2 {
            source.insert("cover_image_key_frame_time".to_owned(), 0.into());
        }
        return new_pin::create(flow, place, Value::Object(source), &[]);
    };
    source.insert("cover_image_content_type".to_owned(), kind.into());
    source.insert("cover_image_data".to_owned(), flow::place(0).into());
    let file = flow.text("cover_image").to_owned();
    new_pin::create(flow, place, Value::Object(source), &[&file])
}
