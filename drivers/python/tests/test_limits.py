"""The limits are those of the host in Rust."""

from __future__ import annotations

import inspect
import math
import re

from connector_driver import Component, Policy

from .components import REPOSITORY

#: What this driver calls what the host calls otherwise.
NAMES = {"save_bytes": "saved_bytes", "request_timeout": "timeout"}


def test_limits_of_a_call() -> None:
    source = (REPOSITORY / "crates/host/src/policy.rs").read_text()
    found = re.search(r"Policy \{\n((?: {12,}.*\n)+)", source)
    assert found
    limits = re.findall(r"^ +(\w+): (.+),$", found[1], re.MULTILINE)
    assert len(limits) > 10
    ours = Policy()
    for name, value in limits:
        if (host := number(value)) is not None:
            assert getattr(ours, NAMES.get(name, name)) == host, name


def number(text: str) -> float | None:
    """A number as Rust writes it; times in seconds, none for `None`."""
    if text == "None":
        return None
    inner = re.fullmatch(r"Some\((.*)\)", text)
    time = re.fullmatch(r"Duration::from_(secs|millis)\((.*)\)", inner[1] if inner else text)
    written = (time[2] if time else text).replace("_", "")
    factors = [factor.split("<<") for factor in written.split("*")]
    value = math.prod(int(one[0]) << int(one[1] if len(one) > 1 else 0) for one in factors)
    return value / 1000 if time and time[1] == "millis" else value


def test_memory_of_a_component() -> None:
    """It holds the largest answer several times."""
    memory = inspect.signature(Component).parameters["memory_bytes"].default
    assert memory >= 8 * Policy().response_bytes
