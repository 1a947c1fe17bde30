"""What people do with a release: they install it in one of four ways, and install the next one over it."""

import base64
import json
import os
import shutil
import subprocess
import time
import venv
from pathlib import Path

# In a README's first success this is printed.
FIRST = ("--emulator", "run", "boards.list")
PRINTED = "Botanical prints"
MOST = 60


class People:
    def __init__(self, folder, places):
        self.folder, self.places = folder, places
        folder.mkdir()
        # What else would ask the keyring of whoever rehearses.
        self.key = base64.b64encode(os.urandom(32)).decode()
        self.tools = folder / "tools"
        self.tools.mkdir()
        # What people have: a shell's programs, Node, Python; and no Rust.
        for name in ("node", "npm", "npx", "wkg"):
            if found := shutil.which(name):
                (self.tools / name).symlink_to(Path(found).resolve() if name == "node" else found)

    def environment(self, home, **more):
        home.mkdir(parents=True, exist_ok=True)
        kept = {name: value for name, value in os.environ.items() if name.startswith("PIP_")}
        environment = kept | {
            "HOME": str(home),
            "PATH": f"{home}/.local/bin:{self.tools}:/usr/bin:/bin",
            **{name: self.places.variables[name] for name in ("NPM_CONFIG_USERCONFIG", "WKG_OCI_INSECURE")},
            "CONNECTOR_VAULT_KEY": self.key,
        } | more
        assert not shutil.which("cargo", path=environment["PATH"]), "there is Rust on the path"
        return environment

    def run(self, *command, home, check=True, **more):
        command = [str(part) for part in command]
        done = subprocess.run(
            command, cwd=home, env=self.environment(home, **more), capture_output=True, text=True, timeout=300,
        )
        if check and done.returncode:
            raise SystemExit(f"`{' '.join(command)}` failed:\n{(done.stdout + done.stderr)[-4000:]}")
        return done

    def install(self, release):
        """Each way, timed, to the first success. Gives what was wrong."""
        wrong = []
        ways = [("npx", self.npx), ("pip", self.pip), ("the installer", self.installer), ("npm, a library", self.library)]
        ways.append(("pip, a library", self.wheel))
        if self.places.oci:
            ways.append(("OCI", self.oci))
        for name, way in ways:
            began = time.monotonic()
            printed = way(release, self.folder / name.replace(", a ", "-").replace(" ", "-"))
            took = time.monotonic() - began
            print(f"  {name}: {took:.1f} s", flush=True)
            if PRINTED not in printed:
                wrong.append(f"{name} printed {printed[:500]!r}")
            if took > MOST:
                wrong.append(f"{name} took {took:.0f} s")
        return wrong

    def npx(self, release, home):
        self.environment(home)
        package = f"{release.name}-cli"
        version = self.run("npx", "--yes", f"{package}@{release.version}", "--version", home=home).stdout
        assert release.version in version, version
        return self.run("npx", "--yes", f"{package}@{release.version}", *FIRST, home=home).stdout

    def pip(self, release, home):
        self.environment(home)
        if not (home / "venv").exists():
            venv.create(home / "venv", with_pip=True)
        self.pip_install(home, f"{release.name}-cli")
        program = home / "venv/bin/connector"
        assert release.version in self.run(program, "--version", home=home).stdout
        return self.run(program, *FIRST, home=home).stdout

    def pip_install(self, home, package):
        index = ("--quiet", "--upgrade", "--extra-index-url", f"{self.places.pypi}/simple/")
        self.run(home / "venv/bin/pip", "install", *index, package, home=home)

    def installer(self, release, home):
        self.environment(home)
        self.run("curl", "--fail", "--silent", "--output", "install.sh", f"{self.places.files}/install.sh", home=home)
        self.run("sh", "install.sh", home=home)
        assert release.version in self.run("connector", "--version", home=home).stdout
        return self.run("connector", *FIRST, home=home).stdout

    def oci(self, release, home):
        """The component alone, in the program that the installer brought."""
        self.environment(home)
        artefact = f"{self.places.registry}/{release.name}:{release.version}"
        self.run("wkg", "oci", "pull", artefact, "--output", "pulled.wasm", home=home)
        assert (home / "pulled.wasm").read_bytes() == release.component.read_bytes(), "the component is another one"
        program = self.folder / "the-installer/.local/bin/connector"
        return self.run(program, "--component", "pulled.wasm", *FIRST, home=home).stdout

    def library(self, release, home):
        """The connector in a program for Node, on an emulator."""
        self.environment(home)
        self.run("npm", "install", "--no-audit", "--no-fund", f"{release.name}@{release.version}", home=home)
        (home / "main.mjs").write_text(
            f'import {{ connect }} from "{release.name}";\n'
            "const routes = Object.fromEntries(process.env.CONNECTOR_ROUTES.split(',').map((it) => it.split('=')));\n"
            "const it = connect({ credentials: { 'access-token': process.env.CONNECTOR_TOKEN }, routes });\n"
            "for await (const board of it.list('boards.list')) console.log(board.name);\n"
        )
        with Emulator(self) as variables:
            return self.run("node", "main.mjs", home=home, **variables).stdout

    def wheel(self, release, home):
        """The same in Python."""
        self.environment(home)
        if not (home / "venv").exists():
            venv.create(home / "venv", with_pip=True)
        self.pip_install(home, release.name)
        (home / "main.py").write_text(
            f"import os\nfrom {release.name.replace('-', '_')} import connect\n"
            "routes = dict(it.split('=') for it in os.environ['CONNECTOR_ROUTES'].split(','))\n"
            "it = connect(credentials={'access-token': os.environ['CONNECTOR_TOKEN']}, routes=routes)\n"
            "print(*(board['name'] for board in it.list('boards.list')), sep='\\n')\n"
        )
        with Emulator(self) as variables:
            return self.run(home / "venv/bin/python", "main.py", home=home, **variables).stdout

    def begin(self, release):
        """With the program of the installer: a connection is stored, and a list is killed after its first lines."""
        self.home = self.folder / "the-installer"
        self.emulator = Emulator(self)
        variables = self.emulator.__enter__()
        token = variables.pop("CONNECTOR_TOKEN")
        self.variables = variables
        environment = self.environment(self.home, **variables)
        subprocess.run(
            ["connector", "connect", "--token"], input=token, text=True, cwd=self.home, env=environment, check=True,
            capture_output=True,
        )
        self.whole = self.run("connector", "run", "pins.list", home=self.home, **variables).stdout.splitlines()
        run = subprocess.Popen(["connector", "run", "pins.list"], cwd=self.home, env=environment, stdout=subprocess.PIPE)
        self.first = [run.stdout.readline() for _ in range(3)]
        time.sleep(1)
        run.kill()
        # What it had printed by then is in the pipe, and may end within a line.
        rest = run.communicate()[0]
        self.first = (b"".join(self.first) + rest).decode().splitlines()
        assert 3 < len(self.first) < len(self.whole), f"{len(self.first)} of {len(self.whole)} lines"
        runs = self.run("connector", "runs", "--json", home=self.home, **variables).stdout
        self.id = json.loads(runs)[0]["id"]
        print(f"  a run is under way, after {len(self.first)} of {len(self.whole)} items", flush=True)

    def goes_on(self, before, after):
        """The next version has the connection, and ends the run with the component that began it."""
        wrong, home, variables = [], self.home, self.variables
        if PRINTED not in self.run("connector", "run", "boards.list", home=home, **variables).stdout:
            wrong.append("the connection of before does not work")
        refused = self.run("connector", "run", "--resume", self.id, home=home, check=False, **variables)
        if refused.returncode == 0 or before.version not in refused.stderr:
            wrong.append(f"another component went on with the run, or did not say why not: {refused.stderr}")
        component = home / f".local/share/connector/{before.version}" / f"{after.name.replace('-', '_')}.wasm"
        rest = self.run("connector", "--component", component, "run", "--resume", self.id, home=home, **variables)
        rest = rest.stdout.splitlines()
        ids = lambda lines: {json.loads(line)["id"] for line in lines if line.endswith("}")}
        missing = ids(self.whole) - ids(self.first) - ids(rest)
        if missing or not rest:
            wrong.append(f"{len(missing)} items are missing after the run went on")
        again = len(ids(self.first) & ids(rest))
        print(f"  the run went on with {len(rest)} items, {again} of them again, {len(missing)} missing", flush=True)
        self.end()
        return wrong

    def end(self):
        self.emulator.__exit__()


class Emulator:
    """The service, by the program that the installer brought."""

    def __init__(self, people):
        home = people.folder / "the-installer"
        self.command = [home / ".local/bin/connector", "emulator"]
        self.environment = people.environment(home)

    def __enter__(self):
        self.process = subprocess.Popen(self.command, env=self.environment, stdout=subprocess.PIPE, text=True)
        variables = {}
        while len(variables) < 2:
            line = self.process.stdout.readline()
            assert line, "the emulator ended"
            if line.strip().startswith("export "):
                name, value = line.strip().removeprefix("export ").split("=", 1)
                variables[name] = value.strip("'\"")
        return variables

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(10)
