//! AWS Signature Version 4 of a request's headers.

use async_trait::async_trait;
use aws_credential_types::Credentials;
use aws_sigv4::http_request::{
    PayloadChecksumKind, PercentEncodingMode, SignableBody, SignableRequest, SigningSettings,
    UriPathNormalizationMode, sign,
};
use aws_sigv4::sign::v4::SigningParams;
use http::header::HOST;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde::Deserialize;
use serde_json::Value;

use super::{Payload, SignError, Signer, Signing};

/// All but the characters that RFC 3986 calls unreserved: the one way to write a text that AWS signs.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The extension's value.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Scope {
    service: String,
    region: String,
    /// The id of the credential that holds the session token of temporary keys.
    session_token: Option<String>,
}

impl Scope {
    fn read(value: &Value) -> Result<Self, SignError> {
        let scope = Scope::deserialize(value).map_err(|error| SignError(error.to_string()))?;
        for (name, text) in [("service", &scope.service), ("region", &scope.region)] {
            let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
            if text.is_empty() || !text.bytes().all(|byte| is_plain(byte) || byte == b'-') {
                let what = "lower case letters, digits and hyphens";
                return Err(SignError(format!("the {name} `{text}` must have {what} only")));
            }
        }
        Ok(scope)
    }

    /// S3 takes paths as they are, and bodies of which the signature says nothing.
    fn is_s3(&self) -> bool {
        self.service == "s3" || self.service.starts_with("s3-")
    }
}

/// Fails saying what is wrong with the extension's value.
pub(super) fn check(value: &Value) -> Result<(), SignError> {
    Scope::read(value).map(drop)
}

/// Signs with a pair of access key id and secret access key.
pub(crate) struct SigV4;

#[async_trait]
impl Signer for SigV4 {
    fn others(&self, value: &Value) -> Vec<String> {
        Scope::read(value).ok().and_then(|scope| scope.session_token).into_iter().collect()
    }

    async fn sign(&self, request: &mut Signing<'_>) -> Result<(), SignError> {
        let scope = Scope::read(request.value())?;
        let session = scope.session_token.as_deref().and_then(|id| request.other(id));
        let session = session.map(|secret| secret.expose().to_owned());
        let secret = request.secret();
        let key_id = secret.user().filter(|id| !id.is_empty()).ok_or_else(|| {
            SignError("it needs a pair: access key id and secret access key".into())
        })?;
        let identity =
            Credentials::new(key_id, secret.expose(), session, None, "connector-host").into();
        write_plainly(request)?;
        request.add_header(HOST.as_str(), &request.host())?;
        let mut settings = SigningSettings::default();
        if scope.is_s3() {
            settings.percent_encoding_mode = PercentEncodingMode::Single;
            settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
            settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
        }
        let params = SigningParams::builder()
            .identity(&identity)
            .region(&scope.region)
            .name(&scope.service)
            .time(request.now())
            .settings(settings)
            .build();
        let params = params.map_err(|error| SignError(error.to_string()))?.into();
        let (instructions, signature) = {
            let body = match request.payload() {
                Payload::Bytes(bytes) => SignableBody::Bytes(bytes),
                Payload::Streamed if scope.is_s3() => SignableBody::UnsignedPayload,
                Payload::Streamed => {
                    let message = format!(
                        "a body with files cannot be signed for the service `{}`, which wants its \
                         hash: send it as bytes",
                        scope.service
                    );
                    return Err(SignError(message));
                }
            };
            let headers = request.headers().iter().map(|(name, value)| {
                let value = value.to_str();
                value.map(|value| (name.as_str(), value)).map_err(|_| {
                    SignError(format!("the header `{name}` has other characters than ASCII"))
                })
            });
            let headers = headers.collect::<Result<Vec<_>, _>>()?.into_iter();
            let url = request.url().as_str();
            let signable = SignableRequest::new(request.method().as_str(), url, headers, body);
            let signable = signable.map_err(|error| SignError(error.to_string()))?;
            let signed = sign(signable, &params);
            signed.map_err(|error| SignError(error.to_string()))?.into_parts()
        };
        for (name, value) in instructions.headers() {
            request.add_header(name, value)?;
            if name == "authorization" {
                request.hide(value);
            }
        }
        request.hide(signature);
        Ok(())
    }
}

/// Writes path and query as AWS reads them before it signs. What they mean stays as it was: a plus in
/// a query is a blank.
fn write_plainly(request: &mut Signing<'_>) -> Result<(), SignError> {
    let segments = request.url().path().split('/').map(plain);
    let path = segments.collect::<Result<Vec<_>, _>>()?.join("/");
    let query = request.url().query().unwrap_or_default().replace('+', "%20");
    let pairs = query.split('&').map(|pair| match pair.split_once('=') {
        Some((name, value)) => Ok(format!("{}={}", plain(name)?, plain(value)?)),
        None => plain(pair),
    });
    let query = pairs.collect::<Result<Vec<_>, SignError>>()?.join("&");
    request.set_path(&path);
    request.set_query(Some(&*query).filter(|query| !query.is_empty()));
    Ok(())
}

fn plain(text: &str) -> Result<String, SignError> {
    let decoded = percent_decode_str(text).decode_utf8();
    let decoded = decoded.map_err(|_| SignError("the URL is not UTF-8".into()))?;
    Ok(utf8_percent_encode(&decoded, RESERVED).to_string())
}

#[cfg(test)]
mod tests;
