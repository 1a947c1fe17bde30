//! What S3 says, in XML.

use connector_sdk::contract::{Error, ErrorKind};
use connector_sdk::error::{error, unexpected};
use quick_xml::escape::escape;
use serde::Deserialize;
use serde::de::DeserializeOwned;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Buckets {
    pub owner: Owner,
}

#[derive(Deserialize)]
pub struct Owner {
    #[serde(rename = "ID")]
    pub id: String,
    #[serde(rename = "DisplayName")]
    pub display_name: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Begun {
    pub upload_id: String,
}

/// An object that is there, or why it is not.
#[derive(Deserialize)]
pub enum Completed {
    #[serde(rename = "CompleteMultipartUploadResult")]
    Object {
        #[serde(rename = "ETag")]
        etag: String,
    },
    #[serde(rename_all = "PascalCase")]
    Error { code: String, message: String },
}

/// An answer of a type.
pub fn read<T: DeserializeOwned>(text: &str) -> Result<T, Error> {
    quick_xml::de::from_str(text).map_err(|cause| {
        unexpected("invalid-answer", format!("S3's answer is not what it promises: {cause}"))
    })
}

/// The tag of the object, if it has been made: S3 sends a status of success before it knows.
pub fn completed(text: &str) -> Result<String, Error> {
    match read(text)? {
        Completed::Object { etag } => Ok(etag),
        Completed::Error { code, message } => {
            let (kind, word) = match code.as_str() {
                "InternalError" | "SlowDown" => (ErrorKind::Unavailable, "server-error"),
                _ => (ErrorKind::Rejected, "rejected"),
            };
            Err(error(kind, word, format!("S3 did not put the parts together: {code}: {message}")))
        }
    }
}

/// The list of all parts, by their tags.
pub fn parts(tags: &[String]) -> String {
    let part = |(number, tag): (usize, &String)| {
        let tag = escape(tag.as_str());
        format!("<Part><PartNumber>{}</PartNumber><ETag>{tag}</ETag></Part>", number + 1)
    };
    let parts: String = tags.iter().enumerate().map(part).collect();
    format!("<CompleteMultipartUpload>{parts}</CompleteMultipartUpload>")
}
