"""Statements over `connector serve`. Takes the program."""

import csv
import io
import json
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pyarrow

sys.path.append(str(Path(__file__).resolve().parents[3] / "server/tests/judges"))
from serving import Serving

ARROW = "application/vnd.apache.arrow.stream"


def main():
    with Serving(str(Path(sys.argv[1]).resolve())) as server:
        reader = server.ask("POST", "/v1/keys", {"name": "reader", "rights": ["read"]})["key"]
        writer = server.ask("POST", "/v1/keys", {"name": "writer", "rights": ["read", "write"]})["key"]
        name = server.ask("GET", "/v1/connections")["connections"][0]["name"]

        def sent(statement, key=server.key, accept="application/json", **more):
            request = urllib.request.Request(
                f"{server.url}/v1/{name}/sql", json.dumps({"sql": statement, **more}).encode(),
                {"authorization": f"Bearer {key}", "content-type": "application/json", "accept": accept})
            try:
                with urllib.request.urlopen(request, timeout=120) as answer:
                    return answer.status, answer.headers["content-type"], answer.read()
            except urllib.error.HTTPError as error:
                return error.code, error.headers["content-type"], error.read()

        def sql(statement, key=server.key, **more):
            status, _, body = sent(statement, key, **more)
            return status, json.loads(body)

        status, answer = sql("SELECT name, pin_count, description FROM boards ORDER BY name", reader, limit=2)
        assert status == 200 and len(answer["rows"]) == 2 and answer["truncated"] and answer["requests"] > 0, answer
        assert answer["columns"] == ["name", "pin_count", "description"] and set(answer["rows"][0]) == set(answer["columns"])
        forms(sent, reader)
        for statement in ["INSERT INTO boards (name) VALUES ('No')", "DELETE FROM boards",
                          """SELECT * FROM run('boards.create', '{"name": "No"}')"""]:
            status, answer = sql(statement, reader)
            assert status == 403 and "only reads" in answer["detail"], answer
        status, answer = sql("INSERT INTO boards (name) VALUES ('Served'), ('Twice') RETURNING id, name", writer, limit=1)
        assert status == 200 and answer["rows"][0]["name"] == "Served" and answer["truncated"], answer
        board = answer["rows"][0]["id"]
        status, answer = sql("SELECT id FROM boards WHERE name IN ('Served', 'Twice')")
        assert len(answer["rows"]) == 2, answer
        status, answer = sql(f"DELETE FROM boards WHERE id = '{board}'", writer)
        assert status >= 400 and "takes something away" in json.dumps(answer), answer
        status, answer = sql(f"DELETE FROM boards WHERE id = '{board}'")
        assert status == 200 and answer["rows"] == [{"count": 1}], answer
        status, answer = sql("UPDATE campaigns SET status = CASE WHEN name = 'Autumn teaser' THEN 'ASLEEP' ELSE status END")
        assert status == 422 and answer["code"] == "not-complete" and len(answer["refused"]) == 1, answer
        assert answer["refused"][0]["key"]["id"] and "status" in json.dumps(answer["refused"][0]["error"]), answer
        for statement, said in [("SELEC", "SELEC"), ("SELECT nothing FROM boards", "nothing"), ("DROP TABLE boards", "dropped"),
                                ("SELECT 1; SELECT 2", "one statement")]:
            status, answer = sql(statement, reader)
            assert status == 422 and said in answer["detail"], answer
        status, answer = sql("SELECT 1", limit=0)
        assert status == 422, answer
        audit = json.dumps(server.ask("GET", "/v1/audit"))
        assert "sql INSERT" in audit and "Served" not in audit
    print("ok   statements over the server")


def forms(sent, reader):
    statement = "SELECT id, name, pin_count, created_at FROM boards ORDER BY name"
    status, kind, body = sent(statement, reader)
    rows = json.loads(body)["rows"]
    status, kind, body = sent(statement, reader, "application/x-ndjson")
    assert (status, kind) == (200, "application/x-ndjson") and [json.loads(line) for line in body.splitlines()] == rows
    status, kind, body = sent(statement, reader, "text/csv")
    table = list(csv.DictReader(io.StringIO(body.decode())))
    assert kind.startswith("text/csv") and [row["name"] for row in table] == [row["name"] for row in rows]
    status, kind, body = sent(statement, reader, ARROW)
    table = pyarrow.ipc.open_stream(body).read_all()
    assert kind == ARROW and table.column("pin_count").to_pylist() == [row["pin_count"] for row in rows]
    assert table.num_rows == len(rows) > 1
    status, kind, body = sent(statement, reader, ARROW, limit=1)
    assert pyarrow.ipc.open_stream(body).read_all().num_rows == 1
    status, kind, body = sent(statement, reader, "text/csv", limit=1)
    assert len(body.splitlines()) == 2
    for accept in ["application/x-ndjson", "text/csv", ARROW]:
        status, kind, body = sent("SELECT nothing FROM boards", reader, accept)
        assert status == 422 and kind == "application/problem+json", (accept, status, kind, body)
        status, kind, body = sent("SELECT name FROM boards WHERE false", reader, accept)
        assert status == 200, (accept, status, body)


main()
