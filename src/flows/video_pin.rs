//! `video_pins.create`: registers a video, uploads it, waits until Pinterest has processed it, and
//! makes the Pin.
//!
//! After an interruption the upload is not repeated when the video has arrived, and the Pin is not
//! made twice: Pinterest is asked first.

use serde_json::{Value, json};

use super::place::{Target, object};
use super::{new_pin, place};
use connector_sdk::contract::{Error, FieldError};
use connector_sdk::error::{unexpected, without};
use connector_sdk::flow::{self, Arrival, Flow, FlowResult, answer_id, is_unknown, job_state};

/// Bytes: what the storage's policy was seen to allow.
const LARGEST_VIDEO: u64 = 5_368_709_120;
/// Bytes: what Pinterest says of images.
pub const LARGEST_IMAGE: u64 = 20 * 1024 * 1024;
/// How often a video is registered, or sent, of which nobody knows whether that was done. A host
/// that is interrupted again and again must not run out of them.
const TRIES: usize = 30;

pub fn run(flow: &mut Flow) -> FlowResult<Value> {
    only_one_cover(flow)?;
    let target = place::of(flow)?;
    let video = flow.text("video").to_owned();
    flow.check_file(
        "video",
        &video,
        &["video/mp4", "video/quicktime", "video/x-m4v"],
        LARGEST_VIDEO,
    )?;
    let cover = cover(flow)?;
    if let Some(pin) = new_pin::existing(flow, &target)? {
        return Ok(new_pin::output(pin, false));
    }
    let media_id = upload(flow, &video)?;
    create(flow, &target, &media_id, cover).map(|pin| new_pin::output(pin, true))
}

fn only_one_cover(flow: &Flow) -> FlowResult<()> {
    let covers = ["cover_image_url", "cover_image", "cover_image_key_frame_time"];
    let given = covers.into_iter().filter(|name| flow.input().contains_key(*name));
    let fault = |name: &str| FieldError {
        path: name.to_owned(),
        message: "must be left out: another field says what the cover is".to_owned(),
    };
    Ok(without(given.skip(1).map(fault).collect())?)
}

/// The content type of the cover file, if there is one.
fn cover(flow: &mut Flow) -> FlowResult<Option<String>> {
    match flow.text("cover_image").to_owned() {
        file if file.is_empty() => Ok(None),
        file => {
            let kinds = ["image/jpeg", "image/png"];
            Ok(Some(flow.check_file("cover_image", &file, &kinds, LARGEST_IMAGE)?))
        }
    }
}

/// Registers and uploads the video and waits until it is processed. Gives the media id.
fn upload(flow: &mut Flow, video: &str) -> FlowResult<Value> {
    let id = match send(flow, video)? {
        Ok(id) => id,
        // The place for it has expired: another one is registered.
        Err(_) => send(flow, video)??,
    };
    let (service, input) = (flow.service(), object(json!({ "media_id": id })));
    flow.wait("Pinterest to process the video", "media.get", input, |media| {
        let over = job_state(service, &media["status"], &media).transpose().map_err(failed)?;
        Ok(over.map(|()| Value::Null))
    })?;
    Ok(id)
}

/// Registers the video and sends the file. Gives the media id.
fn send(flow: &mut Flow, video: &str) -> FlowResult<Result<Value, Error>> {
    let media = register(flow)?;
    let id = answer_id(flow.service(), &media["media_id"])?;
    let input = || object(json!({ "media_id": id }));
    let url = media["upload_url"].as_str().ok_or_else(|| {
        unexpected("invalid-answer", "Pinterest gave no address to send the video to")
    })?;
    let fields = object(media["upload_parameters"].clone());
    for _ in 0..TRIES {
        match flow.upload(url, &fields, video)? {
            Arrival::Arrived => break,
            Arrival::Expired(error) => return Ok(Err(error)),
            Arrival::Unknown => {}
        }
        if flow.call_for("media.get", input(), |media| media["status"].clone())? != "registered" {
            break;
        }
    }
    Ok(Ok(id))
}

/// What is registered twice does no harm: nothing is sent to it, and it is forgotten.
fn register(flow: &mut Flow) -> FlowResult<Value> {
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

/// Pinterest has given the video up, or nobody knows.
fn failed(error: Error) -> Error {
    match error.code.as_str() {
        "job-failed" => Error {
            code: "processing-failed".to_owned(),
            message: "Pinterest could not process the video".to_owned(),
            ..error
        },
        _ => error,
    }
}

fn create(
    flow: &mut Flow,
    target: &Target,
    media_id: &Value,
    cover: Option<String>,
) -> FlowResult<Value> {
    let mut source = flow.given(&["cover_image_url", "cover_image_key_frame_time"]);
    source.insert("source_type".to_owned(), "video_id".into());
    source.insert("media_id".to_owned(), media_id.clone());
    let Some(kind) = cover else {
        // Pinterest refuses a video without any cover: its first image will do.
        if source.len() == 2 {
            source.insert("cover_image_key_frame_time".to_owned(), 0.into());
        }
        return new_pin::create(flow, target, Value::Object(source), &[]);
    };
    source.insert("cover_image_content_type".to_owned(), kind.into());
    source.insert("cover_image_data".to_owned(), flow::file_in_body(0).into());
    let file = flow.text("cover_image").to_owned();
    new_pin::create(flow, target, Value::Object(source), &[&file])
}
