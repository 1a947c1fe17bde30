"""A connector that tries what a host does not let it, and callers and services that do.

    python3 adapters/tests/attacks.py CONNECTOR FIXTURE HOOKS

`CONNECTOR` is the program that composes, `FIXTURE` the connector of the host's tests
(`testing/conformance/tests/fixture`), which sends what its input says, and `HOOKS` the same with webhooks.
"""

from __future__ import annotations

import base64
import gzip
import json
import sys
import time
from contextlib import suppress
from http.client import HTTPException
from typing import Any
from urllib.parse import quote

from deliveries import CLIENT, KEPT, OURS, VALUES, Deliveries, without_keys, without_webhooks
from hosting import KEY, Answer, Asked, Service, Serving, composed

TOKEN = "a-token/that+nobody=sees"


def says(asked: Asked) -> Answer:
    """By the path; each answer repeats the headers that came."""
    if asked.path.startswith("/lost"):
        return Answer(lost=True)
    if asked.path.startswith("/escaped"):
        return Answer(body=escaped(TOKEN).encode())
    if asked.path.startswith("/packed"):
        return Answer(body=gzip.compress(TOKEN.encode()), headers={"content-encoding": "gzip"})
    if asked.path.startswith("/to/"):
        return Answer(302, headers={"location": asked.path.removeprefix("/to/")})
    status = asked.path.strip("/").split("?")[0]
    headers = {"retry-after-ms": "100", "x-echo": asked.headers.get("authorization", "")}
    body = json.dumps({"headers": asked.headers, "path": asked.path, "body": asked.body.decode()})
    return Answer(int(status) if status.isdigit() else 200, body.encode(), headers)


def escaped(secret: str) -> str:
    """A secret as services write it into their answers."""
    packed = [base64.b64encode(f"{before}{secret} and more".encode()).decode() for before in ("", "B", "Be")]
    return "\n".join([
        secret.replace("/", "\\/"),
        "".join(f"\\u{ord(char):04x}" for char in secret),
        quote(secret, safe=""),
        quote(secret, safe="").lower(),
        *packed,
        *(text.replace("+", "-").replace("/", "_") for text in packed),
    ])


def main(program: str, fixture: str, hooks: str) -> None:
    with Service(says) as service, composed(program, fixture) as of:
        component = of("environment")
        routes = ",".join(f"https://{host}.example.com={service.url}" for host in ("api", "a.files"))
        values = {"credential-access-token": TOKEN, "credential-query-key": "another-secret", "routes": routes}
        with Serving(component, values) as serving:
            checks = Checks(serving, service)
            play(checks)
            without_webhooks(serving)
            print("ok  a connector without webhooks says so")
            assert TOKEN not in "".join(serving.words) and KEY not in "".join(serving.words)
        for key in ("", "too-short"):
            with Serving(component, {"key": key}) as serving:
                status, body, _ = serving.ask("/actions/echo", {}, key=key)
                assert (status, body["code"]) == (503, "not-set-up"), body
        print("ok  without a key that nobody guesses nothing is served")
        with Serving(component, values | {"routes": f"https://other.example.com={service.url}"}) as serving:
            status, body, _ = serving.ask("/actions/request", {"credential": "access-token"})
            assert status == 502 and "routes" in body["detail"], body
            print("ok  a mistyped route sends nothing to the service itself")
        with Serving(component, values | {"settings": '{"zone": "b"}'}) as serving:
            status, body, _ = serving.ask("/continue", {"continue": checks.kept})
            assert (status, body["code"]) == (422, "continuation"), body
            print("ok  a continuation is bound to the settings of its call")
        with Serving(component, values | {"early": "yes"}) as serving:
            begun = time.monotonic()
            status, output, _ = serving.ask("/continue", {"continue": checks.kept})
            assert (status, output) == (200, None) and time.monotonic() - begun < 5, output
        with Serving(component, values | {"seconds": "1"}) as serving:
            _, later, _ = serving.ask("/actions/pause", {"number": 1500})
            begun = time.monotonic()
            status, output, _ = serving.ask("/continue", {"continue": later["continue"]})
            assert (status, output) == (200, None) and time.monotonic() - begun > 1.3, output
            print("ok  a continuation that is nearly due is waited for")
    with Service(says) as service, composed(program, hooks) as of:
        values |= {"routes": f"https://api.example.com={service.url}"}
        with Serving(of("environment"), values | VALUES) as serving:
            play(Deliveries(serving, service))
            assert not any(secret in "".join(serving.words) for secret in (KEY, CLIENT, OURS, KEPT))
        with Serving(of("environment"), values) as serving:
            without_keys(serving)
            print("ok  without the keys of signatures nothing is let through")


def play(checks: Checks | Deliveries) -> None:
    for name in sorted(name for name in dir(checks) if name.startswith("check_")):
        checks.service.asked.clear()
        getattr(checks, name)()
        print(f"ok  {name.removeprefix('check_').replace('_', ' ')}")


class Checks:
    def __init__(self, serving: Serving, service: Service) -> None:
        self.serving, self.service, self.kept = serving, service, ""

    def send(self, **request: Any) -> tuple[int, Any]:
        status, body, _ = self.serving.ask("/actions/request", request)
        assert TOKEN not in json.dumps(body), body
        return status, body

    def refused(self, rule: str, **request: Any) -> None:
        status, body = self.send(**request)
        assert (status, body["code"]) == (502, rule), body
        assert self.service.asked == [], "it was sent all the same"

    def check_a_foreign_origin_is_refused(self) -> None:
        for url in ("https://evil.example.org/", "http://api.example.com/", "https://files.example.com/",
                    "https://user@api.example.com/", "https://api.example.com.evil.org/", "no url"):
            rule = "declared-origin" if url.startswith("https") and "@" not in url else "url"
            self.refused(rule, url=url)

    def check_a_credential_goes_only_to_its_origins(self) -> None:
        self.refused("credential-origin", url="https://a.files.example.com/", credential="access-token")
        self.refused("credential-origin", credential="unknown")
        status, body = self.send(credential="access-token")
        assert status == 200 and "authorization" in self.service.asked[0].headers
        self.service.asked.clear()
        self.send()
        assert "authorization" not in self.service.asked[0].headers

    def check_what_the_service_repeats_holds_no_secret(self) -> None:
        status, body = self.send(credential="access-token")
        assert self.service.asked[0].headers["authorization"] == f"Bearer {TOKEN}"
        assert status == 200 and "[secret]" in body["body"] and "[secret]" in body["headers"]["x-echo"]
        status, body, _ = self.serving.ask("/actions/request", {"credential": "query-key"})
        assert "key=another-secret" in self.service.asked[-1].path, body
        assert "another-secret" not in json.dumps(body), body

    def check_no_way_to_write_a_secret_gets_it_out(self) -> None:
        _, body = self.send(url="https://api.example.com/escaped", credential="access-token")
        lines = body["body"].splitlines()
        assert len(lines) == 10 and all("[secret]" in line for line in lines), lines
        status, body = self.send(url="https://api.example.com/packed", credential="access-token")
        assert status == 502 and "compressed" in body["detail"] and len(self.service.asked) == 2, body

    def check_an_idempotency_header_is_none_of_the_hosts(self) -> None:
        for name in ("authorization", "cookie", "Host", "a b", "x-i"):
            self.refused("request-header", headers=[["x-i", "1"]], **{"idempotency-header": name})

    def check_parts_of_a_form_stay_within_their_lines(self) -> None:
        for part in (['a"; filename="b', None], ["a\r\nx: 1", None], ["a", 'f\r\nx: 1']):
            self.refused("multipart", method="post", parts=[[*part, {"text": "x"}]])

    def check_a_poll_has_no_limit_and_a_path_is_decoded(self) -> None:
        status, body, _ = self.serving.ask("/triggers/any/poll?limit=2", {})
        assert (status, body["code"]) == (422, "limit"), body
        digits = 12345678901234567890123
        assert self.serving.ask("/actions/ech%6f", {"number": 1, "big": digits})[1]["big"] == digits

    def check_requests_without_a_body_say_so(self) -> None:
        for method in ("post", "delete"):
            self.send(method=method)
            sent = self.service.asked[-1].headers
            assert sent.get("content-length") == "0" and "transfer-encoding" not in sent, sent

    def check_headers_of_the_host_are_refused(self) -> None:
        for name in ("authorization", "Host", "cookie", "content-length", "proxy-x", "bad name", "te"):
            self.refused("request-header", headers=[[name, "x"]])
        self.refused("request-header", headers=[["x", "a\r\nb"]])

    def check_a_read_is_repeated_and_a_write_is_not(self) -> None:
        for effect, path, times in [("read", "lost", 4), ("idempotent", "lost", 4), ("write", "lost", 1),
                                    ("read", "503", 4), ("write", "503", 1), ("write", "429", 4)]:
            self.service.asked.clear()
            status, body = self.send(url=f"https://api.example.com/{path}", effect=effect, method="post")
            assert len(self.service.asked) == times, (effect, path, len(self.service.asked))
            assert status == (429 if path == "429" else 502), body

    def check_an_idempotency_header_stays_the_same(self) -> None:
        url = "https://api.example.com/503"
        self.send(url=url, effect="idempotent", method="post", **{"idempotency-header": "idempotency-key"})
        assert len({asked.headers["idempotency-key"] for asked in self.service.asked}) == 1
        assert len(self.service.asked) == 4

    def check_redirects_stay_on_declared_origins(self) -> None:
        status, body = self.send(url="https://api.example.com/to/https://a.files.example.com/there")
        assert body["status"] == 200 and self.service.asked[-1].path == "/there", body
        status, body = self.send(url="https://api.example.com/to/https://evil.example.org/")
        assert body["status"] == 302, body
        url = "https://api.example.com/to/https://api.example.com/there"
        status, body = self.send(url=url, credential="access-token")
        assert body["status"] == 302 and len(self.service.asked) == 4, "a credential followed a redirect"

    def check_methods_that_open_tunnels_are_refused(self) -> None:
        for method in ("CONNECT", "TRACE", "GET", "a b"):
            self.refused("method", method=method)

    def check_files_are_data_uris(self) -> None:
        parts = [["file", "a.txt", {"blob": "data:text/plain;base64,aGVsbG8="}], ["name", None, {"text": "x"}]]
        status, body = self.send(method="post", parts=parts)
        sent = self.service.asked[0]
        assert sent.headers["content-type"].startswith("multipart/form-data") and b"hello" in sent.body
        assert int(sent.headers["content-length"]) == len(sent.body)
        self.service.asked.clear()
        status, body = self.send(method="post", parts=[["file", None, {"blob": "/etc/passwd"}]])
        assert status == 502 and "data URI" in body["detail"] and self.service.asked == [], body

    def check_only_the_key_opens(self) -> None:
        for key in (None, "", "wrong", KEY + "x", KEY[:-1]):
            status, body, _ = self.serving.ask("/actions/echo", {}, key=key)
            assert (status, body["code"]) == (401, "no-valid-key"), body

    def check_odd_requests_get_a_clear_answer(self) -> None:
        for path, body, status in [("/actions/echo", b"{", 422), ("/actions/echo", [1], 422), ("/nothing", {}, 404),
                                   ("/actions/../..", {}, 404), ("/choices", {}, 422), ("/continue", {}, 422),
                                   ("/continue", {"continue": "AAAA.e30"}, 422), ("/actions/unknown", {}, 422),
                                   ("/actions/pages?limit=0", {}, 422), ("/actions/pages?limit=x", {}, 422)]:
            came, problem, headers = self.serving.ask(path, body)
            assert came == status and problem["status"] == status, (path, body, came, problem)
            assert headers["content-type"] == "application/problem+json"

    def check_a_trap_is_an_error_of_one_request(self) -> None:
        # What is answered is up to the host; wasmtime sends a body of its own.
        with suppress(OSError, HTTPException, ValueError):
            status, body, _ = self.serving.ask("/actions/trap", {})
            raise AssertionError(f"it is answered with {status}: {body}")
        assert self.serving.ask("/actions/echo", {"number": 1})[1] == {"number": 1}

    def check_pages_are_one_document(self) -> None:
        _, document, _ = self.serving.ask("/actions/pages", {"number": 3})
        assert document == {"items": [3, 2, 1], "output": {"pages": "all"}}, document
        _, document, _ = self.serving.ask("/actions/emit-forever?limit=5", {})
        assert len(document["items"]) == 5, document

    def check_a_long_call_goes_on_with_its_continuation(self) -> None:
        status, later, _ = self.serving.ask("/actions/pause", {"number": 3_600_000})
        assert status == 202 and later["after_ms"] == 3_600_000, later
        self.kept = later["continue"]
        forged = "AA" + later["continue"][2:]
        assert self.serving.ask("/continue", {"continue": forged})[0] == 422
        status, problem, headers = self.serving.ask("/continue", {"continue": later["continue"]})
        assert (status, problem["code"]) == (425, "too-early") and 3590 < int(headers["retry-after"]) <= 3600, problem

    def check_no_step_is_larger_than_a_host_takes(self) -> None:
        for action, input, rule in [("checkpoint", {"number": (21 << 20) + 1}, "checkpoint-size"),
                                    ("pause", {"number": 86_400_001}, "pause"),
                                    ("request", {"method": "post", "pieces": [{"text": ""}] * 10_001}, "pieces")]:
            status, problem, _ = self.serving.ask(f"/actions/{action}", input)
            assert (status, problem["code"]) == (502, rule), problem


if __name__ == "__main__":
    main(*sys.argv[1:])
