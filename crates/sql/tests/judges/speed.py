"""How long SQL takes beside `connector read`, and beside DuckDB on the same Parquet. Takes the program. Each pair runs
alternately, several times, in the same minutes; the middle of the ratios counts, so that a busy machine slows both. The
service lists no more than 100,000 Pins."""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import duckdb

PROGRAM = Path(sys.argv[1]).resolve()
PINS, ROWS, TURNS = 99_000, 1_000_000, 5
MOST = 1.3


def run(words, env):
    """Seconds, and the most memory in MiB."""
    began = time.monotonic()
    process = subprocess.Popen([PROGRAM, *words], env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    _, status, used = os.wait4(process.pid, 0)
    took = time.monotonic() - began
    assert status == 0, (words, process.stderr.read())
    return took, used.ru_maxrss / 1024


def pairs(name, one, other):
    """The middle of the ratios of one's time to the other's."""
    one(), other()
    both = [(one(), other()) for _ in range(TURNS)]
    ratio = statistics.median(a / b for a, b in both)
    ours, theirs = (statistics.median(times) for times in zip(*both))
    print(f"{'ok  ' if ratio <= MOST else 'FAIL'} {name}: {ours:.2f} s and {theirs:.2f} s, ratio {ratio:.2f}")
    return ratio <= MOST


class Emulator:
    def __init__(self, env):
        command = [PROGRAM, "--json", "emulator", "--no-limits"]
        self.process = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True)
        said = json.loads(self.process.stdout.readline())
        self.origin = said["origin"]
        self.variables = {"CONNECTOR_ROUTES": ",".join(said["routes"]), "CONNECTOR_TOKEN": said["access_token"]}

    def board(self, name, pins):
        def door(path, body):
            request = urllib.request.Request(f"{self.origin}/emulator/{path}", json.dumps(body).encode(),
                                             {"content-type": "application/json"})
            return json.loads(urllib.request.urlopen(request).read() or "null")

        board = door("boards", {"name": name})["id"]
        door("pins", {"board_id": board, "count": pins})
        return board


def beside_read(state):
    env = {**os.environ, "CONNECTOR_STATE": state}
    emulator = Emulator(env)
    try:
        few, board = emulator.board("Some", PINS // 10), emulator.board("Many", PINS)
        env |= emulator.variables
        most = {}

        def sql(statement, board=board):
            took, memory = run(["sql", "--format", "jsonl", statement.format(board)], env)
            most[statement, board] = max(memory, most.get((statement, board), 0))
            return took

        def read():
            return run(["read", "board_pins", "--parent", f"board_id={board}"], env)[0]

        rows = "SELECT id, title, link, created_at, creative_type, media_images_600x_url FROM board_pins WHERE board_id = '{}'"
        groups = ("SELECT creative_type, date_trunc('month', created_at) AS month, count(*) AS pins FROM board_pins"
                  " WHERE board_id = '{}' GROUP BY 1, 2 ORDER BY 1, 2")
        fine = [pairs(f"rows of {PINS} Pins, and connector read", lambda: sql(rows), read),
                pairs(f"groups of {PINS} Pins, and connector read", lambda: sql(groups), read)]
        for statement in rows, groups:
            sql(statement, few)
            ratio = most[statement, board] / most[statement, few]
            fine.append(ratio < MOST)
            print(f"{'ok  ' if ratio < MOST else 'FAIL'} memory: {most[statement, few]:.0f} MiB for {PINS // 10},"
                  f" {most[statement, board]:.0f} MiB for {PINS}")
        return all(fine)
    finally:
        emulator.process.terminate()
        emulator.process.wait(30)


def beside_duckdb(folder):
    duck = duckdb.connect()
    duck.execute(f"SET threads = {os.cpu_count()}")
    path = f"{folder}/events.parquet"
    duck.execute(f"COPY (SELECT i::VARCHAR AS id, (i * 7919 % 5000)::VARCHAR AS board_id, i * 31 % 1000 AS saves,"
                 f" i % 97 / 7.0 AS spend, TIMESTAMP '2026-01-01' + INTERVAL (i % 300000) MINUTE AS created_at"
                 f" FROM range({ROWS}) t(i)) TO '{path}' (FORMAT parquet)")
    query = ("SELECT board_id, count(*) AS n, sum(saves) AS saves, avg(spend) AS spend, max(created_at) AS newest"
             " FROM {} GROUP BY board_id ORDER BY saves DESC, board_id LIMIT 10")
    env = {**os.environ, "CONNECTOR_STATE": folder}
    told = subprocess.run([PROGRAM, "sql", "--local", folder, "--format", "jsonl", query.format("events")], env=env,
                          capture_output=True, text=True, check=True).stdout
    ours = [(row["board_id"], row["n"], row["saves"]) for row in map(json.loads, told.splitlines())]
    theirs = [row[:3] for row in duck.execute(query.format(f"'{path}'")).fetchall()]
    assert ours == theirs, (ours, theirs)
    script = f"import duckdb; duckdb.sql({query.format(repr(path))!r}).fetchall()"

    def other():
        began = time.monotonic()
        subprocess.run([sys.executable, "-c", script], check=True)
        return time.monotonic() - began

    return pairs(f"groups of {ROWS} local rows, and DuckDB in Python",
                 lambda: run(["sql", "--local", folder, "--format", "jsonl", query.format("events")], env)[0], other)


def main():
    with tempfile.TemporaryDirectory() as state:
        fine = beside_read(state)
    with tempfile.TemporaryDirectory() as folder:
        fine &= beside_duckdb(folder)
    raise SystemExit(0 if fine else 1)


main()
