"""A release from end to end, on this machine: `rehearse.py REPOSITORY FOLDER [first]`.

What is in `target/` is published as the version that it has, to stand-ins of the registries, and installed from there
as people do it, in empty folders and without Rust on the path. Then the next version is made of the last commit, in a
copy: bumped, built, held against the one before, published to the same stand-ins, and installed over the old one
while a connection is stored and a run is under way; with `first` this and what nobody
installs is left out. CARGO says how it is built, as it does for make.
"""

import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path

import checks
import standins
from people import People

TRIPLE = "x86_64-unknown-linux-gnu"
PARTS = ("component", "program", "npm", "python", "packs", "models", "crates", "installers", "container")
# Without what nobody installs from here, and takes long.
INSTALLED = [part for part in PARTS if part not in ("packs", "crates")]
TESTS = Path(__file__).resolve().parent


def run(*command, folder, environment=None):
    """Runs what makes a release, and gives what it printed."""
    command = [str(part) for part in command]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"`{' '.join(command)}` failed:\n{(done.stdout + done.stderr)[-4000:]}")
    return done.stdout


class Release:
    """One version: its sources, and what is made of them."""

    def __init__(self, root):
        self.root = root
        self.dist = root / "target/dist"
        cargo = (root / "Cargo.toml").read_text()
        self.name = cargo.split('name = "', 1)[1].split('"', 1)[0]
        self.version = cargo.split("[workspace.package]\nversion = \"", 1)[1].split('"', 1)[0]
        self.component = self.dist / f"component/{self.name}-{self.version}.wasm"

    def make(self, xtask, address, parts=PARTS):
        """What can be made here, by the one command."""
        shutil.rmtree(self.dist, ignore_errors=True)
        for part in parts:
            began = time.monotonic()
            said = run(xtask, "--root", self.root, "dist", part, "--address", address, folder=self.root)
            skipped = [line for line in said.splitlines() if line.startswith("SKIPPED")]
            print(f"  {part} {time.monotonic() - began:.1f} s", *skipped, flush=True)
        print(f"  {len(list(self.dist.rglob('*')))} files and folders", flush=True)

    def publish(self, places):
        """To the stand-ins, by the script that a release uses; the files as a release has them, in one folder."""
        environment = os.environ | places.variables
        script = self.root / "xtask/dist/publish.sh"
        whats = ("npm", "pypi", *(["oci"] if places.oci else []))
        run("sh", script, self.dist, *whats, folder=self.root, environment=environment)
        for path in self.dist.rglob("*"):
            if path.is_file():
                shutil.copy(path, places.folder / path.name)


class Places:
    """The stand-ins."""

    def __init__(self, folder, servers):
        self.folder = folder / "files/data"
        has_oci = shutil.which("docker-registry") and shutil.which("wkg")
        if not has_oci:
            print("SKIPPED: OCI, because there is no docker-registry or no wkg on this machine")
        self.oci = servers.enter_context(standins.oci(folder / "oci")) if has_oci else ""
        self.npm = servers.enter_context(standins.npm(folder / "npm", TESTS / "node_modules"))
        self.pypi = servers.enter_context(standins.pypi(folder / "pypi"))
        self.files = servers.enter_context(standins.files(self.folder))
        npmrc = folder / "npmrc"
        host = self.npm.removeprefix("http:")
        npmrc.write_text(f"registry={self.npm}/\n{host}/:_authToken=stand-in\n")
        registry = self.oci.removeprefix("http://")
        self.registry = f"{registry}/rehearsal"
        uv = Path(sys.executable).parent
        self.variables = {
            "PATH": f"{uv}:{os.environ['PATH']}",
            "NPM_CONFIG_USERCONFIG": str(npmrc),
            "UV_PUBLISH_URL": f"{self.pypi}/",
            "UV_PUBLISH_CHECK_URL": f"{self.pypi}/simple/",
            "UV_PUBLISH_USERNAME": "stand-in",
            "UV_PUBLISH_PASSWORD": "stand-in",
            "OCI": self.registry,
            "WKG_OCI_INSECURE": registry,
            "SOURCE": "https://example.com/sources",
        }


def next_release(before, xtask, folder):
    """The next version, of the last commit and what is compiled already. The adapters have versions of their own."""
    root = folder / "next"
    shutil.rmtree(root / "released", ignore_errors=True)
    root.mkdir(exist_ok=True)
    archive = subprocess.run(["git", "archive", "HEAD"], cwd=before.root, capture_output=True, check=True)
    subprocess.run(["tar", "-x"], cwd=root, input=archive.stdout, check=True)
    made = ("target/release", "target/wasm32-unknown-unknown", "crates/server/studio/dist",
            "crates/server/studio/node_modules", "crates/compose/dist")
    for name in made:
        if (before.root / name).exists() and not (root / name).exists():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            run("cp", "-a", before.root / name, root / name, folder=root)
    major, minor, _ = before.version.split(".")
    version = f"{major}.{int(minor) + 1}.0"
    changelog = root / "CHANGELOG.md"
    changelog.write_text(changelog.read_text().replace("## Unreleased\n", "## Unreleased\n\n- A rehearsal.\n", 1))
    release = lambda *args: print("  " + run(xtask, "--root", root, "release", *args, folder=root).strip(), flush=True)
    run(xtask, "--root", root, "release", "keep", folder=root)
    release("bump", version, "--day", time.strftime("%Y-%m-%d"))
    began = time.monotonic()
    run("make", "-o", "adapters", f"CARGO={os.environ.get('CARGO', 'cargo')}", "manifest", folder=root)
    print(f"  built in {time.monotonic() - began:.0f} s", flush=True)
    release("check")
    run(xtask, "--root", root, "release", "keep", folder=root)
    release("tag", f"v{version}")
    assert f"## {version} (" in changelog.read_text()
    return Release(root)


def main(repository, folder, *only):
    folder.mkdir(parents=True, exist_ok=True)
    # What is compiled of the next version is taken again, where a rehearsal did not come to its end.
    for path in folder.iterdir():
        if path.name != "next":
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    failed = []
    with ExitStack() as servers:
        places = Places(folder, servers)
        before = Release(repository)
        print(f"{before.name} {before.version}, made", flush=True)
        xtask = repository / "target/release/xtask"
        before.make(xtask, places.files, INSTALLED if only else PARTS)
        failed += checks.all_of(before)
        before.publish(places)
        print("and published. In empty folders, without Rust:", flush=True)
        people = People(folder / "people", places)
        failed += people.install(before)
        people.begin(before)
        if only:
            people.end()
            return done(failed)
        after = next_release(before, xtask, folder)
        print(f"{after.name} {after.version}, made", flush=True)
        after.make(xtask, places.files, INSTALLED)
        failed += checks.all_of(after)
        after.publish(places)
        print("and published. Over the one before:", flush=True)
        failed += people.install(after)
        failed += people.goes_on(before, after)
    shutil.rmtree(folder / "next", ignore_errors=True)
    return done(failed)


def done(failed):
    for sentence in failed:
        print(f"FAILED: {sentence}")
    print("The release " + ("has faults" if failed else "is ready"))
    return bool(failed)


if __name__ == "__main__":
    # The servers end, too, when this is told to.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    sys.exit(main(Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve(), *sys.argv[3:]))
