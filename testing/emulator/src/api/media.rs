//! Media: a video is registered, uploaded elsewhere, and processed, before a pin can show it.

use serde_json::{Value, json};

use crate::call::Call;
use crate::page::End;
use crate::reply::{Refusal, Reply};
use crate::world::Id;
use crate::world::upload::Upload;

/// `media/create`: 201, with the address of the upload and what its form must hold.
pub fn create(call: &mut Call) -> Result<Reply, Refusal> {
    let id = call.world.new_id();
    let upload = Upload::new(id, call.now);
    let answer = json!({
        "media_id": id,
        "media_type": call.body["media_type"],
        "upload_url": format!("{}/", call.storage),
        "upload_parameters": upload.parameters,
    });
    call.world.uploads.insert(id, upload);
    Ok(Reply::created(&answer))
}

/// `media/get`: registered, then processing, then succeeded.
pub fn get(call: &mut Call) -> Result<Reply, Refusal> {
    let (id, now) = (call.id("media_id"), call.now);
    let upload = call.world.uploads.get_mut(&id).ok_or_else(Refusal::not_found)?;
    upload.look(now);
    Ok(Reply::ok(&view(id, upload)))
}

/// `media/list`, oldest first.
pub fn list(call: &mut Call) -> Result<Reply, Refusal> {
    let (page, now) = (call.page()?, call.now);
    call.world.uploads.values_mut().for_each(|upload| upload.look(now));
    let after = page.after.as_deref().map_or(Id(0), Id::read);
    let rest = call.world.uploads.range(after..).filter(|(id, _)| **id > after);
    Ok(page.reply(End::AtLastItem, rest.map(|(id, upload)| (*id, view(*id, upload)))))
}

fn view(id: Id, upload: &Upload) -> Value {
    json!({ "media_id": id, "media_type": "video", "status": upload.status() })
}
