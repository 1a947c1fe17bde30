"""Why a call fails: wrong input, or what the server says."""

import json
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

from componentize_py_types import Err
from wit_world.exports.types import Error, ErrorKind, FieldError, Response

#: What a status means, and a word for it.
STATUSES = {
    400: (ErrorKind.REJECTED, "bad-request"),
    401: (ErrorKind.UNAUTHENTICATED, "token-refused"),
    403: (ErrorKind.FORBIDDEN, "forbidden"),
    404: (ErrorKind.NOT_FOUND, "not-found"),
    409: (ErrorKind.CONFLICT, "conflict"),
    410: (ErrorKind.NOT_FOUND, "gone"),
    422: (ErrorKind.REJECTED, "not-valid"),
    429: (ErrorKind.RATE_LIMITED, "rate-limited"),
}
ADVICE = {
    ErrorKind.UNAUTHENTICATED: "Connect again: somebody revoked the access, or the app was deleted.",
    ErrorKind.FORBIDDEN: "Connect again and grant what the action needs.",
}


def failure(
    kind: ErrorKind, code: str, message: str, *, advice: str | None = None,
    fields: list[FieldError] | None = None, **more: Any,
) -> Err[Error]:
    given = {"status": None, "request_id": None, "retry_after_ms": None, "details": None} | more
    return Err(Error(kind, code, message, advice, fields or [], **given))


def invalid(fields: dict[str, str], code: str = "invalid-input") -> Err[Error]:
    """Wrong fields, and what is wrong with each."""
    listed = [FieldError(path, message) for path, message in fields.items()]
    return failure(ErrorKind.INVALID_INPUT, code, "What was given is wrong.", fields=listed)


def undelivered(why: str) -> Err[Error]:
    message = f"The server gave no complete answer, so nobody knows what it did: {why}."
    return failure(ErrorKind.UNAVAILABLE, "undelivered", message)


def unexpected(message: str, response: Response | None = None) -> Err[Error]:
    status = None if response is None else response.status
    return failure(ErrorKind.UNEXPECTED, "unexpected-answer", message, status=status)


def refusal(response: Response, now: str) -> Err[Error]:
    """What a status that is no success means. `now` is when the call began."""
    other = ErrorKind.UNAVAILABLE if response.status >= 500 else ErrorKind.UNEXPECTED
    kind, code = STATUSES.get(response.status, (other, f"status-{response.status}"))
    headers = {one.name: one.value for one in response.headers}
    text = response.body.decode(errors="replace")
    try:
        said = json.loads(text)
    except ValueError:
        said = text or None
    told = said.get("error") if isinstance(said, dict) else None
    return failure(
        kind,
        code,
        str(told or f"The server answered with status {response.status}."),
        advice=ADVICE.get(kind),
        status=response.status,
        request_id=headers.get("x-request-id"),
        retry_after_ms=_wait(headers, now) if kind == ErrorKind.RATE_LIMITED else None,
        details=None if said is None else json.dumps(said),
    )


def _wait(headers: dict[str, str], now: str) -> int | None:
    """Mastodon says when the limit ends by the clock: that of its answer, or else the host's."""
    try:
        begin = datetime.fromisoformat(now)
        if "date" in headers:
            begin = parsedate_to_datetime(headers["date"])
        seconds = (datetime.fromisoformat(headers["x-ratelimit-reset"]) - begin).total_seconds()
    except (KeyError, TypeError, ValueError):
        return None
    return min(max(0, round(seconds * 1000)), 2**32 - 1)
