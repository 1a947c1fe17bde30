"""A small Mastodon on loopback: what the connector uses of its API, and what can go wrong there.

`double.py 95` runs it with so many statuses until stdin ends, and prints where it is.
"""

from __future__ import annotations

import json
import math
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.parser import BytesParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass
class Seen:
    """A request that arrived."""

    method: str
    path: str
    headers: dict[str, str]


@dataclass
class Mastodon:
    """A server with one account, whose token is `token`."""

    name: str
    token: str
    base: str = ""
    statuses: list[Any] = field(default_factory=list)
    #: What was uploaded: name, description and bytes; and how often it is still being processed.
    media: list[tuple[str, str, bytes]] = field(default_factory=list)
    processing: int = 0
    #: What to do with the next requests in place of an answer: a status, or `cut`.
    faults: list[int | str] = field(default_factory=list)
    #: Seconds that each answer takes.
    delay: float = 0
    #: How many requests it answers; the next one is held until the server ends, and `holding` is set.
    answers: float = math.inf
    holding: threading.Event = field(default_factory=threading.Event)
    ended: threading.Event = field(default_factory=threading.Event)
    posted: dict[str, Any] = field(default_factory=dict)
    seen: list[Seen] = field(default_factory=list)

    def add(self, text: str, visibility: str = "public") -> Any:
        id = str(116_500_000_000_000_000 + len(self.statuses))
        status = {
            "id": id, "created_at": "2026-05-02T09:30:00.000Z", "visibility": visibility,
            "url": f"https://{self.name}/@me/{id}", "content": f"<p>{text}</p>",
            "account": {"id": "1", "acct": "me"}, "extra": "of this server",
        }  # fmt: skip
        self.statuses.append(status)
        return status

    def answer(self, seen: Seen, body: bytes) -> tuple[int, Any, dict[str, str]]:
        """Status, JSON, and headers."""
        if seen.headers.get("authorization") != f"Bearer {self.token}":
            return 401, {"error": "The access token is invalid"}, {}
        if self.faults and isinstance(self.faults[0], int):
            date = "Sat, 02 May 2026 09:30:00 GMT"
            limited = {"x-ratelimit-reset": "2026-05-02T09:30:00.000000Z", "date": date}
            return self.faults.pop(0), {"error": "Not now"}, limited
        url = urlsplit(seen.path)
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        match seen.method, url.path.split("/")[2:]:
            case "GET", ["v1", "accounts", "verify_credentials"]:
                return 200, {"id": "1", "acct": "me", "display_name": "Me Myself"}, {}
            case "GET", ["v1", "lists"]:
                lists = [{"id": "7", "title": "Friends"}, {"id": "8", "title": "News"}]
                return 200, lists, {}
            case "GET", ["v1", "timelines", "home"] | ["v1", "timelines", "list", "7"]:
                return self._timeline(url.path, query)
            case "POST", ["v1", "statuses"]:
                return 200, self._post(seen, json.loads(body)), {}
            case "DELETE", ["v1", "statuses", id]:
                found = [one for one in self.statuses if one["id"] == id]
                self.statuses = [one for one in self.statuses if one["id"] != id]
                return (200, found[0], {}) if found else (404, {"error": "Record not found"}, {})
            case "POST", ["v2", "media"]:
                return self._upload(seen, body)
            case "GET", ["v1", "media", id]:
                self.processing -= 1
                done = self.processing <= 0
                url_ = f"https://{self.name}/media/{id}.jpg" if done else None
                return 200 if done else 206, {"id": id, "type": "image", "url": url_}, {}
        return 404, {"error": "Record not found"}, {}

    def _timeline(self, path: str, query: dict[str, str]) -> tuple[int, Any, dict[str, str]]:
        limit, found = int(query.get("limit", 20)), self.statuses
        if "min_id" in query:
            found = [one for one in found if int(one["id"]) > int(query["min_id"])][:limit]
            return 200, found[::-1], {}
        if "max_id" in query:
            found = [one for one in found if int(one["id"]) < int(query["max_id"])]
        page = found[::-1][:limit]
        if len(found) <= limit:
            return 200, page, {}
        next_ = f"https://{self.name}{path}?limit={limit}&max_id={page[-1]['id']}"
        return 200, page, {"link": f'<{next_}>; rel="next", <https://{self.name}/x>; rel="prev"'}

    def _post(self, seen: Seen, body: Any) -> Any:
        key = seen.headers.get("idempotency-key", "")
        if key not in self.posted:
            self.posted[key] = self.add(body["status"], body.get("visibility", "public"))
        return self.posted[key]

    def _upload(self, seen: Seen, body: bytes) -> tuple[int, Any, dict[str, str]]:
        head = f"content-type: {seen.headers['content-type']}\r\n\r\n".encode()
        parts: dict[str, Any] = {}
        for part in BytesParser().parsebytes(head + body).get_payload():
            name = part.get_param("name", header="content-disposition")
            parts[name] = (part.get_filename(), part.get_payload(decode=True))
        filename, content = parts["file"]
        self.media.append((filename, parts.get("description", ("", b""))[1].decode(), content))
        return 202, {"id": str(len(self.media)), "type": "image", "url": None}, {}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    mastodon: Mastodon

    def serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        seen = Seen(self.command, self.path, headers)
        self.mastodon.seen.append(seen)
        self.mastodon.answers -= 1
        if self.mastodon.answers < 0:
            self.mastodon.holding.set()
            self.mastodon.ended.wait()
            self.close_connection = True
            return
        time.sleep(self.mastodon.delay)
        status, said, more = self.mastodon.answer(seen, body)
        if self.mastodon.faults[:1] == ["cut"]:
            # It did what was asked, and nobody hears of it.
            self.mastodon.faults.pop(0)
            self.close_connection = True
            return
        text = json.dumps(said).encode()
        self.send_response_only(status)
        for name, value in {"content-length": str(len(text)), "x-request-id": "r-1", **more}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(text)

    do_GET = do_POST = do_DELETE = serve

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def serve(name: str = "mastodon.example", token: str = "token-of-a-test") -> Iterator[Mastodon]:
    """A server that is there until the block ends."""
    mastodon = Mastodon(name, token)
    handler = type("Bound", (_Handler,), {"mastodon": mastodon})
    http = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    http.daemon_threads = True
    mastodon.base = f"http://127.0.0.1:{http.server_port}"
    threading.Thread(target=http.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield mastodon
    finally:
        mastodon.ended.set()
        http.shutdown()
        http.server_close()


if __name__ == "__main__":
    with serve() as mastodon:
        for number in range(int(sys.argv[1])):
            mastodon.add(f"number {number}")
        print(mastodon.base, flush=True)
        sys.stdin.read()
