"""A server on an emulator, for judges."""

import json
import os
import signal
import subprocess
import tempfile
import urllib.request


class Serving:
    """`connector serve` with the emulator's account as the connection `emulator`."""

    def __init__(self, program, state=None, listen="127.0.0.1:0", extra=(), environment=None):
        self.state = state or tempfile.mkdtemp(prefix="serve-")
        emulator = [] if environment else ["--emulator"]
        self.process = subprocess.Popen(
            [program, *emulator, "--state", self.state, "serve", "--listen", listen, *extra],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env={**os.environ, "CONNECTOR_VAULT_KEY": "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=",
                 **(environment or {})},
        )
        self.url, key = None, os.path.join(self.state, "first-key")
        for line in self.process.stderr:
            if line.startswith("Serving at "):
                self.url = line.split()[2].rstrip("/;")
                break
        if not self.url:
            raise SystemExit("the server did not start")
        if not os.path.exists(key):
            with open(key, "w", encoding="utf-8") as file:
                file.write(self.process.stdout.readline().strip())
        with open(key, encoding="utf-8") as file:
            self.key = file.read()

    def ask(self, method, path, body=None, headers=()):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, method=method, headers={
            "authorization": f"Bearer {self.key}", "content-type": "application/json", **dict(headers)})
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.loads(answer.read() or b"null")

    def stop(self, how=signal.SIGINT):
        self.process.send_signal(how)
        self.process.wait(timeout=60)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.stop()
