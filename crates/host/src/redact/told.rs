//! Answers, errors and failures without secrets.

use super::Redactor;
use crate::contract::{
    Body, Delivery, Error as ConnectorError, Header, Part, PartContent, Piece, Request, Response,
};
use crate::error::Error;
use crate::http::TransportError;

impl Redactor {
    /// An answer, before anybody looks at it.
    pub(crate) fn response(&self, response: Response) -> Response {
        let header =
            |Header { name, value }| Header { name: self.text(name), value: self.text(value) };
        Response {
            status: response.status,
            headers: response.headers.into_iter().map(header).collect(),
            body: self.bytes(response.body),
        }
    }

    /// What the service sent by itself.
    pub(crate) fn delivery(&self, delivery: Delivery) -> Delivery {
        let Delivery { method, url, headers, body } = delivery;
        let Response { headers, body, .. } = self.response(Response { status: 0, headers, body });
        Delivery { method, url: self.text(url), headers, body }
    }

    /// A request that is shown.
    pub(crate) fn request(&self, request: Request) -> Request {
        let text = |text: String| self.text(text);
        let header = |Header { name, value }| Header { name, value: text(value) };
        let part = |part: Part| Part {
            content: match part.content {
                PartContent::Text(content) => PartContent::Text(text(content)),
                blob => blob,
            },
            ..part
        };
        let piece = |piece: Piece| match piece {
            Piece::Text(content) => Piece::Text(text(content)),
            blob => blob,
        };
        Request {
            url: text(request.url),
            headers: request.headers.into_iter().map(header).collect(),
            body: match request.body {
                Body::Empty => Body::Empty,
                Body::Bytes(bytes) => Body::Bytes(self.bytes(bytes)),
                Body::Multipart(parts) => Body::Multipart(parts.into_iter().map(part).collect()),
                Body::Pieces(pieces) => Body::Pieces(pieces.into_iter().map(piece).collect()),
            },
            ..request
        }
    }

    /// Why there is none.
    pub fn transport(&self, error: TransportError) -> TransportError {
        match error {
            TransportError::NotSent(why) => TransportError::NotSent(self.text(why)),
            TransportError::Lost(why) => TransportError::Lost(self.text(why)),
            TransportError::TooLarge(limit) => TransportError::TooLarge(limit),
            TransportError::Blob(why) => TransportError::Blob(self.text(why)),
        }
    }

    /// What a call ends with. The connector has seen no secret, but may have put one together from
    /// what it has seen.
    pub(crate) fn failure(&self, failure: Error) -> Error {
        match failure {
            Error::Connector(error) => Error::Connector(Box::new(self.error(*error))),
            Error::Refused { rule, message } => {
                Error::Refused { rule, message: self.text(message) }
            }
            Error::Trap(crash) => Error::Trap(crash.map(|text| self.text(text))),
            Error::Panic(why) => Error::Panic(self.text(why)),
            Error::Settings(why) => Error::Settings(self.text(why)),
            other => other,
        }
    }

    fn error(&self, error: ConnectorError) -> ConnectorError {
        let fields = error.fields.into_iter().map(|mut field| {
            field.path = self.text(field.path);
            field.message = self.text(field.message);
            field
        });
        ConnectorError {
            kind: error.kind,
            code: self.text(error.code),
            message: self.text(error.message),
            advice: error.advice.map(|advice| self.text(advice)),
            fields: fields.collect(),
            status: error.status,
            request_id: error.request_id.map(|id| self.text(id)),
            retry_after_ms: error.retry_after_ms,
            details: error.details.map(|details| self.text(details)),
        }
    }
}
