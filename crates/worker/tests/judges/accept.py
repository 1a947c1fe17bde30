"""A cluster under faults and kills: what must hold is counted at the service.

Arguments: the program, and `name=number` for: workers, connections, actions, triggers, events, minutes, kills.
"""

import asyncio
import json
import os
import random
import sys
import time

import aiohttp
from aiohttp import web

from cluster import Cluster, memory
from secrets_in import Search
from service import Service

DEFAULTS = {
    "workers": 4, "connections": 200, "actions": 2000, "triggers": 200, "events": 600, "minutes": 10, "kills": 50,
    "expiries": 2, "every": 30, "seed": 1,
}
MONTH = 31 * 86_400


class Judge:
    def __init__(self, cluster, options):
        self.cluster, self.options = cluster, options
        self.service = Service(cluster.service)
        self.random = random.Random(options["seed"])
        self.answers, self.sunk, self.killed = {}, {}, {"worker": 0, "server": 0}
        self.happened = {board: set() for board in ()}
        self.secrets = set()

    # What is set up.

    def connect(self):
        lines = []
        for number in range(self.options["connections"]):
            # Below 100 requests a second, which is a limit of the service.
            time.sleep(0.03)
            tokens = self.service.tokens()
            self.secrets |= {tokens["access_token"], tokens["refresh_token"]}
            lines.append({
                "name": f"c{number:03}", "access_token": tokens["access_token"],
                "refresh_token": tokens["refresh_token"], "scopes": tokens["scope"].replace(",", " ").split(),
                "client_id": self.cluster.service["client_id"],
                "client_secret": self.cluster.service["client_secret"], "quota": "app",
            })
        self.secrets.add(self.cluster.service["client_secret"])
        stdin = "".join(json.dumps(line) + "\n" for line in lines)
        self.cluster.run("cluster", "--ingress", self.cluster.ingress, "import", input=stdin)

    async def call(self, path, body=None, key=None):
        """Asks until there is an answer: under its key a call is made once."""
        headers = {"idempotency-key": key} if key else {}
        while True:
            try:
                url = f"{self.cluster.ingress}/restate/call/{path}"
                more = {"skip_auto_headers": ["content-type"]} if body is None else {"json": body}
                async with self.session.post(url, headers=headers, **more) as answer:
                    text = await answer.text()
                    if answer.status in (502, 503, 504) and "kind" not in text:
                        raise aiohttp.ClientError(text)
                    return answer.status, json.loads(text) if text else None
            except (aiohttp.ClientError, asyncio.TimeoutError, OSError):
                await asyncio.sleep(0.3)

    async def watch(self, sink):
        for number in range(self.options["triggers"]):
            board = self.service.board(f"Watched {number:03}")
            self.happened[board] = set()
            spec = {
                "connection": f"c{number % self.options['connections']:03}", "trigger": "board_pins.new",
                "config": {"board_id": board}, "every_s": self.options["every"], "sink": sink,
            }
            status, said = await self.call(f"Trigger/{board}/start", spec)
            assert status == 200, said
        while True:
            standings = [await self.call(f"Trigger/{board}/standing") for board in self.happened]
            strange = [standing for standing in standings if standing[0] != 200]
            assert not strange, strange[0]
            if all(said["polls"] >= 1 for _, said in standings):
                return
            print("taking stock:", sum(said["polls"] >= 1 for _, said in standings), flush=True)
            await asyncio.sleep(1)

    # What goes on at the same time.

    async def act(self, number):
        """One in four writes."""
        await asyncio.sleep(self.span * number / self.options["actions"])
        asked = {"connection": f"c{number % self.options['connections']:03}"}
        if number % 4 == 3:
            media = {"source_type": "image_url", "url": "https://example.com/tart.jpg"}
            asked |= {"action": "pins.create", "input": {
                "board_id": self.written, "title": f"made by {number}", "media_source": media,
            }}
        else:
            asked |= {"action": "boards.get", "input": {"board_id": self.written}}
        self.answers[number] = await self.call("Action/run", asked, f"action-{number}")

    async def happen(self):
        boards = list(self.happened)
        for _ in range(self.options["events"]):
            await asyncio.sleep(self.span / self.options["events"])
            board = self.random.choice(boards)
            pin = await asyncio.to_thread(self.service.control, "POST", "pins", {"board_id": board, "title": "new"})
            self.happened[board].add(f"{board}/{pin['id']}")

    async def disturb(self):
        kinds = [
            ({"status": 500}, {"method": "GET"}, 2), ({"status": 503}, {"method": "POST"}, 1),
            ("cut", {"method": "POST", "path": "/v5/pins"}, 1), ("cut", {"method": "GET"}, 1),
            ({"rate_limited": {"reset_s": 2}}, {"method": "GET"}, 1), ({"slow": 400}, {"method": "POST"}, 2),
            ({"rate_limited": {"reset_s": 1}}, {"method": "POST", "path": "/v5/pins"}, 1),
        ]
        until = time.time() + self.span
        while time.time() < until:
            kind, on, times = self.random.choice(kinds)
            await asyncio.to_thread(self.service.fault, kind, on, times)
            if "rate_limited" in kind:
                self.service.injected["rate_limited"] += times
            await asyncio.sleep(1)

    async def expire(self):
        for _ in range(self.options["expiries"]):
            await asyncio.sleep(self.span / (self.options["expiries"] + 1))
            await asyncio.to_thread(self.service.control, "POST", "clock", {"seconds": MONTH})

    async def kill(self):
        for _ in range(self.options["kills"]):
            await asyncio.sleep(self.span / self.options["kills"] * self.random.uniform(0.5, 1.5))
            if self.random.random() < 0.2:
                self.killed["server"] += 1
                await asyncio.to_thread(self.cluster.kill_server)
                await asyncio.to_thread(self.cluster.start_server)
            else:
                number = self.random.randrange(self.options["workers"])
                self.killed["worker"] += 1
                await asyncio.to_thread(self.cluster.kill_worker, number)
                await asyncio.sleep(self.random.uniform(0, 2))
                await asyncio.to_thread(self.cluster.start_worker, number)

    async def take(self, request):
        event = await request.json()
        self.sunk[event["id"]] = self.sunk.get(event["id"], 0) + 1
        return web.Response()

    async def run(self):
        self.span = self.options["minutes"] * 60
        runner = web.AppRunner(web.Application())
        runner.app.router.add_post("/events", self.take)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        sink = f"http://127.0.0.1:{site._server.sockets[0].getsockname()[1]}/events"
        timeout = aiohttp.ClientTimeout(total=120)
        async with aiohttp.ClientSession(timeout=timeout, connector=aiohttp.TCPConnector(limit=0)) as self.session:
            begun = time.time()
            await asyncio.to_thread(self.connect)
            self.written = self.service.board("Written")
            await self.watch(sink)
            print(f"set up in {time.time() - begun:.0f} s", flush=True)
            acting = [self.act(number) for number in range(self.options["actions"])]
            told = asyncio.ensure_future(self.tell())
            await asyncio.gather(*acting, self.happen(), self.disturb(), self.expire(), self.kill())
            self.service.control("DELETE", "faults")
            print(f"all has ended after {time.time() - begun:.0f} s", flush=True)
            await self.settle()
            told.cancel()
            faults = await self.judge()
        await runner.cleanup()
        return faults

    async def tell(self):
        while True:
            await asyncio.sleep(15)
            print(f"{len(self.answers)} actions have ended, {sum(self.killed.values())} kills", flush=True)

    async def settle(self):
        """Until each event is in the record, or two polls have passed."""
        until = time.time() + 2 * self.options["every"] + 30
        while time.time() < until:
            await self.record()
            expected = {board: happened for board, happened in self.happened.items()}
            if all({event["id"] for event in self.kept[board]} == ids for board, ids in expected.items()):
                break
            await asyncio.sleep(2)
        await asyncio.sleep(3)
        await self.record()

    async def record(self):
        calls = [self.call(f"Trigger/{board}/events", 0) for board in self.happened]
        self.kept = dict(zip(self.happened, [said for _, said in await asyncio.gather(*calls)]))

    # What came of it.

    async def judge(self):
        faults = []

        def hold(what, is_so):
            print(("ok    " if is_so else "WRONG ") + what, flush=True)
            if not is_so:
                faults.append(what)

        options, answers = self.options, self.answers
        print(f"killed: {self.killed['worker']} times a worker, {self.killed['server']} times the server")
        done = {number for number, (status, _) in answers.items() if status == 200}
        failed = {}
        for number, (status, said) in answers.items():
            if status != 200:
                failed.setdefault(str(said)[:160], []).append(number)
        for why, numbers in failed.items():
            print(f"      {len(numbers)} actions failed: {why}")
        hold(f"each of {options['actions']} actions ended: {len(done)} done, {len(answers) - len(done)} failed",
             len(answers) == options["actions"])
        again = self.random.sample(sorted(answers), min(50, len(answers)))
        repeated = [await self.call("Action/run", {"connection": "c000", "action": "x"}, f"action-{it}") for it in again]
        same = [answers[it] == repeat for it, repeat in zip(again, repeated)]
        hold(f"{sum(same)} of {len(same)} give the same when they are asked for again", all(same))

        reads = {number for number in answers if number % 4 != 3}
        hold(f"{len(reads & done)} of {len(reads)} reads are done", reads <= done)
        made = {}
        for pin in self.service.all(f"/v5/boards/{self.written}/pins"):
            made[pin["title"]] = made.get(pin["title"], 0) + 1
        writes = {number for number in answers if number % 4 == 3}
        twice = [title for title, count in made.items() if count > 1]
        hold(f"{len(made)} Pins made by {len(writes)} writes, {len(twice)} of them twice", not twice)
        missing = [number for number in writes & done if f"made by {number}" not in made]
        hold(f"{len(writes & done)} writes are done, and each of these is there", not missing)
        unknown = [number for number in writes - done if f"made by {number}" in made]
        print(f"      of {len(writes - done)} that failed {len(unknown)} are there")

        events = [event for kept in self.kept.values() for event in kept]
        right = all(
            sorted(event["id"] for event in self.kept[board]) == sorted(ids) for board, ids in self.happened.items()
        )
        hold(f"{len(events)} events are recorded, each once, of {sum(map(len, self.happened.values()))}", right)
        missed = {event["id"] for event in events} - set(self.sunk)
        more = sum(count - 1 for count in self.sunk.values())
        hold(f"{len(self.sunk)} events came to the sink, {more} of them again", not missed)

        first = options["connections"]
        refreshes = self.service.count("POST", "/v5/oauth/token") - first
        expected = options["expiries"] * first
        kills = sum(self.killed.values())
        hold(f"{refreshes} refreshes for {options['expiries']} expiries of {first} connections, and {kills} kills",
             expected <= refreshes <= expected + kills)

        requests = self.service.control("GET", "requests")
        counted = sum(row["count"] for row in self.service.control("GET", "counts"))
        refused = sum(request["status"] == 429 for request in requests)
        left = sum(
            fault["times"] for fault in self.service.control("GET", "faults") if "rate_limited" in fault["kind"]
        )
        injected = self.service.injected["rate_limited"]
        hold(f"{refused} of the last {len(requests)} requests (of {counted}) were refused with 429, {injected} by "
             "a fault", refused <= injected - left)

        search = Search(self.cluster, self.secrets)
        for line, is_so in await asyncio.to_thread(search.lines):
            hold(line, is_so)
        processes = [self.cluster.server, *self.cluster.workers, self.cluster.emulator]
        named = ["server"] + [f"worker {n}" for n in range(options["workers"])] + ["emulator"]
        print("memory, MiB:", ", ".join(f"{n} {memory(p).get('VmRSS')}" for n, p in zip(named, processes)))
        return faults


def main():
    options = {**DEFAULTS, **{name: float(it) if "." in it else int(it) for name, it in (
        argument.split("=") for argument in sys.argv[2:])}}
    print(options, flush=True)
    with Cluster(sys.argv[1], options["workers"], search=True) as cluster:
        try:
            faults = asyncio.run(Judge(cluster, options).run())
        except BaseException:
            print(cluster.log())
            raise
        if faults and os.environ.get("KEEP"):
            print(cluster.log())
    sys.exit(f"{len(faults)} do not hold" if faults else 0)


if __name__ == "__main__":
    main()
