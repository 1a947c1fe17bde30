"""`python -m tests.bench`: what the component and the driver cost on this machine, without a network."""

from __future__ import annotations

import json
import time
from collections.abc import Callable

from connector_driver import Answer, Component, connect
from connector_driver import contract as c

from .components import RELEASE

REPOSITORY = {"repository": "octocat/hello-world"}
ISSUE = {"id": 1, "number": 1, "title": "It does not start", "body": "x" * 400, "created_at": None}


def main() -> None:
    begun = time.perf_counter()
    component = Component(RELEASE / "github_issues.wasm")
    print(
        f"load, from the cache after the first time: {(time.perf_counter() - begun) * 1e3:.1f} ms"
    )
    page = json.dumps([ISSUE] * 100).encode()
    answer = Answer(200, [], page)
    connector = connect(component, credentials={"token": "t"}, http=lambda _: answer)
    first = connector.start.action("issues.list", REPOSITORY)
    assert isinstance(first, c.Send)
    checkpoint, reply = first.checkpoint, c.Response(200, [], page)

    def fresh() -> None:
        component.renew()
        connector.start.action("issues.list", REPOSITORY)

    measure("start in another instance", 200, fresh)
    measure("start", 5000, lambda: connector.start.action("issues.list", REPOSITORY))
    what = f"resume: map a page of 100 items, {len(page) >> 10} KiB"
    measure(what, 200, lambda: connector.resume(checkpoint, reply))
    measure(
        "run: a whole call of one such page", 200, lambda: connector.run("issues.list", REPOSITORY)
    )


def measure(what: str, times: int, call: Callable[[], object]) -> None:
    for _ in range(times // 5):
        call()
    begun = time.perf_counter()
    for _ in range(times):
        call()
    print(f"{what}: {(time.perf_counter() - begun) / times * 1e6:.0f} µs")


if __name__ == "__main__":
    main()
