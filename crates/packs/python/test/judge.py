"""The wheels of `connector pack python` before those who look at wheels and at types: `judge.py CONNECTOR`.

Runs in an environment with `requirements.txt`; makes another one for each connector, and installs its wheels there.
What the READMEs show with pandas runs as it is written, against the emulator.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[4]
COMPONENTS = REPOSITORY / "target/wasm32-unknown-unknown/release"
FLOWS = REPOSITORY / "drivers/python/tests/pack/flows.py"
TOOLS = Path(sys.executable).parent


def run(*command, **options):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, **options)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def packed(connector, component, folder):
    run(connector, "--component", COMPONENTS / f"{component}.wasm", "pack", "python", "--out", folder)
    return sorted(folder.glob("*.whl"))


def wheels(connector, component, folder):
    """What is published is well formed."""
    made = packed(connector, component, folder)
    print(run(TOOLS / "twine", "check", "--strict", *made).strip())
    for wheel in made:
        # The component is beside the code that loads it, and that is a file of its own.
        print(run(TOOLS / "check-wheel-contents", wheel).strip())


def environment(folder, wheels, *more):
    venv.create(folder, with_pip=True)
    python = folder / "bin/python"
    run(python, "-m", "pip", "install", "--quiet", "--find-links", wheels, *more)
    return python


def types(python, folder):
    """The flows are strict, for both checkers; the types themselves too."""
    options = ("--strict", "--python-executable", python, "--cache-dir", folder / "mypy")
    print("mypy:", run(TOOLS / "mypy", *options, FLOWS).strip())
    (folder / "pyrightconfig.json").write_text(json.dumps({"typeCheckingMode": "strict", "include": [str(FLOWS)]}))
    print("pyright:", run(TOOLS / "pyright", "--pythonpath", python, "--project", folder).strip().splitlines()[-1])
    print("mypy, of the package:", run(TOOLS / "mypy", *options, "-p", "pinterest_connector").strip())


def readme(connector, python, folder):
    shown = re.findall(r"^```python\n(.*?)^```", (folder / "README.md").read_text(), re.M | re.S)
    assert len(shown) == 2 and "pandas" in shown[1]
    with subprocess.Popen([connector, "--json", "emulator"], stdout=subprocess.PIPE, text=True) as running:
        try:
            told = json.loads(running.stdout.readline())
            routes = dict(route.split("=", 1) for route in told["routes"])
            code = "\n".join(shown).replace("= connect(\n", f"= connect(routes={routes!r},\n")
            environment = {**os.environ, "ACCESS_TOKEN": told["access_token"]}
            printed = run(python, "-c", code, env=environment)
        finally:
            running.terminate()
    assert re.search(r"rows x \d+ columns", printed), printed
    print("pandas:", printed.strip().splitlines()[-1])


def main(connector):
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        for component in ("pinterest_connector", "github_issues"):
            wheels(connector, component, folder / component)
        made = folder / "pinterest_connector"
        python = environment(folder / "venv", made, "pinterest-connector", "pandas")
        types(python, folder)
        readme(connector, python, made)


main(str(Path(sys.argv[1]).resolve()))
