"""How many actions a second 1, 2, 4 and 8 workers make of a service that takes 20 ms, one after the other in one run.

Arguments: the program, a file for the figures (JSON), and `name=number` for: seconds, connections, callers.
"""

import asyncio
import json
import os
import sys
import time

import aiohttp

from cluster import Cluster, memory, seconds_of_cpu
from service import Service

DEFAULTS = {"seconds": 20, "connections": 64, "callers": 128, "service_ms": 20}


def percentile(times, part):
    return sorted(times)[min(len(times) - 1, int(len(times) * part))] * 1000


def busy_seconds():
    """Of all cores together, by whichever process."""
    with open("/proc/stat", encoding="ascii") as file:
        fields = [int(field) for field in file.readline().split()[1:]]
    return (sum(fields[:3]) + sum(fields[5:8])) / os.sysconf("SC_CLK_TCK")


def kept(folder):
    """Bytes in the server's folder."""
    return sum(
        os.path.getsize(os.path.join(at, name)) for at, _, names in os.walk(folder) for name in names
        if os.path.exists(os.path.join(at, name)))


class Load:
    def __init__(self, cluster, session, options):
        self.cluster, self.session, self.options = cluster, session, options
        self.times = []

    async def action(self, number):
        asked = {"connection": f"c{number % self.options['connections']:03}", "action": "user_account.get"}
        begun = time.perf_counter()
        async with self.session.post(f"{self.cluster.ingress}/restate/call/Action/run", json=asked) as answer:
            text = await answer.text()
            assert answer.status == 200, text
        self.times.append(time.perf_counter() - begun)

    async def caller(self, number, until):
        while time.perf_counter() < until:
            await self.action(number)

    async def many(self, callers, seconds):
        self.times = []
        begun = time.perf_counter()
        await asyncio.gather(*[self.caller(number, begun + seconds) for number in range(callers)])
        return len(self.times) / (time.perf_counter() - begun)


async def measure(program, workers, options):
    with Cluster(program, workers, limits=False) as cluster:
        service = Service(cluster.service)
        tokens = service.said["access_token"]
        lines = [json.dumps({"name": f"c{n:03}", "access_token": tokens}) for n in range(options["connections"])]
        cluster.run("cluster", "--ingress", cluster.ingress, "import", input="\n".join(lines) + "\n")
        service.fault({"slow": options["service_ms"]}, {"path": "/v5/user_account"}, 4_000_000_000)
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
            load = Load(cluster, session, options)
            for number in range(options["connections"]):
                await load.action(number)
            await load.many(options["callers"], 3)
            processes = {"server": [cluster.server], "workers": cluster.workers, "emulator": [cluster.emulator]}
            before = {name: sum(map(seconds_of_cpu, all)) for name, all in processes.items()}
            shares, size = [seconds_of_cpu(worker) for worker in cluster.workers], kept(cluster.base)
            busy, own, began = busy_seconds(), time.process_time(), time.perf_counter()
            per_second = await load.many(options["callers"], options["seconds"])
            took, own, busy = time.perf_counter() - began, time.process_time() - own, busy_seconds() - busy
            count, times = len(load.times), load.times
            cpu = {name: (sum(map(seconds_of_cpu, all)) - before[name]) * 1000 / count for name, all in processes.items()}
            ours = sum(cpu.values()) * count / 1000 + own
            cpu["callers"] = own * 1000 / count
            # What other programs took of the machine meanwhile is not there for the cluster.
            free = 1 - max(busy - ours, 0) / took / os.cpu_count()
            shares = [seconds_of_cpu(worker) - share for worker, share in zip(cluster.workers, shares)]
            await load.many(1, options["seconds"] / 4)
            return {
                "workers": workers, "free_share": free, "per_second": per_second, "p50_ms": percentile(times, 0.5),
                "p99_ms": percentile(times, 0.99), "alone_p50_ms": percentile(load.times, 0.5),
                "disk_bytes_per_action": (kept(cluster.base) - size) / count, "cpu_ms_per_action": cpu, "memory_mib": {
                    name: [memory(process)["VmRSS"] for process in all] for name, all in processes.items()},
                "share_of_cpu": [share / sum(shares) for share in shares],
            }


def main():
    options = {**DEFAULTS, **{name: int(it) for name, it in (argument.split("=") for argument in sys.argv[3:])}}
    measured = []
    for workers in (1, 2, 4, 8):
        point = asyncio.run(measure(sys.argv[1], workers, options))
        measured.append(point)
        cpu = ", ".join(f"{name} {ms:.2f}" for name, ms in point["cpu_ms_per_action"].items())
        print(f"{workers} workers: {point['per_second']:.0f} actions/s with {options['callers']} callers, p50 "
              f"{point['p50_ms']:.0f} ms, p99 {point['p99_ms']:.0f} ms; alone {point['alone_p50_ms']:.1f} ms; "
              f"CPU ms per action: {cpu}; {point['disk_bytes_per_action']:.0f} bytes on disk each; {point['free_share']:.0%} of the machine was free; shares {[round(it, 2) for it in point['share_of_cpu']]}", flush=True)
    with open(sys.argv[2], "w", encoding="utf-8") as file:
        json.dump({"options": options, "cores": os.cpu_count(), "points": measured}, file, indent=1)


if __name__ == "__main__":
    main()
