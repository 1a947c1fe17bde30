"""Builds the book from `docs/`, and looks whether it is whole.

    python3 docs/book/build.py MDBOOK OUT

`docs/SUMMARY.md` is its table of contents. Documents from elsewhere in the repository that it names become pages too;
the pages of a folder stand below the folder's README.md, in the order in which that leads to them. mdBook makes pages
of them in `OUT/html`. Then every link and every picture of every page has to lead somewhere, and no page may load
anything from elsewhere.

With `git-repository-url` in book.toml, what is no page of the book leads there; without it, it is named only.
"""

import os
import posixpath
import re
import shutil
import subprocess
import sys
import tomllib
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
CONTENTS = "docs/SUMMARY.md"
LINK = re.compile(r"(!?)\[((?:`[^`]*`|[^\[\]`])*)\]\(([^()\s]+)\)")
ENTRY = re.compile(r"( *)(?:- )?\[(.*)\]\((.*)\)$")
FENCE = re.compile(r" *(```+|~~~+)")
ORDER = re.compile(r"^ *<!-- test:.*?-->\n", re.DOTALL | re.MULTILINE)


def beside(document, target):
    """A path that is relative to a document, from the root on."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(document), target))


def place(path):
    """Where a document of the repository is in the book: `crates/packs/n8n/README.md` is `crates/packs/n8n/index.md`."""
    path = path.removeprefix("docs/")
    folder, name = posixpath.split(path)
    name = "index.md" if name == "README.md" else name
    # Documents at the root have capitals, and addresses have none.
    return posixpath.join(folder, name if folder else name.lower())


class Contents:
    """The table of contents, with the pages that stand below the first ones of their folders."""

    def __init__(self):
        self.lines, self.pages = [], {}
        entries = (ROOT / CONTENTS).read_text().splitlines()
        named = {beside(CONTENTS, entry[3]) for line in entries if (entry := ENTRY.match(line))}
        for line in entries:
            entry = ENTRY.match(line)
            if not entry:
                self.lines.append(line)
                continue
            indent, title, target = entry.groups()
            path = beside(CONTENTS, target)
            self.add(path, line[:line.index("[")], title)
            if path.startswith("docs/") and path.endswith("/README.md"):
                for page in below(path):
                    if page not in named:
                        self.add(page, f"{indent}  - ", heading(page))

    def add(self, path, before, title):
        if path in self.pages:
            raise SystemExit(f"{CONTENTS}: {path} has two places")
        self.pages[path] = place(path)
        self.lines.append(f"{before}[{title}]({place(path)})")


def below(first):
    """The pages in the folder of its first one, in the order in which that leads to them."""
    folder = posixpath.dirname(first)
    targets = (link[3].split("#")[0] for link in LINK.finditer((ROOT / first).read_text()))
    paths = (beside(first, target) for target in targets if target.endswith(".md"))
    pages = [path for path in dict.fromkeys(paths) if posixpath.dirname(path) == folder and path != first]
    # What nothing leads to, `cargo xtask tidy` tells.
    return [page for page in pages if (ROOT / page).is_file()]


def heading(page):
    return next(line for line in (ROOT / page).read_text().splitlines() if line.startswith("# "))[2:]


def staged(path, pages, files, lost, source):
    """A document as a page: links to other pages lead to their places."""

    def link(found):
        image, text, target = found.groups()
        if ":" in target or target.startswith("#"):
            return found[0]
        file, _, anchor = target.partition("#")
        file = beside(path, file)
        if file not in pages and f"{file}/README.md" in pages:
            file = f"{file}/README.md"
        if file in pages:
            to = posixpath.relpath(pages[file], posixpath.dirname(pages[path]) or ".")
            return f"{image}[{text}]({to}{'#' if anchor else ''}{anchor})"
        if not (ROOT / file).exists():
            lost.append(f"{path} leads to {target}, which is not there")
        elif image:
            files.add(file)
            to = posixpath.relpath(place(file), posixpath.dirname(pages[path]) or ".")
            return f"![{text}]({to})"
        return f"[{text}]({source}/{file})" if source else text

    text = ORDER.sub("", (ROOT / path).read_text())
    return "".join(part if fenced else LINK.sub(link, part) for fenced, part in parts(text))


def parts(text):
    """What stands in fences, and what does not, in turns."""
    fence, part = None, []
    for line in text.splitlines(keepends=True):
        mark = FENCE.match(line)
        if fence is None and mark:
            yield False, "".join(part)
            fence, part = mark[1], [line]
        elif fence and mark and mark[1].startswith(fence):
            yield True, "".join([*part, line])
            fence, part = None, []
        else:
            part.append(line)
    yield fence is not None, "".join(part)


def stage(out, source):
    """Writes what mdBook reads. Gives the pages, and what leads to no file at all."""
    shutil.rmtree(out, ignore_errors=True)
    contents, files, lost = Contents(), set(), []
    for path, page in contents.pages.items():
        target = out / "src" / page
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(staged(path, contents.pages, files, lost, source))
    for file in files:
        target = out / "src" / place(file)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / file, target)
    (out / "src/SUMMARY.md").write_text("\n".join(contents.lines) + "\n")
    for name in "book.toml", "extra.css", "extra.js":
        shutil.copy2(HERE / name, out / name)
    return contents.pages, lost


class Page(HTMLParser):
    """What a page leads to, what it loads, and what can be led to in it."""

    def __init__(self, text):
        super().__init__()
        self.links, self.loads, self.ids = [], [], set()
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        self.ids.update(value for name in ("id", "name") if (value := given.get(name)))
        if tag == "a" and given.get("href"):
            self.links.append(given["href"])
        if tag in ("img", "script", "iframe", "source", "video") and given.get("src"):
            self.loads.append(given["src"])
        if tag == "link" and given.get("rel") in ("stylesheet", "icon", "shortcut icon", "preload"):
            self.loads.append(given["href"])


def faults(html):
    """What leads nowhere, and what would be loaded from elsewhere."""
    pages = {path: Page(path.read_text()) for path in sorted(html.rglob("*.html"))}
    for path, page in pages.items():
        where = path.relative_to(html)
        for target in page.loads + page.links:
            address = urlsplit(target)
            if address.scheme or address.netloc:
                if target in page.loads and address.scheme != "data":
                    yield f"{where} loads {target}"
                continue
            file = path if not address.path else Path(os.path.normpath(path.parent / unquote(address.path)))
            file = file / "index.html" if file.is_dir() else file
            if not file.is_file():
                yield f"{where} leads to {target}, which is not there"
            elif address.fragment and file in pages and unquote(address.fragment) not in pages[file].ids:
                yield f"{where} leads to {target}, and there is no such place on that page"
    for sheet in html.rglob("*.css"):
        for address in re.findall(r"(?:url\(|@import )[\"']?(https?:[^\"')]+)", sheet.read_text()):
            yield f"{sheet.relative_to(html)} loads {address}"


def main(mdbook, out):
    out = Path(out)
    settings = tomllib.loads((HERE / "book.toml").read_text())
    pages, lost = stage(out, settings["output"]["html"].get("git-repository-url", "").rstrip("/"))
    subprocess.run([mdbook, "build", str(out)], check=True)
    found = lost + list(faults(out / "html"))
    for fault in found:
        print(fault)
    size = sum(path.stat().st_size for path in (out / "html").rglob("*") if path.is_file())
    print(f"{len(pages)} pages in {out / 'html'}, {size / 1e6:.1f} MB, {len(found)} faults")
    sys.exit(bool(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
