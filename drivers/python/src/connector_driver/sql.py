"""Statements of SQL over the records of a connector, as tables of Arrow."""

import importlib
import json
import os
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from typing import Any

from .errors import SqlError


def sql(
    statement: str,
    *,
    program: str | os.PathLike[str] = "connector",
    options: Sequence[str] = (),
    connection: str | None = None,
    write: bool = False,
    max_requests: int | None = None,
    environment: Mapping[str, str] | None = None,
) -> Any:
    """The rows of one statement, a `pyarrow.Table`: `.to_pandas()` makes a frame of it, and so does
    `polars.from_arrow`.

    It runs `program`, a `connector` with the feature `sql`, and reads Arrow's IPC format from it, with
    no text in between; the stored connections are that program's. `options` are its own, such as
    `--component FILE` or `--emulator`; `environment` is added to this process's. Without `write` no
    request but reads is sent. `SqlError` says what the program says."""
    arrow: Any = importlib.import_module("pyarrow")
    command = [os.fspath(program), *options, "--json"]
    command += [f"--connection={connection}"] if connection is not None else []
    command += ["sql", "--format=arrow"]
    command += ["--write"] if write else []
    command += [f"--max-requests={max_requests}"] if max_requests is not None else []
    with tempfile.TemporaryFile() as told:
        # A statement may begin with a dash, as a comment does; stdin is not asked for one.
        process = subprocess.Popen(
            [*command, "--", statement],
            env={**os.environ, **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=told,
        )
        with process:
            try:
                rows = arrow.ipc.open_stream(process.stdout).read_all()
            except arrow.ArrowInvalid:
                # Nothing came, or not all: the exit says why.
                rows = None
            except BaseException:
                process.kill()
                raise
        told.seek(0)
        if process.returncode or rows is None:
            raise _error(told.read().decode(errors="replace"))
    return rows


def _error(told: str) -> SqlError:
    """What the program says at last is an object."""
    try:
        said = json.loads(told[told.index("{\n") :])
        return SqlError(said["kind"], said["message"])
    except (KeyError, ValueError):
        return SqlError("other", told.strip() or "the program gave no rows")
