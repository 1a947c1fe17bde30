"""What is sent again, and what is not."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from connector_driver import Answer, ConnectorError, Http, NotSent, Outgoing
from connector_driver import contract as c

from .probe import (
    QUICK,
    SECRET,
    Answers,
    Handler,
    Seen,
    answer,
    connected,
    cut,
    drip,
    never,
    plain,
    serve,
)

OK = answer(200, "ok")
WRITE = plain(method="post", effect="write")


def sent(answers: list[Answers], request: c.Request | None = None, **options: Any) -> Any:
    """The text or the kind of the error, and how many requests arrived."""
    with serve(*answers) as server:
        try:
            return connected(server.base, request, **options).run("send")["text"], len(server.seen)
        except ConnectorError as error:
            return error.kind, len(server.seen)


def test_a_read_is_repeated_after_a_cut_connection() -> None:
    assert sent([cut, cut, OK]) == ("ok", 3)


def test_a_read_and_an_idempotent_request_are_repeated_after_a_server_error() -> None:
    assert sent([answer(500), OK]) == ("ok", 2)
    assert sent([answer(503), OK], plain(method="put", effect="idempotent")) == ("ok", 2)


def test_repeats_have_an_end() -> None:
    assert sent([answer(500)]) == ("unavailable", 4)
    assert sent([answer(500)], policy=replace(QUICK, tries=1)) == ("unavailable", 1)


def test_a_write_is_not_repeated_when_it_may_have_acted() -> None:
    assert sent([answer(500), OK], WRITE) == ("unavailable", 1)
    assert sent([cut, OK], WRITE) == ("unavailable", 1)


def test_a_write_is_repeated_when_it_was_refused_unprocessed() -> None:
    assert sent([answer(429, retry_after="0"), OK], WRITE) == ("ok", 2)


def test_a_write_is_repeated_when_it_never_left() -> None:
    real, failures = Http(), [1, 2]
    with serve(OK) as gone:
        pass

    def http(outgoing: Outgoing) -> Answer:
        if failures:
            failures.pop()
            url = type(outgoing.url).parse(gone.base)
            with pytest.raises(NotSent, match="ECONNREFUSED") as refused:
                real(replace(outgoing, url=url))
            raise refused.value
        return real(outgoing)

    assert sent([OK], WRITE, http=http) == ("ok", 1)


def test_a_wait_that_the_service_asks_for_is_kept_up_to_the_limit() -> None:
    begun = time.monotonic()
    assert sent([answer(429, retry_after="1"), OK]) == ("ok", 2)
    assert time.monotonic() - begun >= 0.99
    assert sent([answer(429, retry_after="91"), OK]) == ("rate-limited", 1)


def test_other_refusals_are_final() -> None:
    assert sent([answer(401), OK]) == ("unauthenticated", 1)


@pytest.mark.parametrize("slow", [never, drip])
def test_an_answer_that_takes_too_long_counts_as_none(slow: Answers) -> None:
    policy = replace(QUICK, timeout=0.5)
    assert sent([slow, OK], policy=policy) == ("ok", 2)
    assert sent([slow, OK], WRITE, policy=policy) == ("unavailable", 1)


def test_a_repeat_sends_the_same_request() -> None:
    request = plain(method="put", effect="idempotent", body=c.Bytes(b"x" * 9))
    with serve(cut, OK) as server:
        connected(server.base, request).run("send")
        first, second = server.seen
    assert first == second
    assert first.body == b"x" * 9


def test_a_connection_is_used_again_unless_it_was_closed() -> None:
    ports = []

    def note(handler: Handler, seen: Seen) -> None:
        ports.append(handler.client_address[1])
        handler.close_connection = len(ports) == 2
        OK(handler, seen)

    with serve(note) as server:
        connector = connected(server.base, WRITE)
        for _ in range(3):
            connector.run("send")
            time.sleep(0.05)
    assert ports[0] == ports[1] != ports[2]


def test_an_expired_credential_is_renewed_once_for_all_who_wait_for_it() -> None:
    credentials, renewals = {"token": SECRET}, []

    def only_new(handler: Handler, seen: Seen) -> None:
        good = seen.headers["authorization"] == "Bearer new-token"
        answer(200 if good else 401, "ok")(handler, seen)

    def refresh(name: str) -> None:
        renewals.append(name)
        time.sleep(0.05)
        credentials["token"] = "new-token"

    with serve(only_new) as server:
        connector = connected(server.base, WRITE, credentials=credentials, refresh=refresh)
        barrier = threading.Barrier(3)

        def run() -> str:
            barrier.wait()
            return str(connector.run("send")["text"])

        with ThreadPoolExecutor() as pool:
            calls = [pool.submit(run) for _ in range(3)]
            assert [call.result() for call in calls] == ["ok"] * 3
    assert renewals == ["token"]


def test_a_renewed_credential_that_is_not_taken_either_ends_the_call() -> None:
    tokens = ["first-token"]
    options: dict[str, Any] = {
        "credentials": lambda _: tokens[-1],
        "refresh": lambda _: tokens.append(f"token-{len(tokens)}"),
    }
    assert sent([answer(401)], **options) == ("unauthenticated", 2)
    assert len(tokens) == 2
