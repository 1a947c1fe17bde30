"""The transport on Python's own `http.client`: HTTP/1.1 and TLS, gzip undone."""

from __future__ import annotations

import contextlib
import errno
import functools
import http.client
import socket
import ssl
import threading
import time
import urllib.request
import zlib
from collections.abc import Iterator
from urllib.parse import urlsplit

from .pool import Pool
from .transport import Answer, Lost, NotSent, Outgoing, Sink, TooLarge
from .url import Url

VERSION = "0.1.0"
CHUNK = 64 * 1024
#: Seconds that the system can count to.
LONGEST = 1e6

#: Headers that speak of the body as it was before it was decompressed.
DROPPED = frozenset({"content-encoding", "content-length"})


class Http:
    """Keeps connections open for a while. `tls` is the context of all of them.

    Proxies are those of the environment (`HTTPS_PROXY`, `NO_PROXY`); loopback never goes through
    one, which would see the credential.
    """

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self._tls = tls or ssl.create_default_context()
        self._pool = Pool()

    def __call__(self, outgoing: Outgoing) -> Answer:
        with _Deadline(outgoing.timeout) as deadline:
            connection = self._connected(outgoing, deadline)
            try:
                answer, reusable = _exchange(connection, outgoing, deadline)
                if deadline.passed:
                    raise Lost(deadline.why)
            except (OSError, http.client.HTTPException, zlib.error) as error:
                connection.close()
                raise Lost(deadline.why if deadline.passed else reason(error)) from None
            except BaseException:
                connection.close()
                raise
        if reusable:
            self._pool.put(outgoing.url, connection)
        else:
            connection.close()
        return answer

    def close(self) -> None:
        """Closes the connections that are kept."""
        self._pool.clear()

    def _connected(self, outgoing: Outgoing, deadline: _Deadline) -> http.client.HTTPConnection:
        connection = self._pool.take(outgoing.url)
        if connection is None:
            seconds = min(outgoing.connect_timeout, outgoing.timeout)
            connection = self._connection(outgoing.url, seconds)
            deadline.watch(connection)
            try:
                connection.connect()
            except (OSError, http.client.HTTPException) as error:
                connection.close()
                raise NotSent(reason(error)) from None
        deadline.watch(connection)
        if connection.sock is not None:
            connection.sock.settimeout(min(outgoing.timeout, LONGEST))
        return connection

    def _connection(self, url: Url, timeout: float) -> http.client.HTTPConnection:
        host = url.host.strip("[]")
        if url.scheme == "http":
            return http.client.HTTPConnection(host, url.port, timeout=timeout)
        proxy = None if url.loopback or urllib.request.proxy_bypass(host) else _proxy()
        if proxy is None:
            return http.client.HTTPSConnection(host, url.port, timeout=timeout, context=self._tls)
        tunnel = http.client.HTTPSConnection(*proxy, timeout=timeout, context=self._tls)
        tunnel.set_tunnel(host, url.port)
        return tunnel


@functools.cache
def shared() -> Http:
    """That of all connections that bring none: to load the certificates takes longer than a call."""
    return Http()


def _proxy() -> tuple[str, int] | None:
    address = urllib.request.getproxies().get("https")
    if not address:
        return None
    parts = urlsplit(address if "://" in address else f"http://{address}")
    return (parts.hostname, parts.port or 80) if parts.hostname else None


def _exchange(
    connection: http.client.HTTPConnection, outgoing: Outgoing, deadline: _Deadline
) -> tuple[Answer, bool]:
    given = {name for name, _ in outgoing.headers}
    connection.putrequest(outgoing.method, outgoing.url.target, skip_accept_encoding=True)
    for name, value in [("accept-encoding", "gzip"), *outgoing.headers]:
        connection.putheader(name, value)
    if "user-agent" not in given:
        connection.putheader("user-agent", f"connector-driver/{VERSION}")
    whole = True
    try:
        connection.endheaders()
        for chunk in outgoing.body.chunks() if outgoing.body else ():
            connection.send(chunk)
    except (BrokenPipeError, ConnectionResetError):
        # A service may refuse a body before it has read it, and its answer says why.
        whole = False
    response = connection.getresponse()
    headers = [(name.lower(), value) for name, value in response.getheaders()]
    into, limit = None, outgoing.limit
    if outgoing.sink is not None and 200 <= response.status < 300:
        into, limit = outgoing.sink, outgoing.sink_limit
    encoding = dict(headers).get("content-encoding", "")
    chunks = _decoded(_raw(response), encoding.strip().lower())
    body = _read(deadline.each(chunks, outgoing.transfer_rate), limit, into)
    kept = [(name, value) for name, value in headers if name not in DROPPED]
    return Answer(response.status, kept, body), whole and not response.will_close


def _read(chunks: Iterator[bytes], limit: int, sink: Sink | None) -> bytes:
    kept: list[bytes] = []
    write = kept.append if sink is None else sink.write
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > limit:
            raise TooLarge
        write(chunk)
    return b"".join(kept)


def _raw(response: http.client.HTTPResponse) -> Iterator[bytes]:
    while chunk := response.read(CHUNK):
        yield chunk
    # `http.client` takes the end of the connection for the end of the body.
    if response.length:
        raise http.client.IncompleteRead(b"", response.length)


def _decoded(chunks: Iterator[bytes], encoding: str) -> Iterator[bytes]:
    if encoding in ("", "identity"):
        yield from chunks
        return
    if encoding not in ("gzip", "x-gzip"):
        raise Lost("the answer has an encoding that nobody asked for")
    gzip, begun = zlib.decompressobj(31), False
    for chunk in chunks:
        begun = True
        while chunk:
            yield gzip.decompress(chunk, CHUNK)
            chunk = gzip.unconsumed_tail
    if begun and not gzip.eof:
        raise http.client.IncompleteRead(b"")


class _Deadline:
    """Ends an exchange from outside: a socket's own timeout begins anew with each byte."""

    def __init__(self, seconds: float) -> None:
        self.passed = False
        self.why = "no complete answer in time"
        self._connection: http.client.HTTPConnection | None = None
        self._until = time.monotonic() + seconds
        self._over = threading.Event()

    def watch(self, connection: http.client.HTTPConnection) -> None:
        self._connection = connection

    def each(self, chunks: Iterator[bytes], rate: int) -> Iterator[bytes]:
        """The chunks, each of which gives the rest more time."""
        for chunk in chunks:
            self._until += len(chunk) / rate
            yield chunk

    def _wait(self) -> None:
        while (left := self._until - time.monotonic()) > 0:
            if self._over.wait(min(left, LONGEST)):
                return
        self._end()

    def _end(self) -> None:
        self.passed = True
        sock = self._connection and self._connection.sock
        if sock:
            # Below TLS, whose own shutdown is not for another thread.
            with contextlib.suppress(OSError):
                socket.socket.shutdown(sock, socket.SHUT_RDWR)

    def __enter__(self) -> _Deadline:
        threading.Thread(target=self._wait, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()


def reason(error: BaseException) -> str:
    """Why nothing arrived. Names and numbers, because messages may quote what was sent."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"the certificate is not good: {error.verify_message}"
    if isinstance(error, socket.gaierror):
        return "the host's name is unknown"
    if isinstance(error, OSError) and error.errno is not None and error.errno in errno.errorcode:
        return errno.errorcode[error.errno]
    return type(error).__name__
