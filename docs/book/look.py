"""The book in a real browser: from its files, in two sizes, light and dark, with axe, and a search without a network.

    python3 docs/book/look.py HTML AXE

No page may be wider than the screen, load anything from elsewhere, or have a finding of axe that is serious. With
SCREENSHOTS set to a folder, pictures of the pages are left there.
"""

import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[2] / "testing"))

from browser import Browser, line_with, program

PAGES = [
    "index", "install", "start/flow-builder", "start/platform-engineer", "start/data", "start/model", "start/author",
    "command-line", "studio/index", "server", "sql", "actions/index", "actions/pins", "tables/boards", "cli/run", "errors",
    "compare", "performance", "security", "architecture", "glossary",
]
SIZES = {"wide": (1280, 900), "narrow": (390, 844)}
THEMES = ["light", "navy"]
# What may be in the way of somebody.
SERIOUS = {"serious", "critical"}
CHECK = """
const done = arguments[arguments.length - 1];
axe.run(document, { resultTypes: ["violations"] }).then(
  ({ violations }) => done(violations.map(({ id, impact, help, nodes }) =>
    ({ id, impact, help, where: nodes.slice(0, 3).map(({ html }) => html.slice(0, 160)) }))),
  (error) => done([{ id: "axe", impact: "serious", help: String(error), where: [] }]));
"""
ELSEWHERE = """
return performance.getEntriesByType("resource").map(({ name }) => name).filter((name) => !name.startsWith("file:")
  && !name.startsWith("data:"));
"""


class Book:
    """A browser at the book, and what was found wrong there."""

    def __init__(self, browser, html, axe):
        self.browser, self.html, self.axe, self.faults = browser, html, axe, []

    def open(self, page):
        self.browser.open(f"{self.html.as_uri()}/{page}.html")

    def look(self, page, size, theme):
        self.open(page)
        where = f"{page}, {size}, {theme}"
        width = self.browser.script("return [document.documentElement.scrollWidth, innerWidth]")
        if width[0] > width[1]:
            self.faults.append(f"{where}: it is {width[0]} wide, and the screen {width[1]}")
        for name in self.browser.script(ELSEWHERE):
            self.faults.append(f"{where}: it loads {name}")
        lost = "return [...document.images].filter((it) => it.complete && !it.naturalWidth).map((it) => it.src)"
        for name in self.browser.script(lost):
            self.faults.append(f"{where}: there is no picture {name}")
        # mdBook's own scripts run, which a file of the same name would replace.
        if self.browser.script("return document.querySelector('pre code') && !document.querySelector('pre code.hljs')"):
            self.faults.append(f"{where}: its code is not highlighted")
        self.browser.script(self.axe)
        for found in self.browser.call("POST", "/execute/async", {"script": CHECK, "args": []}):
            if found["impact"] in SERIOUS:
                self.faults.append(f"{where}: {found['id']}: {found['help']}: {found['where']}")
        self.browser.picture(f"{page.replace('/', '-')}-{size}-{theme}")

    def search(self, words, title):
        """Types words, and waits for a page among what is found."""
        self.open("index")
        self.browser.click("//button[@id='mdbook-search-toggle']")
        self.browser.type("//input[@id='mdbook-searchbar']", words)
        self.browser.see(title)
        self.browser.picture(f"search-{words.replace(' ', '-')}")


def main(html, axe):
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="book-"))
        driver = stack.enter_context(program(["chromedriver", "--port=0"], stdout=subprocess.PIPE))
        port = line_with(driver.stdout, r"started successfully on port (\d+)")
        browser = Browser(f"http://127.0.0.1:{port}", f"{folder}/profile")
        stack.callback(browser.call, "DELETE", "")
        book = Book(browser, Path(html).resolve(), Path(axe).read_text())
        for theme in THEMES:
            for size, (width, height) in SIZES.items():
                book.browser.size(width, height)
                book.browser.dark(theme != "light")
                book.open("index")
                book.browser.script(f"localStorage.setItem('mdbook-theme', '{theme}')")
                for page in PAGES:
                    book.look(page, size, theme)
        book.search("video pin", "Create a video Pin")
    for fault in book.faults:
        print(fault)
    print(f"{len(PAGES)} pages in {len(SIZES)} sizes and {len(THEMES)} themes, {len(book.faults)} faults")
    sys.exit(bool(book.faults))


if __name__ == "__main__":
    main(*sys.argv[1:])
