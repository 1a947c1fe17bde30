"""Opens a page with a bundle in Chromium, and prints what it says: `browser.py BUNDLE EMULATOR`.

The page's server passes on what is for the emulator, which is of another origin.
"""

import http.server
import json
import sys
import tempfile
import threading
import urllib.request
from contextlib import ExitStack
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[5] / "testing"))

import subprocess

from browser import Browser, line_with, program

PAGE = '<!doctype html><meta charset="utf-8"><script type="module" src="/bundle.js"></script><body></body>'


def main(bundle, emulator):
    bases = list(emulator["routes"].values())
    routes = {origin: f"/to/{bases.index(base)}" for origin, base in emulator["routes"].items()}
    files = {
        "/": ("text/html", PAGE.encode()),
        "/bundle.js": ("text/javascript", Path(bundle).read_bytes()),
        "/emulator": ("application/json", json.dumps({**emulator, "routes": routes}).encode()),
    }

    class Server(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            if found := files.get(self.path):
                return self.answer(200, *found)
            if not self.path.startswith("/to/"):
                return self.answer(404, "text/plain", b"")
            _, _, index, rest = self.path.split("/", 3)
            length = int(self.headers.get("content-length", 0))
            kept = ("authorization", "content-type", "accept")
            headers = {name: self.headers[name] for name in kept if name in self.headers}
            body = self.rfile.read(length) if length else None
            asked = urllib.request.Request(f"{bases[int(index)]}/{rest}", body, headers, method=self.command)
            try:
                with urllib.request.urlopen(asked, timeout=30) as answer:
                    self.answer(answer.status, answer.headers["content-type"], answer.read())
            except urllib.error.HTTPError as error:
                self.answer(error.code, error.headers["content-type"], error.read())

        do_POST = do_GET

        def answer(self, status, kind, body):
            self.send_response(status)
            self.send_header("content-type", kind)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    with ExitStack() as stack:
        server = stack.enter_context(http.server.ThreadingHTTPServer(("127.0.0.1", 0), Server))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        stack.callback(server.shutdown)
        profile = stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True))
        driver = stack.enter_context(program(["chromedriver", "--port=0"], stdout=subprocess.PIPE))
        port = line_with(driver.stdout, r"started successfully on port (\d+)")
        browser = Browser(f"http://127.0.0.1:{port}", profile)
        stack.callback(lambda: browser.call("DELETE", ""))
        browser.open(f"http://127.0.0.1:{server.server_port}/")
        print(browser.until(browser.text, "an answer of the page"))


main(sys.argv[1], json.loads(sys.argv[2]))
