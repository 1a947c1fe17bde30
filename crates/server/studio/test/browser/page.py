"""The studio in a browser: what a person does there, and what is held against every page."""

import base64
import json
import os
import urllib.request

AXE = os.path.join(os.path.dirname(__file__), "../../node_modules/axe-core/axe.min.js")
SIZES = [(1280, 900), (390, 844)]
# Types as a person does, for fields whose keys depend on the language of the browser.
FILL = """
const [field, value] = arguments;
Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set.call(field, value);
field.dispatchEvent(new Event("input", { bubbles: true }));
"""
DROP = """
const [place, name, type, content] = arguments;
const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
const dataTransfer = new DataTransfer();
dataTransfer.items.add(new File([bytes], name, { type }));
for (const kind of ["dragover", "drop"]) {
  place.dispatchEvent(new DragEvent(kind, { bubbles: true, cancelable: true, dataTransfer }));
}
"""
# Where the page begins, or its part.
REST = """
const at = {at};
if (at === null) scrollTo(0, 0); else document.querySelector(at).scrollIntoView({{ block: "start" }});
"""
# Whether every picture that is to be seen is there, or is known to be lost.
SHOWN = """
return [...document.images].every((image) => {
  const { top, bottom } = image.getBoundingClientRect();
  return image.complete || bottom < 0 || top > innerHeight;
});
"""
CHECK = """
const done = arguments[arguments.length - 1];
axe.run(document, { resultTypes: ["violations"] }).then(
  ({ violations }) => done(violations.map(({ id, impact, help, nodes }) =>
    ({ id, impact, help, where: nodes.slice(0, 3).map(({ html }) => html.slice(0, 200)) }))),
  (error) => done([{ id: "axe", impact: "serious", help: String(error), where: [] }]));
"""


class Studio:
    """A browser at the page, and a program that knows the same key."""

    def __init__(self, browser, address, key):
        self.browser, self.address, self.key = browser, address, key
        with open(AXE, encoding="utf8") as file:
            self.axe = file.read()
        self.looked = 0

    def ask(self, path, body=None, at=None):
        """Asks the server, or another at an address, as another program would."""
        headers = {"authorization": f"Bearer {self.key}", "content-type": "application/json"}
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request((at or self.address).rstrip("/") + path, data, headers)
        with urllib.request.urlopen(request, timeout=60) as answer:
            content = answer.read()
            return json.loads(content) if content else None

    def go(self, *parts):
        self.browser.open(f"{self.address}#/" + "/".join(parts))

    def see(self, *texts):
        self.browser.see(*texts)

    def script(self, text, xpath, *values):
        element = self.browser.element(xpath)
        # The name that the protocol has for elements.
        handle = {"element-6066-11e4-a52e-4f735466cecf": element}
        body = {"script": text, "args": [handle, *values]}
        return self.browser.call("POST", "/execute/sync", body)

    def field(self, label):
        """The field with this label."""
        for_label = f"//label[normalize-space(text())='{label}']/@for"
        return f"//*[@id={for_label}]"

    def fill(self, label, value):
        self.script(FILL, self.field(label), value)

    def choose(self, label, text):
        """Types into a field with choices, and takes the first that fits, by the keyboard alone."""
        self.browser.type(self.field(label), text)
        self.browser.element(f"//li[@role='option'][@data-active][span[contains(., '{text}')]]")
        self.browser.press_key("Enter")

    def drop(self, name, kind, content):
        """Drops a file."""
        self.script(DROP, "//div[@class='file']", name, kind, base64.b64encode(content).decode())

    def loaded(self, xpath):
        """Waits until a picture is there, and gives its width."""
        width = lambda: self.script("return arguments[0].complete && arguments[0].naturalWidth", xpath)
        return self.browser.until(width, f"the picture at {xpath}")

    def look(self, name, at=None):
        """Holds a page against what every page has to be, in both sizes, light and dark; `at` is what
        comes to the top of the pictures of it."""
        browser = self.browser
        for width, height in SIZES:
            browser.size(width, height)
            for is_dark in [False, True]:
                browser.dark(is_dark)
                wide = browser.script("return document.documentElement.scrollWidth - window.innerWidth")
                assert wide <= 0, f"{name} is {wide} pixels wider than a window of {width}"
                browser.script(REST.format(at=json.dumps(at)))
                browser.until(lambda: browser.script(SHOWN), f"all pictures of {name}")
                browser.picture(f"{name}-{width}-{'dark' if is_dark else 'light'}")
                self.check(f"{name} at {width}, {'dark' if is_dark else 'light'}")
        browser.dark(False)
        browser.size(*SIZES[0])

    def check(self, name):
        browser = self.browser
        if not browser.script("return 'axe' in window"):
            browser.script(self.axe)
        found = browser.call("POST", "/execute/async", {"script": CHECK, "args": []})
        bad = [one for one in found if one["impact"] in ("serious", "critical")]
        assert not bad, f"{name}: {json.dumps(bad, indent=1)}"
        self.looked += 1
