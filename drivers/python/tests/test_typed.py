"""The types that are made of a component, under mypy."""

from __future__ import annotations

import re
from pathlib import Path

import mypy.api
import pytest

from connector_driver import connect
from connector_driver.typed import module

from .components import built

FINE = '''
for issue in connector.list("issues.list", {"repository": "a/b"}):
    print(issue)
made = connector.run("issues.create", {"repository": "a/b", "title": "c"})
all: list[object] = [*connector.run("issues.list", {"repository": "a/b"})]
'''
WRONG = {
    "an action": 'connector.run("issues.explode", {})',
    "a field that is missing": 'connector.run("issues.create", {"repository": "a/b"})',
    "a field that there is not": 'connector.run("issues.list", {"repository": "a/b", "x": 1})',
    "a field of another type": 'connector.run("issues.list", {"repository": 1})',
    "no list": 'connector.list("issues.create", {"repository": "a/b", "title": "c"})',
}
BEGIN = '''
from typing import cast
from connector_driver import connect
from github import Typed
connector = cast(Typed, connect("x.wasm"))
'''


def test_what_a_thing_is_called_and_what_is_there() -> None:
    text = module(connect(built("pinterest_connector")))
    (board,) = re.findall(r"^Board = TypedDict\('Board', \{(.*)\}\)$", text, re.MULTILINE)
    assert "'id': str, " in board and "'name': NotRequired[str]" in board
    for method in ("create", "update", "get"):
        assert re.search(rf'action: Literal\["boards.{method}"\], .*\) -> Board: ', text)
    assert 'action: Literal["boards.list"], input: BoardsListInput | None = None) -> _List[Board]: ' in text
    assert "'item': NotRequired[Board | None]" in text
    names = re.findall(r"^(\w+) = TypedDict\('(\w+)'", text, re.MULTILINE)
    assert len({name for name, _ in names}) == len(names)
    # Each field that a schema requires, and no other, is one that has to be given.
    (create,) = re.findall(r"^BoardsCreateInput = TypedDict\('\w+', \{(.*)\}\)$", text, re.MULTILINE)
    assert create.startswith("'name': str, 'description': NotRequired[")


def test_types_of_a_component(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "github.pyi").write_text(module(connect(built("github_issues"))))
    (tmp_path / "use.py").write_text(BEGIN + FINE + "\n".join(WRONG.values()))
    monkeypatch.chdir(tmp_path)
    said, _, _ = mypy.api.run(["--strict", "--no-incremental", "--config-file=", "use.py"])
    first = (BEGIN + FINE).count("\n") + 1
    wrong = {int(line.split(":")[1]) for line in said.splitlines() if ": error:" in line}
    assert wrong == set(range(first, first + len(WRONG))), said
