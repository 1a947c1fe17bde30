from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from command import Home


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("compiled")
    folder.chmod(0o700)
    return folder


@pytest.fixture
def home(tmp_path: Path, compiled: Path) -> Callable[[str, dict[str, str]], Home]:
    """Makes the home of a connector, with the ways to the doubles."""

    def make(name: str, routes: dict[str, str]) -> Home:
        folder = tmp_path / name
        folder.mkdir(exist_ok=True)
        return Home(name, folder, compiled, routes)

    return make
