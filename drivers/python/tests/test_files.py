"""Which files a connector may read: the cases that all hosts play, and races that no case can hold."""

from __future__ import annotations

import io
import json
import os
from pathlib import Path
from typing import Any, BinaryIO

import pytest

from connector_driver import BlobInfo, Files, Policy, Refusal, connect
from connector_driver import contract as c
from connector_driver.folders import open_below

from .components import REPOSITORY
from .probe import Probe

CASES: Any = json.loads((REPOSITORY / "tests/files/cases.json").read_text())


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = Path(os.path.realpath(tmp_path_factory.mktemp("files")))
    for name, what in CASES["layout"].items():
        place = root / name
        place.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(what, str):
            place.write_text(what)
        elif "folder" in what:
            place.mkdir()
        elif "link" in what:
            place.symlink_to(what["link"].replace("{root}", str(root)))
        else:
            os.mkfifo(place)
    return root


def opened(case: Any, root: Path) -> Any:
    """What a component hears of a reference; a refusal is its message."""

    def in_root(paths: list[str]) -> list[str]:
        return [path.replace("{root}", str(root)) for path in paths]

    blobs = Files(*in_root(case["folders"]), denied=in_root(case.get("denied", [])))
    (reference,) = in_root([case["reference"]])
    try:
        reply = connect(Probe(), blobs=blobs).read(c.Read(reference, 0, 1000, b""), [reference])
    except Refusal as refused:
        assert refused.rule == "blob"
        return {"refused": str(refused).replace(repr(reference), "")}
    return {"read": reply.data.decode()} if isinstance(reply, c.Chunk) else "unreadable"


@pytest.mark.parametrize("case", CASES["files"], ids=[case["name"] for case in CASES["files"]])
def test_a_file(case: Any, root: Path) -> None:
    outcome = opened(case, root)
    assert ("refused" if "refused" in outcome else outcome) == case["outcome"]


@pytest.mark.parametrize("names", CASES["alike"], ids=[names[0] for names in CASES["alike"]])
def test_nobody_learns_what_is_outside_of_the_folders(names: list[str], root: Path) -> None:
    cases = {case["name"]: case for case in CASES["files"]}
    assert len({opened(cases[name], root)["refused"] for name in names}) == 1


class Asked:
    """A store that has everything."""

    def __init__(self) -> None:
        self.references: set[str] = set()

    def stat(self, reference: str) -> BlobInfo:
        self.references.add(reference)
        return BlobInfo(0, None)

    def open(self, reference: str) -> BinaryIO:
        self.references.add(reference)
        return io.BytesIO()

    def create(self) -> tuple[str, BinaryIO]:
        return "1", io.BytesIO()

    def discard(self, reference: str) -> None:
        pass


@pytest.mark.parametrize("case", CASES["claims"], ids=[case["name"] for case in CASES["claims"]])
def test_a_claim(case: Any) -> None:
    probe, blobs, reference = Probe(), Asked(), case["reference"]
    probe.first = c.Read(reference, 0, 1, b"")
    probe.resumed = lambda _, reply: c.Done(isinstance(reply, c.Chunk), None)
    connector = connect(probe, blobs=blobs)
    if case["usable"]:
        assert connector.run("send", case["input"]) is True
    else:
        with pytest.raises(Refusal, match="blob"):
            connector.run("send", case["input"])
    assert blobs.references == ({reference} if case["usable"] else set())


def test_a_folder_that_becomes_a_link_meanwhile_leads_nowhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    allowed, inner, outside = tmp_path / "allowed", tmp_path / "allowed/inner", tmp_path / "outside"
    inner.mkdir(parents=True)
    outside.mkdir()
    (inner / "a").write_text("fine")
    (outside / "a").write_text("private")
    real = os.open

    def swapped(path: Any, *arguments: Any, **options: Any) -> int:
        if path not in ("inner", "a"):
            return real(path, *arguments, **options)
        inner.rename(allowed / "away")
        inner.symlink_to(outside)
        try:
            return real(path, *arguments, **options)
        finally:
            inner.unlink()
            (allowed / "away").rename(inner)

    monkeypatch.setattr(os, "open", swapped)
    try:
        handle = open_below(str(inner / "a"), [allowed])
    except OSError:
        return
    with os.fdopen(handle) as file:
        assert file.read() == "fine"


def test_a_call_uses_only_so_many_blobs() -> None:
    def reads(count: int) -> Any:
        probe = Probe()

        def read(index: int) -> c.Step:
            return c.Read(f"data:,{index}", 0, 1, str(index).encode())

        def resumed(checkpoint: bytes, _: c.Reply) -> c.Step:
            index = int(checkpoint) + 1
            return read(index) if index < count else c.Done(1, None)

        probe.first, probe.resumed = read(0), resumed
        names = [f"data:,{index}" for index in range(count)]
        return connect(probe, policy=Policy(blobs=5)).run("send", {"files": names})

    assert reads(5) == 1
    with pytest.raises(Refusal, match="blob"):
        reads(6)
