"""The component in the reference host, as it is, against a Mastodon on loopback."""

from __future__ import annotations

import json
import math
import os
import random
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from double import Mastodon, serve

ROOT = Path(__file__).parents[3]
COMPONENT = ROOT / "target/wasm32-unknown-unknown/release/mastodon.wasm"
PROGRAM = os.environ.get("CONNECTOR", str(ROOT / "target/release/connector"))
CASES = Path(__file__).parents[1] / "cases"
#: Statuses of a page.
PAGE = 40
LIST = ("run", "timelines.home")


@dataclass
class Host:
    """The command line, connected to a server."""

    folder: Path
    mastodon: Mastodon

    def start(self, *arguments: str, out: str = "out") -> subprocess.Popen[bytes]:
        """Its output goes to the end of a file, which stays whatever becomes of the process."""
        variables = {
            "PATH": os.environ["PATH"],
            "CONNECTOR_COMPONENT": str(COMPONENT),
            "CONNECTOR_STATE": str(self.folder / "state"),
            "CONNECTOR_VAULT_KEY": "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
            "CONNECTOR_ROUTES": f"https://{self.mastodon.name}={self.mastodon.base}",
            "CONNECTOR_TOKEN": self.mastodon.token,
        }
        settings = json.dumps({"instance": self.mastodon.name})
        command = [PROGRAM, "--settings", settings, *arguments]
        with (self.folder / out).open("ab") as file:
            return subprocess.Popen(command, cwd=self.folder, env=variables, stdout=file)

    def said(self, *arguments: str) -> str:
        """What it prints when it goes well."""
        (self.folder / "said").unlink(missing_ok=True)
        assert self.start(*arguments, out="said").wait(300) == 0
        return (self.folder / "said").read_text()

    def printed(self) -> list[Any]:
        """What all processes have printed."""
        return [json.loads(line) for line in (self.folder / "out").read_text().splitlines()]

    def interrupted(self) -> str | None:
        """The id of the only run that can go on."""
        runs = json.loads(self.said("runs", "--json"))
        assert len(runs) < 2
        return str(runs[0]["id"]) if runs else None

    def go_on(self) -> subprocess.Popen[bytes]:
        """Begins the list, or goes on with it."""
        run = self.interrupted()
        return self.start(*LIST) if run is None else self.start("run", "--resume", run)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Compiled code is the same for all tests."""
    return tmp_path_factory.mktemp("host")


@pytest.fixture
def host(home: Path) -> Iterator[Host]:
    (home / "out").unlink(missing_ok=True)
    with serve() as mastodon:
        yield Host(home, mastodon)


def test_statuses_are_listed_posted_and_awaited(host: Host) -> None:
    statuses = [host.mastodon.add(f"number {number}") for number in range(95)]
    assert [json.loads(line) for line in host.said(*LIST).splitlines()] == statuses[::-1]
    assert len(host.mastodon.seen) == 3
    host.mastodon.faults = ["cut"]
    posted = json.loads(host.said("run", "statuses.create", "--set", "text=Good morning"))
    assert host.mastodon.statuses[95:] == [posted]
    assert json.loads(host.said("test", "--json"))["account"] == {"id": "1", "name": "Me Myself"}
    assert host.said("poll", "status.created", "--json") == ""
    host.mastodon.add("one more")
    (event,) = host.said("poll", "status.created", "--json").splitlines()
    assert json.loads(event)["data"] == host.mastodon.statuses[-1]


def test_a_list_that_is_killed_while_it_waits_goes_on_without_a_loss_or_a_repeat(host: Host) -> None:
    statuses = [host.mastodon.add(f"number {number}") for number in range(10 * PAGE)]
    kills = 4
    for _ in range(kills):
        host.mastodon.holding.clear()
        host.mastodon.answers = 2
        running = host.go_on()
        assert host.mastodon.holding.wait(300)
        running.kill()
        assert running.wait() == -9
    assert len(host.printed()) == 2 * kills * PAGE
    host.mastodon.answers = math.inf
    assert host.go_on().wait(300) == 0
    assert host.printed() == statuses[::-1]
    assert host.interrupted() is None
    # Only what nobody had answered was asked for again.
    assert len(host.mastodon.seen) == 10 + kills


def test_a_list_that_is_killed_at_any_moment_goes_on_without_a_loss(host: Host) -> None:
    statuses = [host.mastodon.add(f"number {number}") for number in range(30 * PAGE)]
    # More than the first process has time for.
    host.mastodon.delay = 0.03
    kills, chance = 0, random.Random(7)
    while True:
        running = host.go_on()
        try:
            code = running.wait(chance.uniform(0.05, 0.5) + 0.1 * kills)
        except subprocess.TimeoutExpired:
            running.kill()
            code = running.wait()
        assert code in (0, -9)
        kills += code == -9
        if host.interrupted() is None and host.printed():
            break
    assert kills > 0
    seen = list({one["id"]: one for one in host.printed()}.values())
    assert seen == statuses[::-1]
    # A process that is killed while it prints a page prints that page again.
    assert len(host.printed()) <= len(statuses) + kills * PAGE
    assert len(host.mastodon.seen) <= 30 + kills


def test_it_does_what_the_contract_asks_and_what_the_cases_say(host: Host) -> None:
    said = host.said("check", str(COMPONENT), "--cases", str(CASES))
    assert "\nno faults; " in said, said


def test_it_is_packed_for_platforms(host: Host, tmp_path: Path) -> None:
    host.said("pack", "appmixer", "--out", str(tmp_path / "appmixer"))
    assert len(list((tmp_path / "appmixer/connector/mastodon").rglob("component.json"))) > 5
    host.said("pack", "celigo", "--out", str(tmp_path / "celigo"))
    functions = json.loads((tmp_path / "celigo/functions.json").read_text())["functions"]
    assert {"timelinesHome", "statusesCreate", "mediaUpload"} <= set(functions)
