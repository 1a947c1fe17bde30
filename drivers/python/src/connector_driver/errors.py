"""The two ways a call can fail: the connector says so, or the driver refuses to go on. And how a statement of SQL
fails."""

from __future__ import annotations

from typing import Any

from .contract import Error, ErrorKind, FieldError


class ConnectorError(Exception):
    """The call failed, and the connector says why. It holds no secret."""

    def __init__(self, failure: Error) -> None:
        super().__init__(failure.message)
        self.kind: ErrorKind = failure.kind
        #: A stable word for programs.
        self.code: str = failure.code
        self.message: str = failure.message
        #: What to do about it, for people.
        self.advice: str | None = failure.advice
        #: Every wrong field of the input.
        self.fields: list[FieldError] = failure.fields
        #: The HTTP status, when the service answered.
        self.status: int | None = failure.status
        self.request_id: str | None = failure.request_id
        self.retry_after_ms: int | None = failure.retry_after_ms
        #: What the service said, parsed; as text, when it is no JSON.
        self.details: Any = failure.details

    def __str__(self) -> str:
        wrong = "; ".join(f"{field.path or 'input'}: {field.message}" for field in self.fields)
        said = self.message
        if wrong and wrong != f"input: {said}":
            said = f"{said} ({wrong})"
        return f"{said.removesuffix('.')}; {self.advice}" if self.advice else said


class Refusal(Exception):
    """The driver refused what the component asked for; `rule` names why.

    Rules about a request: `url`, `https`, `method`, `declared-origin`, `declared-credential`,
    `credential-origin`, `operation`, `permission`, `link`, `request-header`, `multipart`, `blob`, `pieces`.
    About sizes and times: `response-size`, `checkpoint-size`, `steps`, `pause`, `call-time`. About no
    request: `credential` has no usable value, `setting` is missing or cannot be part of a host,
    `extension` is not there that the connector needs, or a package for a signature, `contract` was broken by the component, `trap`
    ended it.
    """

    def __init__(self, rule: str, message: str) -> None:
        super().__init__(message)
        self.rule = rule

    def __str__(self) -> str:
        return f"{self.rule}: {self.args[0]}"


class SqlError(Exception):
    """A statement did not come to its end. It holds no secret."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        #: What the connector calls it; `usage` where the statement is wrong, and nothing was sent.
        self.kind = kind
