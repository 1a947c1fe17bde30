"""Which operation a request is: the cases that all hosts play."""

from __future__ import annotations

import json
from typing import Any

import pytest

from connector_driver import Refusal
from connector_driver.contract.operations import Base, Operation
from connector_driver.operations import Meaning, Operations, at_least, folded_path
from connector_driver.url import Url

from .components import REPOSITORY

CASES: Any = json.loads((REPOSITORY / "tests/operations/cases.json").read_text())
BASES = [Base(**base) for base in CASES["bases"]]
LISTED = [Operation(**operation) for operation in CASES["operations"]]
OPERATIONS = Operations(BASES, LISTED, CASES["origins"])


@pytest.mark.parametrize(
    "case", CASES["requests"], ids=[f"{case['method']} {case['url']!r}" for case in CASES["requests"]]
)
def test_a_request(case: Any) -> None:
    try:
        url = Url.parse(case["url"])
    except ValueError:
        # Nothing rewrites a URL here, so one that would be is none.
        assert case["rewritten"]
        return
    found = OPERATIONS.find(CASES["environment"], case["method"], url)
    if "rewritten" in case:
        assert found == "not-plain"
    elif isinstance(found, Meaning):
        assert found.id == case["operation"]
        for name in ("scopes", "effect", "destructive"):
            assert getattr(found, name) == case.get(name, getattr(found, name))
    else:
        assert found == case["refused"]


def test_where_tokens_are_given_out_is_known_however_it_is_written() -> None:
    def path(url: str) -> list[str]:
        return folded_path(Url.parse(url))

    endpoint = path(CASES["endpoint"]["url"])
    for url in CASES["endpoint"]["same"]:
        assert path(url) == endpoint, url
    for url in CASES["endpoint"]["others"]:
        assert path(url) != endpoint, url


def test_no_request_does_less_than_its_method() -> None:
    for case in CASES["effects"]:
        assert at_least(case["method"], case["said"]) == case["effect"]


def test_lists_that_do_not_hold_together_are_refused() -> None:
    def wrong(bases: list[Base], path: str, named: str) -> None:
        only = Operation("a", "get", path, [], "read", False)
        with pytest.raises(Refusal) as refused:
            Operations(bases, [only], CASES["origins"])
        assert refused.value.rule == "contract"
        assert named in str(refused.value)

    wrong([], "/a", "operations: they have no base")
    for url in CASES["wrong"]["bases"]:
        wrong([Base(url, None)], "/a", f"the base `{url}`")
    for path in CASES["wrong"]["paths"]:
        wrong(BASES[:1], path, f"the path `{path}`")


@pytest.mark.parametrize("long", ["." * 200_000 + "x", "%20" * 200_000 + "x", "%" + "25" * 200_000])
def test_a_long_path_takes_no_long_time(long: str) -> None:
    url = Url.parse(f"https://a.com/v1/things/{long}")
    assert OPERATIONS.find("live", "get", url)
    assert folded_path(url)
