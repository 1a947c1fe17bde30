"""1,000 calls in flight over 100 connections of two tenants; then the server is killed under them.

Arguments: the program. Prints counts, the server's memory, and times beside those of the emulator itself.
"""

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from urllib.parse import urljoin

import aiohttp
from serving import Serving

CONNECTIONS, CALLS = 100, 1000
# MiB of the server, at most.
MOST = 300


def emulator(program, state):
    process = subprocess.Popen(
        [program, "--state", state, "--json", "emulator", "--consent", "allow", "--no-limits"],
        stdout=subprocess.PIPE, text=True,
    )
    return process, json.loads(process.stdout.readline())


def memory(process):
    with open(f"/proc/{process.pid}/status", encoding="ascii") as file:
        return {name: int(value) // 1024 for name, value in re.findall(r"(VmHWM|VmRSS):\s+(\d+) kB", file.read())}


async def connect(session, url, key, name):
    """As a browser does it."""
    headers = {"authorization": f"Bearer {key}"}
    body = {"connector": "pinterest", "name": name}
    async with session.post(f"{url}/v1/connections", json=body, headers=headers) as answer:
        link = (await answer.json())["url"]
    form = {f"scope:{scope}": "on" for scope in ("boards:read", "boards:write", "pins:read", "pins:write")}
    async with session.post(link, data=form, allow_redirects=False) as answer:
        service, cookie = answer.headers["location"], answer.headers["set-cookie"].split(";")[0]
    async with session.get(service, allow_redirects=False) as answer:
        back = urljoin(service, answer.headers["location"])
    async with session.get(back, headers={"cookie": cookie}) as answer:
        assert answer.status == 200, await answer.text()


def percentile(times, part):
    return sorted(times)[min(len(times) - 1, int(len(times) * part))] * 1000


async def call(session, url, key, number, times, failed):
    """70 of 100 read three pages, 20 write, 10 are runs that nobody waits for."""
    name, kind = f"c{number % CONNECTIONS:03}", number % 10
    headers = {"authorization": f"Bearer {key}", "idempotency-key": f"call-{number}"}
    path = f"{url}/v1/{name}/actions/"
    begun = time.perf_counter()
    try:
        if kind < 7:
            async with session.get(path + "pins.list?page_size=10&limit=30", headers=headers) as answer:
                body = await answer.json()
                assert answer.status == 200 and len(body["items"]) >= 30, body
        else:
            asynchronous = {"prefer": "respond-async"} if kind == 9 else {}
            board = {"name": f"Board {number}"}
            async with session.post(path + "boards.create", json=board, headers={**headers, **asynchronous}) as answer:
                body = await answer.json()
                assert answer.status in (200, 202), body
                assert kind == 9 or body["name"] == board["name"], body
        times.append(time.perf_counter() - begun)
    except (aiohttp.ClientError, AssertionError, asyncio.TimeoutError) as error:
        failed.append((number, repr(error)[:200]))


async def begin(session, url, key, number):
    """One read and one write: until the service has said that its limits are lifted, those that the connector
    declares for an account count, and all connections of the load are of one."""
    failed = []
    for number in (number, number + 7):
        await call(session, url, key, number, [], failed)
    assert not failed, failed


async def created(session, service):
    """How often each board of the load was made, as the emulator tells."""
    names, bookmark = [], ""
    headers = {"authorization": f"Bearer {service['access_token']}"}
    while True:
        address = f"{service['origin']}/v5/boards?page_size=100" + (f"&bookmark={bookmark}" if bookmark else "")
        async with session.get(address, headers=headers) as answer:
            page = await answer.json()
        names += [board["name"] for board in page["items"] if board["name"].startswith("Board ")]
        bookmark = page["bookmark"]
        if not bookmark:
            return names


async def main():
    program = sys.argv[1]
    folder = tempfile.mkdtemp(prefix="load-")
    process, service = emulator(program, folder)
    environment = {"CONNECTOR_ROUTES": ",".join(service["routes"]), "CONNECTOR_CLIENT_ID": service["client_id"],
                   "CONNECTOR_CLIENT_SECRET": service["client_secret"]}
    state = os.path.join(folder, "state")
    serving = Serving(program, state, environment=environment)
    timeout = aiohttp.ClientTimeout(total=300)
    connector = aiohttp.TCPConnector(limit=0)
    try:
        async with aiohttp.ClientSession(timeout=timeout, connector=connector) as session:
            async with session.post(f"{service['origin']}/emulator/redirect_uris",
                                    json=f"{serving.url}/callback") as answer:
                assert answer.status < 300, await answer.text()
            for number in range(CONNECTIONS):
                await connect(session, serving.url, serving.key, f"c{number:03}")
            print(f"{CONNECTIONS} connections; memory {memory(serving.process)} MiB")
            await begin(session, serving.url, serving.key, 90_000)
            alone, failed = [], []
            for number in range(100):
                begun = time.perf_counter()
                headers = {"authorization": f"Bearer {service['access_token']}"}
                async with session.get(f"{service['origin']}/v5/pins?page_size=10", headers=headers) as answer:
                    await answer.read()
                alone.append(time.perf_counter() - begun)
            one = []
            for number in range(100):
                await call(session, serving.url, serving.key, 10_000 + number * 10, one, failed)
            print(f"one at a time: the emulator's page p50 {percentile(alone, .5):.1f} ms p99 {percentile(alone, .99):.1f} ms; "
                  f"three pages through the server p50 {percentile(one, .5):.1f} p99 {percentile(one, .99):.1f}")
            times, begun = [], time.perf_counter()
            await asyncio.gather(*(call(session, serving.url, serving.key, n, times, failed) for n in range(CALLS)))
            print(f"{CALLS} at once: {time.perf_counter() - begun:.1f} s, {len(failed)} failed, p50 {percentile(times, .5):.0f} ms, "
                  f"p99 {percentile(times, .99):.0f} ms; memory {memory(serving.process)} MiB")
            for failure in failed[:5]:
                print("  ", failure)
            assert not failed and memory(serving.process)["VmHWM"] <= MOST
            wanted = {f"Board {n}" for n in range(CALLS) if n % 10 >= 7} | {"Board 90007"}
            while (made := await created(session, service)) and len(made) < len(wanted):
                await asyncio.sleep(0.2)
            assert sorted(made) == sorted(wanted), (len(made), len(wanted))
            print(f"boards: {len(made)} of {len(wanted)}, each once")
            # Killed under load, three times; the same requests are sent again until they are answered.
            for turn in range(3):
                first = (turn + 1) * 2000
                broken = []
                load = asyncio.gather(*(call(session, serving.url, serving.key, first + n, [], broken) for n in range(CALLS)))
                await asyncio.sleep(1.0 + turn)
                serving.stop(signal.SIGKILL)
                await load
                port = serving.url.rsplit(":", 1)[1]
                serving = Serving(program, state, listen=f"127.0.0.1:{port}", environment=environment)
                await begin(session, serving.url, serving.key, 91_000 + first)
                await asyncio.sleep(2)
                states = {}
                for number in range(CONNECTIONS):
                    for run in serving.ask("GET", f"/v1/c{number:03}/runs?limit=1000")["runs"]:
                        states.setdefault(run["state"], []).append(run)
                unknown = [run for run in states.get("failed", []) if run["outcome_unknown"]]
                made = await created(session, service)
                twice = len(made) - len(set(made))
                print(f"kill -9 no. {turn + 1}: {len(broken)} requests broke off; runs "
                      f"{ {state: len(runs) for state, runs in states.items()} }, outcome unknown {len(unknown)}; "
                      f"boards made twice: {twice}")
                assert twice == 0
    finally:
        if serving.process.poll() is None:
            serving.stop()
        process.send_signal(signal.SIGINT)


asyncio.run(main())
