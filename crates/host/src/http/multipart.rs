//! A multipart form for reqwest, with files streamed into it.

use reqwest::Body;
use reqwest::multipart::{Form, Part as FormPart};
use tokio_util::io::ReaderStream;

use super::{Part, PartContent, TransportError};

/// Every length is known, so the request carries a content length: some services refuse chunks.
/// Fails when a part's content type is not one.
pub(crate) fn form(parts: Vec<Part>) -> Result<Form, TransportError> {
    // The rule `multipart` has made sure that no name breaks out of its quotes.
    let mut form = Form::new().percent_encode_noop();
    for part in parts {
        let mut content = match part.content {
            PartContent::Text(text) => FormPart::text(text),
            PartContent::Blob(blob) => {
                let len = blob.left();
                FormPart::stream_with_length(Body::wrap_stream(ReaderStream::new(blob)), len)
            }
        };
        if let Some(filename) = part.filename {
            content = content.file_name(filename);
        }
        if let Some(content_type) = &part.content_type {
            content = content.mime_str(content_type).map_err(|_| {
                TransportError::NotSent(format!("not a content type: {content_type:?}"))
            })?;
        }
        form = form.part(part.name, content);
    }
    Ok(form)
}
