"""A person's way through the studio, in a real browser, on the emulator.

From an empty state: refuses consent and reads why, connects, creates a board after mending a field,
and a Pin from a dropped picture, sees its card, watches a trigger fire, and sees a chart of last week's
figures. Each page is looked at in two sizes, light and dark, and checked by axe. With SCREENSHOTS set
to a folder, pictures of the pages are left there.
"""

import base64
import datetime
import os
import subprocess
import sys
import tempfile
import urllib.parse
from contextlib import ExitStack

sys.path.append(os.path.join(os.path.dirname(__file__), "../../../../../testing"))

from browser import Browser, line_with, program
from page import Studio
from picture import png

CONNECTOR = os.path.abspath(sys.argv[1])


def serve(stack, folder):
    """Starts the server, and gives its address and its first key."""
    environment = {
        "PATH": os.environ["PATH"],
        "CONNECTOR_VAULT_KEY": base64.b64encode(b"0" * 32).decode(),
        **{name: os.environ[name] for name in ["CONNECTOR_COMPONENT"] if name in os.environ},
    }
    command = [CONNECTOR, "--emulator", "--state", folder, "serve", "--listen", "127.0.0.1:0"]
    pipe = subprocess.PIPE
    running = stack.enter_context(program(command, env=environment, stdout=pipe, stderr=pipe))
    address = line_with(running.stderr, r"Serving at (http://\S+/);")
    return address, running.stdout.readline().strip()


def sign_in(studio):
    browser = studio.browser
    browser.open(studio.address)
    studio.see("Connector studio")
    studio.look("sign-in")
    browser.type("//input[@id='key']", "not-a-key")
    browser.press("Open the studio")
    studio.see("This key is not known here")
    browser.type("//input[@id='key']", studio.key)
    browser.press("Open the studio")
    studio.see("Each is an account at a service")
    studio.look("connections")
    # A page begins at its heading, also for the keyboard; from the top one can pass by the links.
    focus = "return document.activeElement.textContent"
    assert browser.script(focus) == "Connections"
    browser.press_key("Tab")
    assert browser.script(focus) == "Connect an account"
    browser.script("document.querySelector('.skip').focus()")
    browser.press_key("Enter")
    assert browser.script("return document.activeElement.id") == "main"


def disconnect(studio):
    studio.browser.click("//h2/a[.='emulator']/ancestor::li//a[starts-with(., 'About')]")
    studio.see("What it may do")
    studio.look("overview")
    studio.browser.press("Disconnect…")
    studio.browser.press("Disconnect emulator")
    studio.see("No account is connected yet")


def begin(studio, name):
    """Goes up to the service's consent page."""
    browser = studio.browser
    studio.go("connect")
    studio.see("What it may do", "List and read public boards")
    browser.type("//input[@id='name']", name)
    if name == "refused":
        studio.look("connect")
    browser.press("Continue to Pinterest")
    # The page that people of other applications see as well.
    browser.until(lambda: "/connect/" in browser.script("return location.pathname"), "the page of the link")
    studio.check("the page of the link")
    browser.press("Continue to Pinterest")
    studio.see("Studio Fern", "pins:write")


def connect(studio):
    browser = studio.browser
    begin(studio, "refused")
    browser.press("Deny")
    studio.see("Nothing was granted", "What happened")
    browser.picture("refused")
    studio.check("the page after Deny")
    browser.click("//a[.='Back to the application']|//button[.='Back to the application']")
    studio.see("Nothing was connected", "No account is connected yet")
    begin(studio, "shop")
    browser.press("Allow")
    studio.see("shop is connected")
    studio.look("connected")
    [connection] = studio.ask("/v1/connections")["connections"]
    assert connection["name"] == "shop", connection
    return connection["id"]


def create_board(studio, connection):
    browser = studio.browser
    studio.go("c", connection, "actions")
    studio.see("Only what its scopes allow")
    browser.type("//input[@id='find']", "create board")
    studio.see(" of ")
    studio.look("actions")
    browser.click("//a[strong='Create a board']")
    studio.see("Show the request")
    browser.press("Run")
    studio.see("One field is not right")
    focus = browser.script("return document.activeElement.getAttribute('role')")
    assert focus == "alert", f"the focus is at {focus}"
    studio.look("field-error")
    browser.click("//div[@role='alert']//button[.='Name']")
    name = studio.field("Name")
    assert studio.script("return arguments[0] === document.activeElement", name)
    assert studio.script("return arguments[0].getAttribute('aria-invalid')", name) == "true"
    browser.type(name, "Window sills")
    browser.press("Show the request")
    studio.see("POST https://api.pinterest.com/v5/boards")
    browser.press("Run")
    studio.see("Done")
    studio.see("Window sills")


def create_pin(studio, connection):
    browser = studio.browser
    studio.go("c", connection, "actions", "image_pins.create")
    studio.see("Create a Pin from image files", "Drop a file here")
    studio.drop("small.png", "image/png", png(64))
    studio.see("small.png")
    studio.choose("Board", "Window sills")
    browser.type("//input[@id='root.title']", "Fern on the sill")
    browser.press("Code")
    studio.see("curl")
    for where in ["Command line", "Node", "Python", "n8n", "MCP"]:
        browser.press(where)
        studio.see("Fern on the sill")
    # What only the service's rules for pictures tell comes back to its field, too.
    browser.press("Run")
    studio.see("One field is not right", "each side must have 75 at least")
    studio.look("picture-error", at=".output")
    browser.press("Remove small.png")
    studio.drop("sill.png", "image/png", png(240))
    studio.see("sill.png")
    assert studio.loaded("//div[@class='file']//img") == 240
    browser.press("Run")
    studio.see("Done", "Pictures")
    card = "//button[@class='card']"
    assert studio.loaded(f"{card}/img") == 240
    studio.look("pin", at=".output")
    browser.click(card)
    studio.see("creative_type")
    studio.check("the dialog of a Pin")
    browser.press("Close")


def pictures(studio, connection):
    """A list as pictures, as a table, and to its end."""
    browser = studio.browser
    studio.go("c", connection, "actions", "pins.list")
    studio.see("Items at most")
    browser.press("Run")
    studio.see("Done", "100 items", "There may be more")
    for number in range(1, 7):
        studio.loaded(f"(//button[@class='card'])[{number}]/img")
    studio.look("pins", at=".output")
    browser.press("Table")
    studio.see("created_at")
    studio.look("table", at=".output")
    studio.fill("Items at most", "")
    browser.press("Run")
    studio.see("Done", "Show more (100 of")
    studio.go("c", connection, "runs")
    studio.see("pins.list", "image_pins.create")
    studio.look("runs")
    browser.click("(//a[.='pins.list'])[1]")
    studio.see("Done", "Show more (100 of")


def cancel_and_resume(studio, connection):
    """A run whose service takes a minute is stopped, and goes on when somebody says so."""
    browser = studio.browser
    [first] = studio.ask("/v1/shop/actions/boards.list?limit=1", {})["items"][:1]
    emulator = "http://" + urllib.parse.urlsplit(first["media"]["image_cover_url"]).netloc
    slow = {"on": {"method": "GET", "path": "/v5/boards"}, "kind": {"slow": 60_000}}
    studio.ask("/emulator/faults", slow, emulator)
    studio.go("c", connection, "actions", "boards.list")
    studio.see("Items at most")
    browser.press("Run")
    studio.see("Running")
    studio.look("running", at=".output")
    browser.press("Cancel")
    studio.see("Stopped")
    studio.check("a stopped run")
    browser.press("Resume")
    studio.see("Done", "Window sills")


def trigger(studio, connection):
    browser = studio.browser
    studio.go("c", connection, "triggers", "boards.new")
    studio.see("No event yet")
    browser.press("Watch")
    studio.see("It has taken stock")
    studio.ask("/v1/shop/actions/boards.create", {"name": "Made elsewhere"})
    studio.see("Made elsewhere")
    browser.press("Stop watching")
    studio.look("trigger")


def chart(studio, connection):
    browser = studio.browser
    studio.go("c", connection, "actions", "user_account_analytics.get")
    studio.see("Show the request")
    today = datetime.datetime.now(datetime.timezone.utc).date()
    for label, days in [("From", 7), ("To", 1)]:
        studio.fill(label, str(today - datetime.timedelta(days=days)))
    browser.press("Run")
    studio.see("Done", "Mean")
    points = browser.script("return document.querySelectorAll('.plot circle').length")
    assert points == 7, f"{points} days"
    said = browser.script("return document.querySelector('.plot svg').getAttribute('aria-label')")
    assert said.startswith("Impression"), said
    studio.look("chart", at=".output")


def others(studio, connection):
    studio.go("c", connection, "resources", "boards")
    studio.see("Fields")
    studio.browser.press("Read the first 50 rows")
    studio.see("Pictures")
    studio.look("data")
    studio.go("keys")
    studio.see("Make a key", "first")
    studio.look("keys")
    studio.go("audit")
    studio.see("run boards.create", "connect")
    studio.look("audit")


def at_home(browser, address):
    """Nothing came from elsewhere, and nothing was against the page's policy."""
    urls = browser.script("return performance.getEntriesByType('resource').map(({ name }) => name)")
    hosts = {urllib.parse.urlsplit(url).hostname for url in urls if not url.startswith("blob:")}
    assert hosts <= {urllib.parse.urlsplit(address).hostname, "127.0.0.1"}, hosts
    log = browser.call("POST", "/se/log", {"type": "browser"})
    broken = [line["message"] for line in log if "Content Security Policy" in line["message"] or "Uncaught" in line["message"]]
    assert not broken, broken


def main():
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        address, key = serve(stack, os.path.join(folder, "state"))
        driver = stack.enter_context(program(["chromedriver", "--port=0"], stdout=subprocess.PIPE))
        port = line_with(driver.stdout, r"started successfully on port (\d+)")
        browser = Browser(f"http://127.0.0.1:{port}", os.path.join(folder, "profile"))
        stack.callback(browser.call, "DELETE", "")
        studio = Studio(browser, address, key)
        browser.size(1280, 900)
        sign_in(studio)
        disconnect(studio)
        connection = connect(studio)
        create_board(studio, connection)
        create_pin(studio, connection)
        pictures(studio, connection)
        cancel_and_resume(studio, connection)
        trigger(studio, connection)
        chart(studio, connection)
        others(studio, connection)
        at_home(browser, address)
        print(f"the studio in a browser: {studio.looked} looks without serious findings of axe")


main()
