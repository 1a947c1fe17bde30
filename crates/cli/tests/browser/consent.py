"""Connects through a real browser: presses Allow, then Deny, and reads what the pages say.

Needs chromium and chromedriver, and nothing but Python's own library. With SCREENSHOTS set to a
folder, it leaves pictures of the pages there.
"""

import base64
import json
import os
import re
import subprocess
import sys
import tempfile
import urllib.request
from contextlib import ExitStack, contextmanager

CONNECTOR = os.path.abspath(sys.argv[1])
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]
SCOPES = ["boards:read", "boards:write", "pins:read"]


class Browser:
    """A headless Chromium, over the WebDriver protocol."""

    def __init__(self, driver, profile):
        self.base = driver
        options = {"args": [*FLAGS, f"--user-data-dir={profile}"]}
        made = self.call("POST", "/session", {"capabilities": {"alwaysMatch": {"goog:chromeOptions": options}}})
        self.base += f"/session/{made['sessionId']}"

    def call(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.base + path, data, {"content-type": "application/json"}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            raise AssertionError(error.read().decode()) from None

    def size(self, width, height):
        # The window is larger than the page.
        self.call("POST", "/window/rect", {"width": width, "height": height})

    def open(self, url):
        self.call("POST", "/url", {"url": url})

    def script(self, text):
        return self.call("POST", "/execute/sync", {"script": text, "args": []})

    def text(self):
        return self.script("return document.body.innerText")

    def press(self, label):
        found = self.call("POST", "/element", {"using": "xpath", "value": f"//button[normalize-space()='{label}']"})
        self.call("POST", f"/element/{next(iter(found.values()))}/click", {})

    def picture(self, name):
        if folder := os.environ.get("SCREENSHOTS"):
            with open(os.path.join(folder, f"{name}.png"), "wb") as file:
                file.write(base64.b64decode(self.call("GET", "/screenshot")))

    def dark(self, is_dark):
        feature = {"name": "prefers-color-scheme", "value": "dark" if is_dark else "light"}
        params = {"cmd": "Emulation.setEmulatedMedia", "params": {"features": [feature]}}
        self.call("POST", "/goog/cdp/execute", params)


@contextmanager
def program(command, **options):
    running = subprocess.Popen(command, text=True, **options)
    try:
        yield running
    finally:
        running.terminate()
        running.wait(timeout=20)


def line_with(stream, pattern):
    """What a pattern finds in the first line of a stream that it fits."""
    for line in stream:
        if found := re.search(pattern, line):
            return found[1]
    raise AssertionError(f"no line with {pattern}")


def connect(emulator, home, browser, choice):
    """Goes through `connect` and presses a button; gives its exit code, its words and the last page."""
    environment = {
        "PATH": os.environ["PATH"],
        "CONNECTOR_STATE": home,
        **({"CONNECTOR_COMPONENT": os.environ["CONNECTOR_COMPONENT"]} if "CONNECTOR_COMPONENT" in os.environ else {}),
        "CONNECTOR_ROUTES": ",".join(emulator["routes"]),
        "CONNECTOR_CLIENT_ID": emulator["client_id"],
        "CONNECTOR_CLIENT_SECRET": emulator["client_secret"],
        "CONNECTOR_VAULT_KEY": base64.b64encode(b"0" * 32).decode(),
    }
    command = [CONNECTOR, "connect", "--scopes", ",".join(SCOPES), "--redirect-uri", "http://127.0.0.1:8085/"]
    pipe = subprocess.PIPE
    with program(command, env=environment, stdin=subprocess.DEVNULL, stdout=pipe, stderr=pipe) as running:
        address = line_with(running.stderr, r"^(http://\S+)$")
        browser.open(address)
        text = browser.text()
        for words in ["Flow builder", "Studio Fern", "@studiofern", "See your public Pins", *SCOPES]:
            assert words in text, text
        assert "secret" not in text, text
        for width, height in [(1280, 900), (390, 844)]:
            browser.size(width, height)
            wide = browser.script("return document.documentElement.scrollWidth - window.innerWidth")
            assert wide <= 0, f"the page is {wide} pixels wider than the window"
            for is_dark in [False, True]:
                browser.dark(is_dark)
                browser.picture(f"consent-{width}-{'dark' if is_dark else 'light'}")
        style = browser.script("return getComputedStyle(document.querySelector('main')).borderRadius")
        assert style != "0px", "the style is not applied"
        browser.press(choice)
        closing = browser.text()
        browser.picture(f"closing-{choice.lower()}")
        out, err = running.communicate(timeout=60)
        return running.returncode, out + err, closing


def main():
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        emulator = stack.enter_context(program(
            [CONNECTOR, "--json", "emulator", "--state", os.path.join(folder, "service")],
            stdout=subprocess.PIPE,
        ))
        emulator = json.loads(emulator.stdout.readline())
        driver = stack.enter_context(program(["chromedriver", "--port=0"], stdout=subprocess.PIPE))
        port = line_with(driver.stdout, r"started successfully on port (\d+)")
        browser = Browser(f"http://127.0.0.1:{port}", os.path.join(folder, "profile"))
        stack.callback(browser.call, "DELETE", "")

        code, said, allowed = connect(emulator, os.path.join(folder, "allowed"), browser, "Allow")
        assert code == 0, said
        assert "Connected as Studio Fern" in said, said
        assert allowed.strip(), "the page after Allow is empty"
        code, said, denied = connect(emulator, os.path.join(folder, "denied"), browser, "Deny")
        assert code == 3, said
        assert "access_denied" in said, said
        assert denied.strip(), "the page after Deny is empty"
    print("allowed and denied in a browser")


main()
