"""The package as people get it: a wheel in an empty environment, used against the emulator."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from .components import COMMAND_LINE, RELEASE, REPOSITORY
from .probe import Handler, Seen, answer, serve

PACKAGE = REPOSITORY / "drivers/python"

#: What a reader of the README might write. It knows the driver and nothing of this folder.
PROGRAM = """
import asyncio, json, os, sys
from connector_driver import (
    AsyncConnector, Connector, ConnectorError, Delivery, connect, connect_async,
)

component, emulator = sys.argv[1], json.loads(os.environ["EMULATOR"])
options = {
    "credentials": {"access-token": emulator["access_token"]},
    "routes": dict(route.split("=", 1) for route in emulator["routes"]),
}
connector: Connector = connect(component, **options)
account = connector.test()["account"]
board = connector.run("boards.create", {"name": "From Python"})
boards = [board["name"] for board in connector.list("boards.list", {"page_size": 2})]
first = connector.poll("boards.new", {})
connector.run("boards.create", {"name": "Seen by a poll"})
events = connector.poll("boards.new", {}, first.cursor).events
choices = list(connector.choices("pins.create", "board_id", query="from py"))
webhook, form = connector.webhooks()[0].trigger.id, {}
for field in ("ad_account_id", "lead_form_id"):
    form[field] = next(connector.choices(webhook, field, form))["value"]
subscription = connector.subscribe(webhook, form, "https://host.example/hooks/5f0c")
owner = {"ad_account_id": form["ad_account_id"]}
subscriptions = [connector.run("lead_subscriptions.list", owner)]
for _ in range(2):  # the second time it is gone already
    connector.unsubscribe(webhook, subscription)
    subscriptions.append(connector.run("lead_subscriptions.list", owner))
address = "https://host.example/hooks/5f0c"
delivery = Delivery("post", address, [], b'{"encrypted": "c2FtcGxl"}')
(received,) = connector.receive(webhook, form, subscription, delivery).events
try:
    connector.run("boards.get", {"board_id": "404"})
except ConnectorError as error:
    failed = error.kind

async def asynchronously() -> int:
    other: AsyncConnector = await connect_async(component, **options)
    return len(await other.run("boards.list"))

print(json.dumps({
    "account": account["name"], "new": board["name"] in boards, "boards": len(boards),
    "events": [event["data"]["name"] for event in events],
    "choices": [choice["title"] for choice in choices], "failed": failed,
    "asynchronously": asyncio.run(asynchronously()),
    "subscriptions": [len(listed) - len(subscriptions[-1]) for listed in subscriptions],
    "received": received["data"],
}))
"""


def test_a_wheel_in_an_empty_environment(tmp_path: Path) -> None:
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    check(*pip, "wheel", "--no-deps", "--wheel-dir", str(tmp_path), str(PACKAGE))
    (wheel,) = tmp_path.glob("connector_driver-*.whl")
    venv.create(tmp_path / "venv", with_pip=True)
    python = str(tmp_path / "venv" / ("Scripts" if os.name == "nt" else "bin") / "python")
    check(python, "-m", "pip", "--quiet", "--disable-pip-version-check", "install", str(wheel))
    with emulator() as told:
        component = RELEASE / "pinterest_connector.wasm"
        environment = {"EMULATOR": json.dumps(told), "PATH": os.environ["PATH"]}
        environment["HOME"] = str(tmp_path)
        output = check(python, "-I", "-c", PROGRAM, str(component), env=environment, cwd=tmp_path)
    result = json.loads(output)
    boards = result.pop("boards")
    assert boards >= 1
    assert result.pop("account")
    assert result == {
        "new": True,
        "events": ["Seen by a poll"],
        "choices": ["From Python"],
        "failed": "not-found",
        "asynchronously": boards + 1,
        "subscriptions": [1, 0, 0],
        "received": {"encrypted": "c2FtcGxl"},
    }
    typed = check(python, "-c", "import connector_driver as c; print(c.__file__)", cwd=tmp_path)
    package = Path(typed.strip()).parent
    assert (package / "py.typed").exists()
    (licenses,) = package.parent.glob("connector_driver-*.dist-info/licenses")
    for name in ("LICENSE-APACHE", "LICENSE-MIT"):
        assert (licenses / name).read_text() == (REPOSITORY / name).read_text()
    readmes(tmp_path, python)


#: Leads what a README's code sends to the service to a server of the test.
ROUTED = """
import json, os, runpy, sys
from connector_driver import url

to = json.loads(os.environ["ROUTES"])
begin = url.Routes.__init__
url.Routes.__init__ = lambda self, routes: begin(self, to)
runpy.run_path(sys.argv[1], run_name="__main__")
"""


def readmes(folder: Path, python: str) -> None:
    """What the READMEs show runs as it is written."""
    app = folder / "app"
    app.mkdir()
    packed = ("--component", str(RELEASE / "github_issues.wasm"), "pack", "python", "--out")
    check(str(COMMAND_LINE), *packed, str(folder / "wheels"))
    (wheel,) = (folder / "wheels").glob("github_issues_connector-*.whl")
    check(python, "-m", "pip", "--quiet", "--disable-pip-version-check", "install", "--no-deps", str(wheel))
    for name in ("github_issues.wasm", "pinterest_connector.wasm"):
        shutil.copy(RELEASE / name, app)
    issue = {"id": 1, "number": 1, "title": "It does not start", "created_at": "2026-01-01T00:00:00Z"}

    def github(handler: Handler, seen: Seen) -> None:
        said: Any = {"id": 7, "login": "octocat"} if seen.path == "/user" else [issue]
        answer(200, json.dumps(issue if seen.method == "POST" else said))(handler, seen)

    def run(code: str, routes: dict[str, str], token: str) -> str:
        (app / "shown.py").write_text(code)
        environment = {"ROUTES": json.dumps(routes), "PATH": os.environ["PATH"], "HOME": str(app)}
        environment |= {"GITHUB_TOKEN": token}
        return check(python, "-I", "-c", ROUTED, "shown.py", env=environment, cwd=app)

    shown = snippets(PACKAGE / "README.md")
    assert len(shown) == 6
    with serve(github) as server:
        routes = {"https://api.github.com": server.base}
        printed = [run(code, routes, "token-of-a-test") for code in shown]
    assert "It does not start" in printed[0] and "It does not start" in printed[1]
    assert "permission\n" in printed


def snippets(readme: Path) -> list[str]:
    return re.findall(r"^```python\n(.*?)^```", readme.read_text(), re.MULTILINE | re.DOTALL)


def check(*command: str, **options: Any) -> str:
    done: Any = subprocess.run(command, capture_output=True, text=True, **options)
    assert done.returncode == 0, done.stdout + done.stderr
    return str(done.stdout)


@contextmanager
def emulator() -> Iterator[Any]:
    command = [str(COMMAND_LINE), "emulator", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield json.loads(process.stdout.readline())
        finally:
            process.terminate()
