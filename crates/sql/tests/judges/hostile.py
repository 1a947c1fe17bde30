"""Hostile clients of all three ways: PostgreSQL's protocol, HTTP, and MCP. Each statement ends with an error, or with as
much as there is room for, in time; the program goes on and stays small. Takes the program."""

import asyncio
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

import psycopg
from mcp.client import Client
from mcp.client.stdio import StdioServerParameters

sys.path.append(str(Path(__file__).resolve().parents[3] / "server/tests/judges"))
from serving import Serving

PROGRAM = str(Path(sys.argv[1]).resolve())
#: MiB that a program may have at most.
MOST = 2_000
WIDE = ", ".join(f"repeat(chr(65 + {at} % 26), 30000) AS c{at}" for at in range(500))

#: Nobody gets these, and each has to end.
REFUSED = [
    "WITH RECURSIVE t AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM t) SELECT * FROM t",
    "SELECT " + "(" * 50_000 + "1" + ")" * 50_000,
    "SELECT " + "NOT " * 50_000 + "true",
    "SELECT repeat('x', 1000000000)",
    "SELECT max(length(z)) FROM (SELECT repeat('x', 60000) || repeat('y', 60000) AS z FROM generate_series(1, 1000))",
    "COPY boards TO '/tmp/stolen'",
    "CREATE EXTERNAL TABLE t STORED AS CSV LOCATION '/etc/passwd'",
    "SELECT * FROM read_parquet('/etc/passwd')",
    "SELECT * FROM '/etc/passwd'",
    "SELECT pg_read_file('/etc/passwd')",
    "SET datafusion.execution.batch_size = 1",
    "INSERT INTO boards (name) VALUES ('x')",
    "WITH x AS (INSERT INTO boards (name) VALUES ('x') RETURNING id) SELECT * FROM x",
    "EXPLAIN ANALYZE INSERT INTO boards (name) VALUES ('x')",
    """EXPLAIN ANALYZE SELECT * FROM run('boards.create', '{"name": "x"}')""",
    """CALL boards.create('{"name": "x"}')""",
    """SELECT * FROM run('pins.create_video', '{"video": "/etc/passwd", "board_id": "1"}')""",
    "SELECT array_agg(repeat('x', 60000)) FROM generate_series(1, 1000000)",
    "SELECT string_agg(repeat('x', 60000), ',') FROM generate_series(1, 1000000)",
    "SELECT a, count(*) FROM (SELECT value::text || repeat('x', 5000) AS a FROM generate_series(1, 10000000)) GROUP BY a",
]
#: Large, and cut where there is no more room; each row is not.
LARGE = [
    "SELECT repeat('x', 60000) AS x FROM generate_series(1, 20000)",
    f"SELECT {WIDE} FROM generate_series(1, 100)",
    f"SELECT * FROM (SELECT {WIDE}) a, generate_series(1, 100) b",
    "SELECT " + ", ".join(f"'{'x' * 2000}' AS c{at}" for at in range(20)) + " FROM generate_series(1, 20000)",
]
#: Nothing ends these but a limit of time or a client that goes.
ENDLESS = "SELECT count(*) FROM generate_series(1, 1000000000) a, generate_series(1, 1000000000) b"


def memory(pid):
    with open(f"/proc/{pid}/status", encoding="utf-8") as file:
        return next(int(line.split()[1]) // 1024 for line in file if line.startswith("VmHWM"))


def cpu(pid):
    with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
        return sum(map(int, file.read().rsplit(")", 1)[1].split()[11:13])) / os.sysconf("SC_CLK_TCK")


def idle(pid):
    """Waits until the process does nothing more."""
    for _ in range(30):
        before = cpu(pid)
        time.sleep(1)
        if cpu(pid) - before < 0.2:
            return
    raise AssertionError("the program goes on with what nobody waits for")


def fine(way, pid):
    most = memory(pid)
    print(f"{'ok  ' if most < MOST else 'FAIL'} {way}: {most} MiB at most")
    assert most < MOST


def wire(state):
    environment = {**os.environ, "CONNECTOR_SQL_PASSWORD": "judged"}
    command = [PROGRAM, "--state", state, "--emulator", "sql", "--listen", "127.0.0.1:0", "--statement-seconds", "60"]
    server = subprocess.Popen(command, env=environment, text=True, stdout=subprocess.PIPE)
    address = server.stdout.readline().strip()
    try:
        def client():
            return psycopg.connect(address, password="judged", autocommit=True)

        for sql in REFUSED:
            with client() as one:
                try:
                    rows = one.execute(sql).fetchmany(3)
                except psycopg.Error as error:
                    assert "judged" not in str(error), error
                else:
                    raise AssertionError((sql[:100], rows))
        for sql in LARGE:
            with client() as one, one.cursor() as cursor:
                count = sum(1 for _ in cursor.stream(sql))
                assert count >= 100, (sql[:100], count)
        stalled = client()
        stalled.execute("SELECT 1")
        stalled.pgconn.send_query(LARGE[0].encode())
        stalled.pgconn.flush()
        with client() as one:
            one.execute("SELECT 1")
        gone = client()
        gone.pgconn.send_query(ENDLESS.encode())
        gone.pgconn.flush()
        time.sleep(1)
        gone.close()
        time.sleep(3)
        idle(server.pid)
        # 100 clients: those beyond 64 wait to be accepted.
        for text in [b"\x00" * 8, b"\xff" * 5000, b"\x7f\xff\xff\xff\x00\x03\x00\x00", b"GET / HTTP/1.1\r\n\r\n"]:
            with socket.create_connection(address_of(address)) as raw:
                raw.sendall(text)
        with client() as one:
            assert one.execute("SELECT count(*) FROM boards").fetchone()[0] > 1
        stalled.close()
        fine("PostgreSQL's protocol", server.pid)
    finally:
        server.terminate()
        server.wait(30)


def address_of(address):
    host, port = address.split("@")[1].split("/")[0].split(":")
    return host, int(port)


def http():
    with Serving(PROGRAM) as server:
        reader = server.ask("POST", "/v1/keys", {"name": "reader", "rights": ["read"]})["key"]
        name = server.ask("GET", "/v1/connections")["connections"][0]["name"]

        def sent(statement, accept="application/json", timeout=120):
            request = urllib.request.Request(
                f"{server.url}/v1/{name}/sql", json.dumps({"sql": statement}).encode(),
                {"authorization": f"Bearer {reader}", "content-type": "application/json", "accept": accept})
            try:
                with urllib.request.urlopen(request, timeout=timeout) as answer:
                    size, body = 0, b""
                    while piece := answer.read(1 << 20):
                        size += len(piece)
                        body = (body + piece)[:20_000_000]
                    return answer.status, size, body
            except urllib.error.HTTPError as error:
                return error.code, 0, error.read()

        for sql in REFUSED:
            status, _, body = sent(sql)
            assert 400 <= status < 500, (sql[:100], status, body[:300])
            assert server.key not in body.decode() and reader not in body.decode()
        for sql in LARGE:
            status, size, body = sent(sql)
            assert status == 200 and size < 12_000_000 and json.loads(body)["truncated"], (sql[:100], status, size)
            status, size, _ = sent(sql, "application/x-ndjson")
            assert status == 200 and size > 1_000_000, (sql[:100], status, size)
        try:
            sent(ENDLESS, timeout=2)
        except OSError:
            pass
        else:
            raise AssertionError("it ends")
        time.sleep(2)
        idle(server.process.pid)
        stall(server, reader, name)
        fine("HTTP", server.process.pid)


def stall(server, reader, name):
    """A client that takes nothing of a large answer."""
    host, port = server.url.split("//")[1].split(":")
    body = json.dumps({"sql": LARGE[0]})
    with socket.create_connection((host, int(port))) as raw:
        raw.sendall(f"POST /v1/{name}/sql HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {reader}\r\naccept: text/csv\r\n"
                    f"content-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n{body}".encode())
        time.sleep(3)
        idle(server.process.pid)
        assert server.ask("GET", "/v1/connections")["connections"]


async def models(state):
    words = ["--emulator", "mcp", "--sql"]
    parameters = StdioServerParameters(command=PROGRAM, args=words, env={**os.environ, "CONNECTOR_STATE": state})
    async with Client(parameters) as client:
        pid = int(subprocess.run(["pgrep", "-P", str(os.getpid()), "-f", "mcp --sql"], text=True, check=True,
                                 capture_output=True).stdout.split()[0])
        for sql in REFUSED:
            answer = await client.call_tool("query", {"sql": sql})
            assert answer.is_error, (sql[:100], answer)
        for sql in LARGE:
            answer = await client.call_tool("query", {"sql": sql, "limit": 500})
            assert not answer.is_error and len(answer.content[0].text) < 100_000, (sql[:100], answer.content[0].text[:300])
        for table in ["boards' OR '1'='1", "x'; DROP TABLE boards; --"]:
            answer = await client.call_tool("get_columns", {"table": table})
            assert answer.is_error and "there is no table" in answer.content[0].text, answer
        answer = await client.call_tool("query", {"sql": "SELECT count(*) AS n FROM pins a, pins b, pins c, pins d"})
        text = answer.content[0].text
        assert "requests" in text, text
        fine("MCP", pid)


def main():
    with tempfile.TemporaryDirectory() as state:
        wire(state)
        http()
        asyncio.run(models(state))
    assert not Path("/tmp/stolen").exists()


main()
