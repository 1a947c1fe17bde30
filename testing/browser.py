"""A real browser for tests: headless Chromium, over the WebDriver protocol.

Needs chromium and chromedriver, and nothing but Python's own library. With SCREENSHOTS set to a
folder, pictures of pages are left there.
"""

import base64
import json
import os
import re
import subprocess
import time
import urllib.request
from contextlib import contextmanager

# A minute and a half, for machines with much else to do.
WAITS, WAIT_S = 900, 0.1
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]


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

    def element(self, xpath):
        """The first element at a path, waited for."""
        found = self.until(lambda: self.call("POST", "/elements", {"using": "xpath", "value": xpath}), xpath)
        return next(iter(found[0].values()))

    def click(self, xpath):
        element = self.element(xpath)
        # In the middle nothing that stays in its place covers it.
        handle = {"element-6066-11e4-a52e-4f735466cecf": element}
        text = "arguments[0].scrollIntoView({ block: 'center', behavior: 'instant' })"
        self.call("POST", "/execute/sync", {"script": text, "args": [handle]})
        self.call("POST", f"/element/{element}/click", {})

    def press(self, label):
        self.click(f"//button[normalize-space()='{label}']")

    def type(self, xpath, text):
        """Types into an element, over what is there."""
        element = self.element(xpath)
        self.call("POST", f"/element/{element}/clear", {})
        self.call("POST", f"/element/{element}/value", {"text": text})

    def press_key(self, name):
        """Presses a key where the focus is."""
        key = {"Tab": "\ue004", "Enter": "\ue007"}[name]
        keys = [{"type": "keyDown", "value": key}, {"type": "keyUp", "value": key}]
        self.call("POST", "/actions", {"actions": [{"type": "key", "id": "keyboard", "actions": keys}]})

    def until(self, look, what):
        """Waits for something that can take as long as a busy machine needs, up to a bound."""
        for _ in range(WAITS):
            if found := look():
                return found
            time.sleep(WAIT_S)
        raise AssertionError(f"there is never: {what}\n{self.text()}")

    def see(self, *texts):
        """Waits until the page says all of it."""
        for text in texts:
            self.until(lambda text=text: text in self.text(), text)

    def picture(self, name):
        if folder := os.environ.get("SCREENSHOTS"):
            os.makedirs(folder, exist_ok=True)
            with open(os.path.join(folder, f"{name}.png"), "wb") as file:
                file.write(base64.b64decode(self.call("GET", "/screenshot")))

    def dark(self, is_dark):
        """Light or dark, in either case without motion: what is looked at has come to rest."""
        wanted = {"prefers-color-scheme": "dark" if is_dark else "light", "prefers-reduced-motion": "reduce"}
        features = [{"name": name, "value": value} for name, value in wanted.items()]
        params = {"cmd": "Emulation.setEmulatedMedia", "params": {"features": features}}
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
