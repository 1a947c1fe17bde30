"""Connects through a real browser: presses Allow, then Deny, and reads what the pages say.

With SCREENSHOTS set to a folder, it leaves pictures of the pages there.
"""

import base64
import json
import os
import subprocess
import sys
import tempfile
from contextlib import ExitStack

sys.path.append(os.path.join(os.path.dirname(__file__), "../../../../testing"))

from browser import Browser, line_with, program

CONNECTOR = os.path.abspath(sys.argv[1])
SCOPES = ["boards:read", "boards:write", "pins:read"]


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
