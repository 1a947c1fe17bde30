"""A Restate server, workers and the emulator on loopback, for the judges; all of them end with it."""

import base64
import glob
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
STREAMS = 32


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def server_program():
    found = glob.glob(f"{HERE}/node_modules/@restatedev/restate-server-*/bin/restate-server")
    if not found:
        sys.exit(f"there is no Restate server; run npm install in {HERE}")
    return found[0]


class Cluster:
    """`program`: the command line. The emulator outlasts kills of everything else. What the server keeps can be
    searched with `search`: nothing of it is compressed."""

    def __init__(self, program, workers, limits=True, search=False):
        self.program, self.count, self.search = program, workers, search
        self.folder = tempfile.TemporaryDirectory(prefix="connector-cluster-")
        self.state = os.path.join(self.folder.name, "state")
        self.base = os.path.join(self.folder.name, "restate")
        self.ports = {name: free_port() for name in ("ingress", "admin", "node", "worker")}
        self.ingress = f"http://127.0.0.1:{self.ports['ingress']}"
        self.admin = f"http://127.0.0.1:{self.ports['admin']}"
        self.key = base64.b64encode(os.urandom(32)).decode()
        self.logs = open(os.path.join(self.folder.name, "log"), "wb", buffering=0)
        self.server, self.workers, self.more = None, [None] * workers, []
        emulator = [program, "--state", self.state, "--json", "emulator", "--consent", "allow"]
        emulator += [] if limits else ["--no-limits"]
        self.emulator = subprocess.Popen(emulator, stdout=subprocess.PIPE, text=True)
        self.service = json.loads(self.emulator.stdout.readline())
        self.environment = {
            **os.environ,
            "CONNECTOR_CLUSTER_KEY": self.key,
            "CONNECTOR_ROUTES": ",".join(self.service["routes"]),
            "CONNECTOR_STATE": self.state,
        }

    def __enter__(self):
        self.start_server()
        for number in range(self.count):
            self.start_worker(number)
        return self

    def __exit__(self, *_):
        for process in [*self.workers, self.server, self.emulator]:
            if process and process.poll() is None:
                process.kill()
                process.wait()
        self.logs.close()
        self.folder.cleanup()

    def start_server(self):
        plain = str(self.search).lower()
        config = f"""
base-dir = "{self.base}"
node-name = "one"
bind-address = "127.0.0.1:{self.ports['node']}"
advertised-address = "http://127.0.0.1:{self.ports['node']}/"
listen-mode = "tcp"
disable-telemetry = true
default-num-partitions = 8
log-filter = "warn"
log-disable-ansi-codes = true
rocksdb-total-memory-size = "512 MiB"
[admin]
bind-address = "127.0.0.1:{self.ports['admin']}"
advertised-admin-endpoint = "{self.admin}"
disable-web-ui = true
[ingress]
bind-address = "127.0.0.1:{self.ports['ingress']}"
advertised-ingress-endpoint = "{self.ingress}"
[worker.invoker]
http2-streams-per-connection-limit = {STREAMS}
[default-retry-policy]
initial-interval = "100ms"
max-interval = "2s"
max-attempts = 1000
[worker.storage]
rocksdb-disable-wal-compression = {plain}
rocksdb-disable-l0-l1-compression = {plain}
[bifrost]
default-provider = "local"
[bifrost.local]
rocksdb-disable-wal-compression = {plain}
rocksdb-disable-l0-l1-compression = {plain}
[log-server]
rocksdb-disable-wal-compression = {plain}
rocksdb-disable-l0-l1-compression = {plain}
"""
        path = os.path.join(self.folder.name, "restate.toml")
        with open(path, "w", encoding="utf-8") as file:
            file.write(config)
        self.server = subprocess.Popen(
            [server_program(), "--config-file", path, "--no-logo"], stdout=self.logs, stderr=self.logs
        )
        self.wait(self.admin + "/health", self.server)
        self.wait(self.ingress + "/restate/health", self.server)

    def wait(self, url, process, patience=30):
        import urllib.request

        until = time.time() + patience
        while True:
            try:
                urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url, timeout=2).read()
                return
            except OSError:
                if process.poll() is not None or time.time() > until:
                    sys.exit(f"{url} does not answer:\n{self.log()}")
                time.sleep(0.05)

    def log(self):
        with open(self.logs.name, encoding="utf-8", errors="replace") as file:
            return file.read()[-4000:]

    def start_worker(self, number):
        """Workers share an address: the system gives each its part of the connections."""
        command = [
            self.program, "worker", "--restate", self.admin, "--ingress", self.ingress,
            "--listen", f"127.0.0.1:{self.ports['worker']}", "--private-sinks", *self.more,
        ]
        self.workers[number] = subprocess.Popen(
            command, stderr=subprocess.PIPE, stdout=self.logs, env=self.environment, text=True
        )
        said = self.workers[number].stderr.readline()
        if "Working at" not in said:
            sys.exit(f"worker {number}: {said}{self.workers[number].stderr.read()}")
        threading.Thread(target=self.drain, args=[self.workers[number].stderr], daemon=True).start()

    def drain(self, said):
        for line in said:
            self.logs.write(line.encode())

    def kill(self, process):
        process.send_signal(signal.SIGKILL)
        process.wait()

    def kill_worker(self, number):
        self.kill(self.workers[number])

    def kill_server(self):
        self.kill(self.server)

    def run(self, *arguments, **more):
        """The command line, beside the cluster."""
        done = subprocess.run(
            [self.program, *arguments], env=self.environment, text=True, capture_output=True, **more
        )
        if done.returncode:
            sys.exit(f"{arguments}: {done.stderr}")
        return done.stdout


def memory(process):
    """Resident MiB: now, and at most."""
    with open(f"/proc/{process.pid}/status", encoding="ascii") as file:
        return {name: int(value) // 1024 for name, value in re.findall(r"(VmHWM|VmRSS):\s+(\d+) kB", file.read())}


def seconds_of_cpu(process):
    with open(f"/proc/{process.pid}/stat", encoding="ascii") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
