"""Stand-ins on loopback of what a release is published to: an OCI registry (Debian's docker-registry), npm's
(verdaccio), PyPI's (pypiserver) and a folder of files. Each ends with the `with` that began it.
"""

import http.server
import json
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from functools import partial
from pathlib import Path

PATIENCE = 60


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


@contextmanager
def served(command, port, path, folder):
    """A server, once it answers at this path."""
    log = folder / "log"
    with log.open("wb") as out:
        server = subprocess.Popen([str(part) for part in command], cwd=folder, stdout=out, stderr=out)
        try:
            address = f"http://127.0.0.1:{port}"
            until = time.monotonic() + PATIENCE
            while not answers(address + path):
                if server.poll() is not None or time.monotonic() > until:
                    raise SystemExit(f"{command[0]} does not answer:\n{log.read_text()[-2000:]}")
                time.sleep(0.1)
            yield address
        finally:
            server.terminate()
            server.wait(10)


def answers(address):
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:
            return answer.status == 200
    except (OSError, urllib.error.URLError):
        return False


def oci(folder):
    """A registry of OCI artefacts without accounts."""
    port = free_port()
    folder.mkdir(parents=True)
    settings = folder / "config.yml"
    settings.write_text(
        "version: 0.1\n"
        f"storage: {{filesystem: {{rootdirectory: {folder}/data}}}}\n"
        f"http: {{addr: '127.0.0.1:{port}'}}\n"
    )
    program = shutil.which("docker-registry") or "docker-registry"
    return served([program, "serve", settings], port, "/v2/", folder)


def npm(folder, modules):
    """A registry of npm to which everybody may publish, and which asks no other one."""
    port = free_port()
    folder.mkdir(parents=True)
    settings = folder / "config.yaml"
    settings.write_text(json.dumps({
        "storage": str(folder / "data"),
        "uplinks": {},
        "packages": {"**": {"access": "$all", "publish": "$all"}},
        "max_body_size": "200mb",
        "log": {"type": "stdout", "level": "warn"},
    }))
    script = modules / "verdaccio/bin/verdaccio"
    command = ["node", script, "--config", settings, "--listen", f"127.0.0.1:{port}"]
    return served(command, port, "/-/ping", folder)


def pypi(folder):
    """An index of wheels to which everybody may upload."""
    port = free_port()
    (folder / "data").mkdir(parents=True)
    program = Path(sys.executable).parent / "pypi-server"
    command = [program, "run", "-i", "127.0.0.1", "-p", port, "-P", ".", "-a", ".", "--disable-fallback", folder / "data"]
    return served(command, port, "/simple/", folder)


@contextmanager
def files(folder):
    """The files of a release, as a web server gives them."""
    folder.mkdir(parents=True)

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=folder))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
