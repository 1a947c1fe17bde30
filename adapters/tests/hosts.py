"""Composed components in hosts that nobody here wrote: wasmtime serve, wasmCloud's `wash dev`, and jco serve.

    python3 adapters/tests/hosts.py CONNECTOR FOLDER

`CONNECTOR` is the program, which composes and has the emulator; `FOLDER` is the one with the components. jco is taken
from npm, the others are in the environment of this Python.
"""

from __future__ import annotations

import base64
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import wash_cli
from hosting import KEY, Answer, Asked, Host, Service, Serving, composed, variables

sys.path.append(str(Path(__file__).parents[2] / "crates/server/tests/judges"))
from serving import Serving as Reference  # noqa: E402

WASH = Path(wash_cli.__file__).with_name("wash")
JCO = "@bytecodealliance/jco@1.35.0"
ISSUE = {"number": 7, "title": "A digit: 12345678901234567890", "state": "open"}


class Wash(Host):
    """In `wash dev`, which lets out nothing but what `allowed` names."""

    def __init__(self, component: Path, values: dict[str, str], allowed: list[int]) -> None:
        os.chmod(WASH, 0o755)
        store = {"namespace": "wasi", "package": "config", "version": "0.2.0-rc.1", "interfaces": ["store"]}
        store["config"] = {f"connector-{name}": value for name, value in {"key": KEY, **values}.items()}
        self.folder = tempfile.TemporaryDirectory()
        folder = Path(self.folder.name)
        (folder / "component.wasm").write_bytes(component.read_bytes())
        (folder / ".wash").mkdir()

        def command(port: int) -> list[Any]:
            config = {
                "version": "2",
                "build": {"command": "true", "component_path": "component.wasm"},
                "dev": {"address": f"127.0.0.1:{port}", "host_interfaces": [store]},
                "workload": {"allowedHosts": [f"127.0.0.1:{one}" for one in allowed],
                             "allowedHostLoopbackPorts": allowed},
            }
            (folder / ".wash/config.yaml").write_text(json.dumps(config))  # JSON is YAML.
            return [WASH, "--non-interactive", "dev"]

        super().__init__(command, seconds=180, cwd=folder)


class Jco(Host):
    """In `jco serve`, on Node."""

    def __init__(self, component: Path, values: dict[str, str]) -> None:
        def command(port: int) -> list[Any]:
            return ["npx", "--yes", JCO, "serve", "--host", "127.0.0.1", "--port", str(port), component]

        super().__init__(command, seconds=300, env=os.environ | variables(values))


class Emulator:
    """The service of the Pinterest connector, behind a wall that answers what a test says first."""

    def __init__(self, program: str, state: str) -> None:
        command = [program, "--state", state, "--json", "emulator", "--consent", "allow", "--no-limits"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout
        self.about = json.loads(self.process.stdout.readline())
        self.first: list[Answer] = []
        self.service = Service(self.answer)

    def answer(self, asked: Asked) -> Answer:
        if self.first:
            return self.first.pop(0)
        connection = HTTPConnection(self.about["origin"].removeprefix("http://"), timeout=30)
        hop = ("host", "content-length", "transfer-encoding", "connection")
        headers = {name: value for name, value in asked.headers.items() if name not in hop}
        connection.request(asked.method, asked.path, asked.body, headers)
        came = connection.getresponse()
        kept = {name: value for name, value in came.getheaders() if name.lower() not in hop}
        return Answer(came.status, came.read(), kept)

    @property
    def values(self) -> dict[str, str]:
        routes = [f"{route.split('=')[0]}={self.service.url}" for route in self.about["routes"][:1]]
        return {"credential-access-token": self.about["access_token"], "routes": ",".join(routes)}

    def close(self) -> None:
        self.service.__exit__()
        self.process.kill()
        self.process.wait()


def pinterest(host: Host, emulator: Emulator) -> None:
    """What a flow asks of it."""
    status, boards, _ = host.ask("/actions/boards.list", {})
    assert status == 200 and len(boards["items"]) > 3, boards
    pin = {"board_id": boards["items"][0]["id"], "title": "Made by a composed component",
           "media_source": {"source_type": "image_url", "url": "https://example.com/a.jpg"}}
    status, made, _ = host.ask("/actions/pins.create", pin)
    assert status == 200 and made["title"] == pin["title"], made
    _, lines, _ = host.ask("/actions/pins.list?limit=25", {"page_size": 10}, accept="application/x-ndjson")
    assert [len(line["items"]) for line in lines if "items" in line] == [10, 10, 5], lines
    status, problem, _ = host.ask("/actions/boards.create", {"nam": "x"})
    assert status == 422 and [field["path"] for field in problem["fields"]] == ["name", "nam"], problem
    emulator.first = [Answer(429, b'{"code": 8, "message": "slow down"}', {"retry-after": "1"})]
    begun = time.monotonic()
    status, account, _ = host.ask("/actions/user_account.get", {})
    assert status == 200 and time.monotonic() - begun >= 1, account
    status, tested, _ = host.ask("/test", {})
    assert status == 200 and tested["account"]["name"], tested
    status, poll, _ = host.ask("/triggers/pins.new/poll", {})
    assert status == 200 and poll["events"] == [] and poll["cursor"], poll
    lead = {"advertiser_id": "549755885175", "lead_form_id": "8012345678", "ad_id": "687195134316", "lead_id": "7"}
    sent = {"url": "https://hooks.example.com/5f0c", "body": base64.b64encode(json.dumps([lead]).encode()).decode()}
    asked = {"delivery": sent, "config": {"ad_account_id": "549755885175"}, "subscription": {}}
    status, came, _ = host.ask("/webhooks/leads.received", asked)
    assert status == 200 and came["acknowledgement"]["status"] == 200 and came["events"][0]["id"] == "7", came
    document = host.ask("/openapi.json")[1]
    assert len(document["paths"]) > 300, len(document["paths"])


def github(host: Host) -> None:
    """Another connector, in the same adapter."""
    status, issues, _ = host.ask("/actions/issues.list", {"repository": "octocat/hello-world"})
    assert status == 200 and issues["items"][0]["title"] == ISSUE["title"], issues
    assert host.ask("/webhooks/any", {})[1]["code"] == "no-webhooks"


def told(asked: Asked) -> Answer:
    return Answer(200, json.dumps([ISSUE]).encode(), {"content-type": "application/json"})


def timed(call: Callable[[], Any], pid: int) -> str:
    """One caller's time for a small answer, what sixteen callers get in a second, and memory."""
    times = []
    for _ in range(40):
        begun = time.perf_counter()
        call()
        times.append(time.perf_counter() - begun)
    begun = time.perf_counter()
    with ThreadPoolExecutor(16) as threads:
        list(threads.map(lambda _: call(), range(320)))
    rate = 320 / (time.perf_counter() - begun)
    return f"{sorted(times)[20] * 1000:.1f} ms at a time, {rate:.0f} calls a second, {memory(pid)} MiB"


def memory(pid: int) -> int:
    """MiB of a process and those that it began, at their peak."""
    family = {pid}
    for status in sorted(Path("/proc").glob("[0-9]*/status")):
        if found := re.search(r"PPid:\s+(\d+)", status.read_text()):
            if int(found[1]) in family:
                family.add(int(status.parent.name))
    peaks = [re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{one}/status").read_text()) for one in family]
    return sum(int(peak[1]) for peak in peaks if peak) // 1024


def main(program: str, folder: str) -> None:
    with tempfile.TemporaryDirectory() as state, Service(told) as issues:
        emulator = Emulator(program, state)
        try:
            with composed(program, Path(folder) / "pinterest_connector.wasm") as of:
                ports = [int(emulator.service.url.rsplit(":", 1)[1])]
                hosts: dict[str, Callable[[], Host]] = {
                    "wasmtime serve": lambda: Serving(of("environment"), emulator.values),
                    "wash dev": lambda: Wash(of("config"), emulator.values, ports),
                    "jco serve": lambda: Jco(of("environment"), emulator.values),
                }
                for name, begin in hosts.items():
                    with begin() as host:
                        pinterest(host, emulator)
                        said = timed(lambda: host.ask("/actions/user_account.get", {}), host.process.pid)
                        print(f"ok  {name}: {said}", flush=True)
                        assert emulator.about["access_token"] not in "".join(host.words)
                with Wash(of("config"), emulator.values, []) as host:
                    status, problem, _ = host.ask("/actions/user_account.get", {})
                    assert status == 502 and "HttpRequestDenied" in problem["detail"], problem
                    print("ok  wash dev: an origin that it does not allow is refused")
            with Reference(program) as server:
                path = "/v1/emulator/actions/user_account.get"
                said = timed(lambda: server.ask("POST", path, {}), server.process.pid)
                print(f"    connector serve, beside it: {said}")
            with composed(program, Path(folder) / "github_issues.wasm") as of:
                values = {"credential-token": "a-token", "routes": f"https://api.github.com={issues.url}"}
                for name, kind in (("wasmtime serve", Serving), ("jco serve", Jco)):
                    with kind(of("environment"), values) as host:
                        github(host)
                        print(f"ok  {name}: another connector, without webhooks")
        finally:
            emulator.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
