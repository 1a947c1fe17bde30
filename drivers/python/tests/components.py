"""The components that the repository's Makefile builds."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from connector_driver import Component

REPOSITORY = Path(__file__).parents[3]
RELEASE = REPOSITORY / "target/wasm32-unknown-unknown/release"
COMMAND_LINE = REPOSITORY / "target/release/connector"


@cache
def built(name: str) -> Component:
    """Compiled once for all tests."""
    return Component(RELEASE / f"{name}.wasm")
