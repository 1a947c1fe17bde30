//! Refusals of the storage that a service uses for files: S3 answers in XML.

use serde_json::{Map, Value};

use super::body_text::{BodyText, bounded};
use super::markup::element;
use crate::catalog::Service;
use crate::contract::{Error, ErrorKind, Response};
use crate::error::error;

/// The members that errors show. Others repeat the signed request, which is a secret.
const MEMBERS: [&str; 4] = ["Code", "Message", "RequestId", "HostId"];

/// The error of an answer with another status than 2xx; `what` completes "the storage refused".
pub fn refused(service: &Service, what: &str, code: &str, response: &Response) -> Error {
    let (kind, code) = match response.status {
        500.. => (ErrorKind::Unavailable, "server-error"),
        _ => (ErrorKind::Rejected, code),
    };
    let text = String::from_utf8_lossy(&response.body);
    let told = MEMBERS.iter().filter_map(|name| {
        Some(((*name).to_owned(), Value::from(bounded(&element(&text, name)?))))
    });
    let told: Map<_, _> = told.collect();
    let (words, details) = match told.get("Code").and_then(Value::as_str) {
        Some(code) => {
            let message = told.get("Message").and_then(Value::as_str).unwrap_or_default();
            (format!("{code}: {message}"), Some(Value::from(told).to_string()))
        }
        None => {
            let said = BodyText::of(&response.body);
            (said.words, said.details)
        }
    };
    let mut message = format!("{}'s storage refused {what} with {}", service.name, response.status);
    if !words.is_empty() {
        message += &format!(": {words}");
    }
    Error { status: Some(response.status), details, ..error(kind, code, message) }
}

/// Whether the signed address has expired, so that a new one may work.
pub fn has_expired(error: &Error) -> bool {
    let gone = matches!(error.status, Some(403 | 404 | 410));
    error.kind == ErrorKind::Rejected
        && (gone || error.message.to_ascii_lowercase().contains("expire"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::SERVICE;

    fn told(status: u16, body: &str) -> Error {
        let response = Response { status, headers: Vec::new(), body: body.into() };
        refused(&SERVICE, "the file", "upload-refused", &response)
    }

    #[test]
    fn its_words_are_told_and_nothing_that_is_signed() {
        let xml = "<?xml version=\"1.0\"?><Error><Code>SignatureDoesNotMatch</Code><Message>No &amp; no</Message>\
            <CanonicalRequest>x-amz-security-token:FwoGZXIvYXdzE</CanonicalRequest><RequestId>4G</RequestId></Error>";
        let error = told(403, xml);
        assert_eq!(
            error.message,
            "Acme's storage refused the file with 403: SignatureDoesNotMatch: No & no"
        );
        assert!(!format!("{error:?}").contains("FwoG"), "{error:?}");
        assert!(error.details.as_ref().unwrap().contains("4G") && has_expired(&error));
        let error = told(400, r#"{"message":"Policy expired."}"#);
        assert!(error.message.ends_with(": Policy expired.") && has_expired(&error));
        let error = told(413, "Too large");
        assert!(error.message.ends_with("413: Too large") && !has_expired(&error));
        assert_eq!(told(500, "").kind, ErrorKind::Unavailable);
    }
}
