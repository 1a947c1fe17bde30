"""What holds of the files of a release, whatever installs them."""

import json
import re
import subprocess
import tarfile
import zipfile

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

#: What has a bill of its own. A wheel with a program in it has that of the program.
BILLED = ("component/*[0-9].wasm", "program/*.tar.gz", "npm/*.tgz", "models/*.mcpb", "packs/*.zip", "python/*-any.whl")


def all_of(release):
    """Gives what is wrong."""
    return [*bills(release), *sums(release), *archives(release), *secrets(release)]


def bills(release):
    """Every bill is CycloneDX, names its parts with licences, and there is one for each artefact."""
    found = sorted((release.dist / "bom").glob("*.cdx.json"))
    validator = JsonStrictValidator(SchemaVersion.V1_5)
    parts = 0
    for path in found:
        text = path.read_text()
        if error := validator.validate_str(text):
            yield f"{path.name} is no CycloneDX 1.5: {error}"
        bill = json.loads(text)
        parts += len(bill["components"])
        known = {bill["metadata"]["component"]["bom-ref"], *(part["bom-ref"] for part in bill["components"])}
        for needs in bill["dependencies"]:
            if missing := set(needs["dependsOn"]) - known:
                yield f"{path.name} names {missing.pop()}, which it does not have"
        for part in bill["components"]:
            if not part.get("licenses"):
                yield f"{path.name}: {part['name']} has no licence"
    print(f"  {len(found)} bills of materials with {parts} parts", flush=True)
    made = sum(len(list(release.dist.glob(pattern))) for pattern in BILLED)
    if len(found) != made or not made:
        yield f"there are {len(found)} bills of materials for {made} artefacts"


def sums(release):
    done = subprocess.run(
        ["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=release.dist, capture_output=True, text=True,
    )
    if done.returncode:
        yield f"sums: {done.stdout}"
    listed = {line.split("  ", 1)[1] for line in (release.dist / "SHA256SUMS").read_text().splitlines()}
    there = {str(path.relative_to(release.dist)) for path in release.dist.rglob("*") if path.is_file()}
    if there - listed != {"SHA256SUMS"}:
        yield f"SHA256SUMS lacks {there - listed}"


def contents(path):
    """The names in an archive, and those of wheels and zips."""
    if path.suffix in {".whl", ".zip", ".mcpb"}:
        with zipfile.ZipFile(path) as archive:
            return {name: archive.read(name) for name in archive.namelist()}
    if path.suffix in {".tgz", ".gz", ".crate"}:
        with tarfile.open(path) as archive:
            return {one.name: archive.extractfile(one).read() for one in archive if one.isfile()}
    return {path.name: path.read_bytes()}


def archives(release):
    """The licences go with everything that is handed on as an archive."""
    for path in sorted(release.dist.rglob("*")):
        if path.suffix in {".tgz", ".gz", ".whl"} or path.suffix == ".zip" and "skills" not in path.name:
            names = "\n".join(contents(path))
            if "LICENSE" not in names:
                yield f"{path.name} has no licence"


def secrets(release):
    """Nothing that is a text or a component names this machine."""
    home = re.compile(rb"/(?:root|home/[a-z]+|Users/[a-z]+)/|" + str(release.root).encode())
    for path in sorted(release.dist.rglob("*")):
        if not path.is_file() or "program" in path.parts or "container" in path.parts:
            continue
        for name, text in contents(path).items():
            # The program itself has paths of the crates' sources in its panics.
            if name.endswith(("/connector", "scripts/connector")):
                continue
            if found := home.search(text):
                yield f"{path.name}: {name} has {found[0].decode()}"
