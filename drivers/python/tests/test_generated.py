"""The contract's types are those of `wit/`."""

from __future__ import annotations

from pathlib import Path

import pytest

from connector_driver.contract.functions import FUNCTIONS, REQUIRED, VERSION
from generate import wit
from generate.__main__ import INTO, WIT, files


def test_they_are_current() -> None:
    written = dict(files(wit.read(WIT)))
    there = {path.name: path.read_text() for path in INTO.glob("*.py") if path.name != "__init__.py"}
    assert written == there, "run `python -m generate`"


def test_nothing_of_the_contract_is_left_out() -> None:
    """Told from the texts by another way than that of the generator."""
    functions = set()
    for path in WIT.glob("*.wit"):
        for line in path.read_text().splitlines():
            name, colon, rest = line.strip().partition(": func(")
            if colon and "->" in rest:
                functions.add(f"{path.stem}.{name}")
    assert set(FUNCTIONS) == functions
    assert "steps" in REQUIRED
    assert f"automation:connector@{VERSION};" in (WIT / "world.wit").read_text()


@pytest.mark.parametrize(
    "text", ["interface a { resource b; }", "interface a { record b { c: ~ } }", "interface a {", "x"]
)
def test_what_the_generator_does_not_know_it_does_not_guess(text: str, tmp_path: Path) -> None:
    (tmp_path / "a.wit").write_text(text)
    with pytest.raises(ValueError, match="a file of the contract"):
        wit.read(tmp_path)
