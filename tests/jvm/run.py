"""Begins an action on a JVM, and compares the first request with that of a case.

    python3 tests/jvm/run.py COMPONENT

The library of wasmtime's C API is the one that its package on PyPI has.
"""

import subprocess
import sys
from pathlib import Path

import wasmtime

HERE = Path(__file__).parent


def started(component: str, action: str, given: str) -> str:
    library = next(Path(wasmtime.__file__).parent.glob("*/_libwasmtime.*"))
    command = ["java", "--add-modules", "jdk.incubator.foreign", "--enable-native-access=ALL-UNNAMED",
               HERE / "Start.java", library, component, action, given]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def main(component: str) -> None:
    sent = started(component, "boards.list", "{}")
    assert sent.startswith('ok(send({request: {method: get, url: "https://api.pinterest.com/v5/boards?page_size=250"'), sent
    refused = started(component, "boards.create", '{"nam": 1}')
    assert "err({kind: invalid-input" in refused and "fields: [2 entries]" in refused, refused
    print(sent)


if __name__ == "__main__":
    main(*sys.argv[1:])
