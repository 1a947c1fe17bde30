"""Records the pictures of a terminal that README.md and the book show.

    python3 docs/book/record.py CONNECTOR TERMTOSVG OUT.svg

Commands run in a terminal of their own, and what they print is what the picture shows. Only the pauses are the
script's: somebody types the commands, and the lines come at a pace at which they can be read.
"""

import json
import os
import pty
import re
import select
import subprocess
import sys
import tempfile
from pathlib import Path

COLUMNS, LINES = 90, 34
COMMANDS = ["connector --emulator choices pins.create board_id", "connector demo"]
PROMPT = "\x1b[32m$\x1b[0m "
# Seconds: for a letter that is typed, for a line that is printed, before a command and at the end.
LETTER, LINE, PAUSE, END = 0.04, 0.3, 0.9, 6
# For people who want no motion: the end of it.
STILL = "@media (prefers-reduced-motion: reduce) { #screen_view { animation: none; transform: translateY(-%spx); } }"


def printed(command, environment):
    """What a command prints in a terminal of its own."""
    process, terminal = pty.fork()
    if process == 0:
        os.execvpe("/bin/sh", ["sh", "-c", f"stty cols {COLUMNS} rows {LINES}; {command}"], environment)
    output = b""
    while select.select([terminal], [], [], 60)[0]:
        try:
            piece = os.read(terminal, 65536)
        except OSError:
            break
        if not piece:
            break
        output += piece
    code = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
    os.close(terminal)
    if code:
        raise SystemExit(f"{command}: exit code {code}\n{output.decode()}")
    return output.decode()


def events(environment):
    """The recording: when what is shown."""
    now = 0.5
    for command in COMMANDS:
        yield now, PROMPT
        now += PAUSE
        for letter in command:
            yield now, letter
            now += LETTER
        now += PAUSE / 2
        yield now, "\r\n"
        for line in printed(command, environment).splitlines(keepends=True):
            now += LINE
            yield now, line
        now += PAUSE
    yield now, PROMPT
    yield now + END, ""


def main(connector, termtosvg, out):
    connector = Path(connector).resolve()
    with tempfile.TemporaryDirectory() as folder:
        # The component is found from where the program is.
        environment = {"PATH": f"{connector.parent}:{os.environ['PATH']}", "TERM": "xterm-256color",
                       "CONNECTOR_STATE": f"{folder}/state", "HOME": folder}
        # Compiled before, as for everybody but the very first time.
        printed("connector demo", environment)
        cast = Path(folder, "demo.cast")
        head = {"version": 2, "width": COLUMNS, "height": LINES}
        lines = [json.dumps(head)] + [json.dumps([at, "o", text]) for at, text in events(environment)]
        cast.write_text("\n".join(lines) + "\n")
        command = [termtosvg, "render", str(cast), out, "--template", "window_frame", "--min-frame-duration", "40"]
        subprocess.run(command, check=True)
    path = Path(out)
    picture = path.read_text()
    # The tool's own fonts are few people's.
    picture = re.sub(r"font-family: [^;]*;", "font-family: ui-monospace, Menlo, Consolas, monospace;", picture)
    last = re.search(r"100\.000%\{transform:translateY\(-(\d+)px\)\}", picture)[1]
    end = picture.index("]]></style>")
    path.write_text(f"{picture[:end]}{STILL % last}\n{picture[end:]}")
    print(f"{out}: {path.stat().st_size / 1000:.0f} KB")


if __name__ == "__main__":
    main(*sys.argv[1:])
