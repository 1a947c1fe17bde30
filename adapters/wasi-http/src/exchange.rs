//! One exchange over `wasi:http`.

use url::Url;
use wasi::http::outgoing_handler;
use wasi::http::types::{
    ErrorCode, Fields, IncomingResponse, Method, OutgoingBody, OutgoingRequest, RequestOptions,
    Scheme,
};

use crate::incoming::{LARGEST, Unread, read};

/// Nanoseconds that a service gets to be connected to.
const CONNECT: u64 = 10_000_000_000;
/// Nanoseconds that it gets to begin its answer, and then to end it.
const PATIENCE: u64 = 60_000_000_000;

/// What is sent.
pub struct Outgoing<'a> {
    pub method: Method,
    pub url: &'a Url,
    pub headers: &'a [(String, String)],
    pub body: Option<&'a [u8]>,
}

/// What came back.
pub struct Answered {
    pub status: u16,
    /// Names in lower case.
    pub headers: Vec<(String, Vec<u8>)>,
    pub body: Vec<u8>,
}

/// Why nothing came back. The texts hold no secret.
pub enum Unanswered {
    /// Nothing left this component.
    NotSent(String),
    /// Nobody knows what the service did.
    Lost(String),
    /// An answer came that is not taken. It would be no other the next time.
    Unusable(String),
    /// It cannot be sent, now or later.
    Refused(String),
}

/// Sends a request and reads all of the answer.
pub fn exchange(outgoing: &Outgoing<'_>) -> Result<Answered, Unanswered> {
    let future = begin(outgoing)?;
    future.subscribe().block();
    let response = match future.get() {
        Some(Ok(Ok(response))) => response,
        Some(Ok(Err(code))) => return Err(failed(&code)),
        _ => return Err(Unanswered::Lost("the host gave no answer".into())),
    };
    answered(&response)
}

fn begin(outgoing: &Outgoing<'_>) -> Result<wasi::http::types::FutureIncomingResponse, Unanswered> {
    let unsent = |what: &str| Unanswered::Refused(format!("the host does not take {what}"));
    let headers = outgoing.headers.iter();
    let headers: Vec<_> =
        headers.map(|(name, value)| (name.clone(), value.clone().into_bytes())).collect();
    let fields = Fields::from_list(&headers).map_err(|_| unsent("the headers"))?;
    let request = OutgoingRequest::new(fields);
    let url = outgoing.url;
    let scheme = if url.scheme() == "http" { Scheme::Http } else { Scheme::Https };
    let path = &url[url::Position::BeforePath..url::Position::AfterQuery];
    let authority = &url[url::Position::BeforeHost..url::Position::AfterPort];
    request.set_method(&outgoing.method).map_err(|()| unsent("the method"))?;
    request.set_scheme(Some(&scheme)).map_err(|()| unsent("the scheme"))?;
    request.set_authority(Some(authority)).map_err(|()| unsent("the host's name"))?;
    request.set_path_with_query(Some(path)).map_err(|()| unsent("the path"))?;
    let options = RequestOptions::new();
    // A host without one of these timeouts has its own.
    let _ = options.set_connect_timeout(Some(CONNECT));
    let _ = options.set_first_byte_timeout(Some(PATIENCE));
    let _ = options.set_between_bytes_timeout(Some(PATIENCE));
    let body = request.body().map_err(|()| unsent("a body"))?;
    let future = outgoing_handler::handle(request, Some(options)).map_err(|code| failed(&code))?;
    let lost = || Unanswered::Lost("the request could not be written to its end".into());
    if let Some(bytes) = outgoing.body {
        let stream = body.write().map_err(|()| lost())?;
        for piece in bytes.chunks(4096) {
            // A service may answer before it has read everything; what it says counts.
            if stream.blocking_write_and_flush(piece).is_err() {
                return Ok(future);
            }
        }
    }
    OutgoingBody::finish(body, None).map_err(|_| lost())?;
    Ok(future)
}

fn answered(response: &IncomingResponse) -> Result<Answered, Unanswered> {
    let lost = |why: &str| Unanswered::Lost(why.to_owned());
    let status = response.status();
    let headers = response.headers().entries();
    let headers = headers.into_iter().map(|(name, value)| (name.to_ascii_lowercase(), value));
    let headers: Vec<_> = headers.collect();
    let body = response.consume().map_err(|()| lost("the answer has no body"))?;
    let stream = body.stream().map_err(|()| lost("the answer has no body"))?;
    if headers.iter().any(|(name, value)| name == "content-encoding" && value != b"identity") {
        return Err(Unanswered::Unusable(
            "the answer is compressed, and nobody asked for that".into(),
        ));
    }
    let bytes = read(&stream, LARGEST, PATIENCE).map_err(|unread| match unread {
        Unread::TooLarge => Unanswered::Unusable(format!(
            "the answer has more than {LARGEST} bytes, which is the limit"
        )),
        Unread::Broken => lost("the answer ended early"),
        Unread::Late => lost("the answer took longer than a minute"),
    })?;
    Ok(Answered { status, headers, body: bytes })
}

fn failed(code: &ErrorCode) -> Unanswered {
    let name = format!("{code:?}");
    // With what follows in brackets, which may quote the request.
    let name = name.split(['(', ' ', '{']).next().unwrap_or_default();
    let name = name.rsplit("::").next().unwrap_or_default();
    let text = format!("the host says {name}");
    match code {
        ErrorCode::DnsTimeout
        | ErrorCode::DnsError(_)
        | ErrorCode::DestinationNotFound
        | ErrorCode::DestinationUnavailable
        | ErrorCode::DestinationIpProhibited
        | ErrorCode::DestinationIpUnroutable
        | ErrorCode::ConnectionRefused
        | ErrorCode::ConnectionTimeout
        | ErrorCode::ConnectionLimitReached
        | ErrorCode::TlsCertificateError
        | ErrorCode::HttpRequestDenied
        | ErrorCode::HttpRequestUriInvalid => Unanswered::NotSent(text),
        _ => Unanswered::Lost(text),
    }
}
