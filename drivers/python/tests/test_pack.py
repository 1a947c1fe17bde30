"""What `connector pack python` makes: installed into an empty environment, typed, and used."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import sys
import venv
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import mypy.api
import pytest
from packaging.requirements import Requirement

from .components import COMMAND_LINE, RELEASE, REPOSITORY
from .probe import Handler, Seen, answer, serve
from .test_wheel import check, emulator, snippets

FLOWS = Path(__file__).parent / "pack/flows.py"
PIP = ("-m", "pip", "--quiet", "--disable-pip-version-check")

#: Each is an error of types, on the line that it is on.
WRONG = {
    "an action": 'pinterest.run("boards.explode", {})',
    "a field that is missing": 'pinterest.run("boards.create", {})',
    "an input that is missing": 'pinterest.run("boards.create")',
    "a field that there is not": 'pinterest.run("boards.list", {"privacy": "ALL", "x": 1})',
    "a word that a field does not take": 'pinterest.run("boards.create", {"name": "a", "privacy": "NONE"})',
    "no list": 'pinterest.list("boards.get", {"board_id": "1"})',
    "a member that may be absent": 'print(len(pinterest.run("boards.get", {"board_id": "1"})["media"]["image_cover_url"]))',
    "no such credential": 'connect(credentials={"token": "t"})',
    "no such field with choices": 'pinterest.choices("pins.create", "title")',
}


class Installed:
    """Wheels of one component, in an environment of their own."""

    def __init__(self, folder: Path, component: str) -> None:
        self.wheels, self.folder = folder / "wheels", folder
        made = RELEASE / f"{component}.wasm"
        check(str(COMMAND_LINE), "--component", str(made), "pack", "python", "--out", str(self.wheels))
        venv.create(folder / "venv", with_pip=True)
        self.python = str(folder / "venv" / ("Scripts" if os.name == "nt" else "bin") / "python")
        (wheel,) = self.wheels.glob("*_connector-*.whl")
        self.name = wheel.name.partition("-")[0]
        links = ("--find-links", str(self.wheels))
        check(self.python, *PIP, "install", *links, self.name.replace("_", "-"))

    def run(self, *arguments: str, **environment: str) -> str:
        there = {"PATH": os.environ["PATH"], "HOME": str(self.folder)} | environment
        return check(self.python, "-I", *arguments, env=there, cwd=self.folder)


@pytest.fixture(scope="module")
def pinterest(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    return Installed(tmp_path_factory.mktemp("pinterest"), "pinterest_connector")


@pytest.fixture(scope="module")
def github(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    return Installed(tmp_path_factory.mktemp("github"), "github_issues")


def test_flows_run_as_they_are_typed(pinterest: Installed) -> None:
    with emulator() as told:
        assert pinterest.run(str(FLOWS), json.dumps(told)) == "12 flows\n"


def errors(installed: Installed, path: Path) -> Iterator[int]:
    options = ["--strict", "--no-incremental", "--config-file=", "--python-executable", installed.python]
    said, fault, _ = mypy.api.run([*options, str(path)])
    assert not fault
    print(said)
    for line in said.splitlines():
        if ": error:" in line:
            yield int(line.split(":")[1])


def test_flows_are_typed(pinterest: Installed, tmp_path: Path) -> None:
    assert list(errors(pinterest, FLOWS)) == []
    head = "from pinterest_connector import connect\npinterest = connect()\n"
    (tmp_path / "wrong.py").write_text(head + "\n".join(WRONG.values()) + "\n")
    assert set(errors(pinterest, tmp_path / "wrong.py")) == set(range(3, 3 + len(WRONG)))


def test_types_are_there_when_it_runs(pinterest: Installed) -> None:
    program = (
        "import pinterest_connector as p\n"
        "from pinterest_connector import Board, BoardsCreateInput\n"
        "print(sorted(Board.__required_keys__), sorted(BoardsCreateInput.__required_keys__))\n"
        "print(hasattr(p, 'Bored'), p.Client.__name__)\n"
    )
    assert pinterest.run("-c", program) == "['id'] ['name']\nFalse Connector\n"


def test_a_wheel_is_as_its_record_says(pinterest: Installed) -> None:
    for path in pinterest.wheels.glob("*.whl"):
        with zipfile.ZipFile(path) as wheel:
            (record,) = (name for name in wheel.namelist() if name.endswith("/RECORD"))
            rows = [line.rsplit(",", 2) for line in wheel.read(record).decode().splitlines()]
            assert [name for name, _, _ in rows] == wheel.namelist()
            for name, digest, size in rows[:-1]:
                content = wheel.read(name)
                made = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=")
                assert (digest, size) == (f"sha256={made.decode()}", str(len(content))), name
            for text in ("LICENSE-APACHE", "LICENSE-MIT"):
                own = (REPOSITORY / text).read_bytes()
                assert own == wheel.read(record.replace("RECORD", f"licenses/{text}"))


def test_the_driver_is_as_its_own_project_builds_it(pinterest: Installed, tmp_path: Path) -> None:
    pip = (sys.executable, *PIP)
    check(*pip, "wheel", "--no-deps", "--wheel-dir", str(tmp_path), str(REPOSITORY / "drivers/python"))
    (built,) = tmp_path.glob("*.whl")
    ours = contents(pinterest.wheels / built.name)
    theirs = contents(built)
    assert ours.keys() == theirs.keys()
    other = {name for name, content in ours.items() if theirs[name] != content}
    assert {name.rpartition("/")[2] for name in other} <= {"METADATA", "RECORD", "WHEEL"}
    (metadata,) = (name for name in ours if name.endswith("/METADATA"))
    # The version of the format is that of whoever writes it.
    version = re.compile(rb"^Metadata-Version: 2\.\d+$")
    heads = [one[metadata].partition(b"\n\n")[0].splitlines() for one in (ours, theirs)]
    assert all(version.match(head[0]) for head in heads)
    ours_said, theirs_said = (sorted(map(field, head[1:])) for head in heads)
    assert ours_said == theirs_said


def field(line: bytes) -> str:
    """A field of metadata; of what is needed the bounds in one order."""
    name, _, value = line.decode().partition(": ")
    return f"{name}: {Requirement(value) if name == 'Requires-Dist' else value}"


def contents(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as wheel:
        return {name: wheel.read(name) for name in wheel.namelist()}


#: A number that no double holds.
LONG = 2**53 + 1
USED = """
import asyncio, json, os
from github_issues_connector import IssuesListItem, connect, connect_async

options = {"credentials": {"token": "t"}, "routes": json.loads(os.environ["ROUTES"])}
issue: IssuesListItem = connect(**options).run("issues.create", {"repository": "a/b", "title": "c"})

async def later():
    github = await connect_async(**options)
    return [issue["id"] async for issue in github.list("issues.list", {"repository": "a/b"})]

print(issue["id"], *asyncio.run(later()))
"""


def test_another_connector_and_all_digits(github: Installed) -> None:
    issue = {"id": LONG, "number": 1, "title": "c", "created_at": "2026-01-01T00:00:00Z"}

    def service(handler: Handler, seen: Seen) -> None:
        said: Any = issue if seen.method == "POST" else [issue]
        answer(200, json.dumps(said))(handler, seen)

    with serve(service) as server:
        routes = json.dumps({"https://api.github.com": server.base})
        assert github.run("-c", USED, ROUTES=routes) == f"{LONG} {LONG}\n"


def test_its_readme_runs_as_it_is_written(pinterest: Installed) -> None:
    text = (pinterest.wheels / "README.md").read_text()
    shown = [code for code in snippets(pinterest.wheels / "README.md") if "pandas" not in code]
    assert len(shown) == 1 and "## With pandas" in text
    code = re.sub(r"^(\w+) = connect\(\n", r"\1 = connect(routes=ROUTES,\n", shown[0], flags=re.M)
    with emulator() as told:
        pairs = (route.partition("=") for route in told["routes"])
        routes = {place: base for place, _, base in pairs}
        printed = pinterest.run("-c", f"ROUTES = {routes!r}\n{code}", ACCESS_TOKEN=told["access_token"])
    assert "'id'" in printed
