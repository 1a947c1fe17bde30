"""Runs the snippets of the README files and of the book, in order, as somebody does who reads them.

    python3 tests/readme/run.py [README …]

Of the book run are the pages in `docs/start`, and those in `docs` that have a comment of the kind below. A README has a
copy of the repository for itself, whose `target` is the built one. A page of the book has an empty folder with that
`target`, as somebody has who took the program from elsewhere, unless it builds something against the crates. A fenced
block of `sh` is run there; variables and the folder last to the end of the file. What else may be done says a comment
before the block, which no reader sees:

    <!-- test: file app/main.mjs -->    the block is the content of this file
    <!-- test: prints Autumn -->        what the block prints contains this
    <!-- test: background -->           it runs until the end; what it tells to export is exported
    <!-- test: background until TEXT -->  the same of what exports nothing and prints this when it is ready
    <!-- test: cargo app -->            it runs the package in this folder: see `Reader.cargo`
    <!-- test: skip because … -->       it is not run; flags of `connector` and the syntax of Python
                                        are still checked

Blocks of JSON are parsed, blocks without a language are what commands print. Any other block has to
have a comment.
"""

import ast
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")).resolve()
# The first is made by a program; what the others show is run by the tests of their drivers, against
# a service that answers as theirs does, or by the doctests of their crates.
CRATES = (
    "auth", "check", "cli", "compiled", "durable", "forms", "host", "live", "manifest", "mcp", "openapi",
    "records", "scan", "server", "sql", "store", "webhooks",
)
ELSEWHERE = {
    "docs/actions/README.md", "docs/cli/README.md", "drivers/node/README.md", "drivers/python/README.md",
    *(f"crates/{name}/README.md" for name in CRATES),
}
# Seconds. Rust compiles what the snippet needs.
PATIENCE = 1800
COMMENT = re.compile(r"<!-- test: (file|prints|background|cargo|skip)\b ?(.*?) ?-->", re.DOTALL)
FENCE = re.compile(r"^( *)```(\w*)(?:,\w+)*$")


class Block:
    """A fenced block, with what the comments before it say."""

    def __init__(self, place, language, text, orders):
        self.place, self.language, self.text, self.orders = place, language, text, orders


def blocks(path):
    """The blocks of a file. Commands that are indented instead of fenced are a mistake."""
    found, orders, lines = [], {}, path.read_text().splitlines()
    number = 0
    while number < len(lines):
        line = lines[number]
        place = f"{path.relative_to(ROOT)}:{number + 1}"
        if fence := FENCE.match(line):
            indent, language = fence.groups()
            end = next(at for at in range(number + 1, len(lines)) if lines[at] == f"{indent}```")
            text = "\n".join(it[len(indent):] for it in lines[number + 1:end]) + "\n"
            found.append(Block(place, language, text, orders))
            orders, number = {}, end + 1
            continue
        if line.lstrip().startswith("<!-- test:"):
            end = next(at for at in range(number, len(lines)) if "-->" in lines[at])
            comment = COMMENT.search(" ".join(it.strip() for it in lines[number:end + 1]))
            if not comment:
                raise SystemExit(f"{place}: no such order: {line}")
            orders.setdefault(comment[1], []).append(comment[2])
            number = end
        elif re.match(r" {4,}(connector|make|cargo|npm|npx|node|python3) ", line):
            raise SystemExit(f"{place}: a command outside a fence, which nothing runs")
        number += 1
    return found


class Reader:
    """Somebody who follows a README in a copy of the repository, or a page of the book in an empty folder."""

    def __init__(self, folder, is_copy):
        self.folder, self.background = Path(folder), []
        files = subprocess.run(
            ["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True,
        ).stdout.split("\0") if is_copy else []
        for name in filter(None, files):
            if (ROOT / name).is_symlink():
                (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
                (self.folder / name).symlink_to(os.readlink(ROOT / name))
            elif (ROOT / name).is_file() and not name.startswith("tests/cases/"):
                (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, self.folder / name)
        (self.folder / "target").symlink_to(TARGET)
        ours = ("CONNECTOR_", "CARGO_TARGET_DIR", "PINTEREST_", "MAKE", "MFLAGS")
        self.variables = {
            name: value for name, value in os.environ.items() if not name.startswith(ours)
        } | {
            "PATH": f"{TARGET / 'release'}:{os.environ['PATH']}",
            "XDG_STATE_HOME": str(self.folder / "state"),
            # The keyring of whoever tests is left alone.
            "CONNECTOR_VAULT_KEY": "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
        }
        self.at = str(self.folder)

    def follow(self, block):
        """Does what the block is for. Says whether it was run."""
        if "skip" in block.orders:
            check_flags(block)
            if block.language == "python":
                flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT | ast.PyCF_ONLY_AST
                compile(block.text, block.place, "exec", flags)
            return False
        if "file" in block.orders:
            path = self.folder / block.orders["file"][0]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.text)
        elif block.language == "sh":
            printed = self.cargo(block) if "cargo" in block.orders else self.shell(block)
            for text in block.orders.get("prints", []):
                if text not in printed:
                    raise SystemExit(f"{block.place}: it does not print {text!r}:\n{printed}")
        elif block.language == "json":
            json.loads(block.text)
        elif block.language:
            raise SystemExit(f"{block.place}: nothing says what becomes of it")
        return True

    def shell(self, block):
        check_flags(block)
        if "background" in block.orders:
            return self.start(block)
        after = self.folder / ".after"
        script = f'set -e\ncd "{self.at}"\n{block.text}\nenv -0 > "{after}"; pwd >> "{after}"\n'
        done = subprocess.run(
            ["bash", "-c", script], env=self.variables, stdin=subprocess.DEVNULL, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=PATIENCE, check=False,
        )
        if done.returncode != 0:
            raise SystemExit(f"{block.place}: exit code {done.returncode}\n{done.stdout}")
        *variables, self.at = after.read_text().removesuffix("\n").split("\0")
        self.variables = dict(variable.split("=", 1) for variable in variables)
        return done.stdout

    def cargo(self, block):
        """A package on its own would want other features of what it depends on, and compile wasmtime
        anew. So it is built as a member of the workspace, from what is there already."""
        name = block.orders["cargo"][0]
        manifest, workspace = self.folder / name / "Cargo.toml", self.folder / "Cargo.toml"
        manifest.write_text(manifest.read_text().replace("\n[workspace]\n", "\n"))
        members = re.sub(r"(?m)^members = \[", f'members = ["{name}", ', workspace.read_text())
        workspace.write_text(members)
        self.variables["CARGO_TARGET_DIR"] = str(TARGET)
        build = ["cargo", "build", "--quiet", "--release", "--workspace", "--exclude", "connector-sql",
                 "--bin", name]
        for command, folder in (build, self.folder), ([TARGET / "release" / name], manifest.parent):
            done = subprocess.run(
                command, cwd=folder, env=self.variables, text=True, timeout=PATIENCE, check=False,
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            )
            if done.returncode != 0:
                raise SystemExit(f"{block.place}: exit code {done.returncode}\n{done.stdout}")
        return done.stdout

    def start(self, block):
        running = subprocess.Popen(
            ["bash", "-c", f'cd "{self.at}"\nexec {block.text}'], env=self.variables, text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )
        self.background.append(running)
        until = block.orders["background"][0].removeprefix("until ")
        printed, ready = [], threading.Event()

        def read():
            for line in running.stdout:
                printed.append(line)
                if told := re.match(r" *export (\w+)=(.*)", line):
                    self.variables[told[1]] = told[2].strip("'\"")
                    ready.set()
                if until and until in line:
                    ready.set()
            ready.set()

        threading.Thread(target=read, daemon=True).start()
        ready.wait(60)
        # All that it says at once has been read a moment later.
        try:
            code = running.wait(1)
        except subprocess.TimeoutExpired:
            return "".join(printed)
        raise SystemExit(f"{block.place}: it ends with {code}\n{''.join(printed)}")

    def leave(self):
        for running in self.background:
            running.send_signal(signal.SIGINT)
            running.wait(60)


def check_flags(block):
    """Flags that the commands of a block do not have are a mistake, whether it is run or not."""
    for line in block.text.replace("\\\n", " ").splitlines():
        words = line.split("|")[0].split("#")[0].split()
        if not words or not words[0].endswith("connector"):
            continue
        flags = [word.split("=")[0] for word in words if re.match(r"--[a-z]", word)]
        names = [word for word in words[1:] if re.fullmatch(r"[a-z]+", word)]
        known = help_of([]) + help_of(names[:1]) + help_of(names[:2])
        for flag in flags:
            if f"{flag} " not in known and f"{flag}\n" not in known:
                raise SystemExit(f"{block.place}: there is no {flag}: {line}")


def help_of(names):
    command = [str(TARGET / "release/connector"), *names, "--help"]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


def main(named):
    listed = subprocess.run(
        ["git", "ls-files", "README.md", "*/README.md"], cwd=ROOT, check=True, capture_output=True,
        text=True,
    ).stdout.split()
    book = [str(path.relative_to(ROOT)) for path in sorted((ROOT / "docs").glob("*.md")) if "<!-- test:" in path.read_text()]
    book += [str(path.relative_to(ROOT)) for path in sorted((ROOT / "docs/start").glob("*.md"))]
    for name in named or sorted(set(listed) - ELSEWHERE) + book:
        found = blocks(ROOT / name)
        is_copy = not name.startswith("docs/") or any("cargo" in block.orders for block in found)
        with tempfile.TemporaryDirectory(prefix="readme-") as folder:
            reader = Reader(folder, is_copy)
            run = skipped = 0
            try:
                for block in found:
                    was = reader.follow(block)
                    run, skipped = run + was, skipped + (not was)
            finally:
                reader.leave()
        print(f"{name}: {run} blocks, {skipped} not run")


if __name__ == "__main__":
    main(sys.argv[1:])
