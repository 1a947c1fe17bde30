"""One code path for blocking and for asynchronous callers.

What waits is written once, as coroutines that wait only through a shell. `Blocking` never lets go of
the thread, so such a coroutine ends at its first push; `Asyncio` waits on the running loop.
"""

from __future__ import annotations

import asyncio
import inspect
import threading
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, Iterator
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol, TypeVar, Union, cast

T = TypeVar("T")
#: What a caller hands in may be an ordinary function, or, with `AsyncConnector`, a coroutine's.
Result = Union[T, Awaitable[T]]


class Misused(TypeError):
    """A `Connector` was given something that only an `AsyncConnector` can wait for."""


class Shell(Protocol):
    """How to wait."""

    async def sleep(self, seconds: float) -> None: ...

    async def call(self, function: Callable[..., Result[T]], *arguments: Any) -> T:
        """Calls what the caller or the standard library provides, which may block."""
        ...

    def lock(self) -> AbstractAsyncContextManager[Any]: ...


class Blocking:
    """For `Connector`: waits where it is."""

    async def sleep(self, seconds: float) -> None:
        time.sleep(seconds)

    async def call(self, function: Callable[..., Result[T]], *arguments: Any) -> T:
        result = function(*arguments)
        if inspect.isawaitable(result):
            if inspect.iscoroutine(result):
                result.close()
            raise Misused("a Connector calls ordinary functions only; use AsyncConnector")
        return result

    def lock(self) -> AbstractAsyncContextManager[None]:
        return _Held()


class Asyncio:
    """For `AsyncConnector`: coroutines are awaited, ordinary functions run in a thread."""

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    async def call(self, function: Callable[..., Result[T]], *arguments: Any) -> T:
        if inspect.iscoroutinefunction(function):
            return cast(T, await function(*arguments))
        result = await asyncio.to_thread(function, *arguments)
        return await result if inspect.isawaitable(result) else result

    def lock(self) -> AbstractAsyncContextManager[Any]:
        return asyncio.Lock()


class _Held:
    """A thread's lock where an asynchronous one is expected."""

    def __init__(self) -> None:
        self._lock = threading.Lock()

    async def __aenter__(self) -> None:
        self._lock.acquire()

    async def __aexit__(self, *_: object) -> None:
        self._lock.release()


def run(coroutine: Coroutine[Any, Any, T]) -> T:
    """Runs a coroutine that waits through `Blocking` only."""
    try:
        coroutine.send(None)
    except StopIteration as end:
        return cast(T, end.value)
    coroutine.close()
    raise Misused("something waits for an event loop here; use AsyncConnector")


def iterate(generator: AsyncGenerator[T, None]) -> Iterator[T]:
    """The items of an asynchronous generator that waits through `Blocking` only."""
    try:
        while True:
            try:
                item = run(generator.__anext__())
            except StopAsyncIteration:
                return
            yield item
    finally:
        run(generator.aclose())
