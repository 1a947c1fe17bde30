"""The same SQL by `connector sql` and by DuckDB over what `connector read` writes: the rows are the same. Takes
the program."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import duckdb

PROGRAM = Path(sys.argv[1]).resolve()
TABLES = ["boards", "board_pins", "board_sections", "campaigns", "ad_groups", "ads", "ad_accounts", "audiences"]
QUERIES = [
    "SELECT name, pin_count FROM boards ORDER BY name",
    "SELECT privacy, count(*) AS n FROM boards GROUP BY privacy ORDER BY privacy",
    "SELECT count(*) AS n, count(DISTINCT board_id) AS boards FROM board_pins",
    "SELECT board_id, count(*) AS n FROM board_pins GROUP BY board_id ORDER BY n DESC, board_id",
    "SELECT b.name, count(*) AS n FROM boards b JOIN board_pins p ON p.board_id = b.id GROUP BY b.name ORDER BY b.name",
    "SELECT b.name FROM boards b LEFT JOIN board_sections s ON s.board_id = b.id WHERE s.id IS NULL ORDER BY b.name",
    "SELECT title FROM board_pins WHERE title LIKE '%a%' ORDER BY id LIMIT 10",
    "SELECT lower(title) AS t, length(title) AS l FROM board_pins WHERE title IS NOT NULL ORDER BY id LIMIT 20",
    "SELECT status, count(*) AS n, sum(daily_spend_cap) AS cap FROM campaigns GROUP BY status ORDER BY status",
    "SELECT c.name, count(g.id) AS groups FROM campaigns c LEFT JOIN ad_groups g ON g.campaign_id = c.id GROUP BY c.name ORDER BY c.name",
    "SELECT g.name, a.status FROM ad_groups g JOIN ads a ON a.ad_group_id = g.id WHERE a.status <> 'ARCHIVED' ORDER BY g.name, a.id",
    "SELECT name FROM ad_accounts WHERE country IN ('US', 'DE') ORDER BY name",
    "SELECT max(created_at) > TIMESTAMP '2020-01-01' AS newer FROM boards",
    "SELECT id FROM board_pins WHERE is_owner AND NOT has_been_promoted ORDER BY id LIMIT 15",
    "SELECT CASE WHEN pin_count > 10 THEN 'many' ELSE 'few' END AS size, count(*) AS n FROM boards GROUP BY 1 ORDER BY 1",
    "WITH top AS (SELECT board_id, count(*) AS n FROM board_pins GROUP BY board_id) SELECT avg(n) AS mean, max(n) AS most FROM top",
    "SELECT name FROM boards WHERE id IN (SELECT board_id FROM board_pins GROUP BY board_id HAVING count(*) > 5) ORDER BY name",
    "SELECT name, row_number() OVER (ORDER BY name) AS place FROM boards ORDER BY name",
    "SELECT name FROM campaigns WHERE status = 'ACTIVE' UNION SELECT name FROM ad_groups WHERE status = 'ACTIVE' ORDER BY 1",
    "SELECT coalesce(description, '') <> '' AS told, count(*) AS n FROM boards GROUP BY 1 ORDER BY 1",
]


def connector(state, *words):
    done = subprocess.run([PROGRAM, "--state", state, "--emulator", *words], text=True, timeout=300,
                          capture_output=True, check=False)
    if done.returncode:
        raise SystemExit(f"{words}: {done.stderr}")
    return done.stdout


def parquet(state, duck):
    """What `read` writes as Parquet has the rows and the values that it writes as JSON."""
    out = f"{state}/boards.parquet"
    connector(state, "read", "boards", "--format", "parquet", "--out", out)
    same = "SELECT id, name, pin_count, created_at::TIMESTAMP AS t FROM {} ORDER BY id"
    ours, theirs = (duck.execute(same.format(table)).fetchall() for table in (f"'{out}'", "boards"))
    assert ours == theirs and len(ours) > 1, (ours[:3], theirs[:3])
    connector(state, "read", "boards", "--format", "parquet", "--out", out, "--fields", "id,owner.username")
    names = [row[0] for row in duck.execute(f"DESCRIBE SELECT * FROM '{out}'").fetchall()]
    assert names == ["id", "owner_username"], names
    print("ok   read --format parquet")


def main():
    wrong = 0
    with tempfile.TemporaryDirectory() as state:
        duck = duckdb.connect()
        duck.execute("SET TimeZone = 'UTC'")
        for table in TABLES:
            out = f"{state}/{table}.jsonl"
            connector(state, "read", table, "--out", out)
            duck.execute(f"CREATE TABLE {table} AS SELECT * FROM read_json_auto('{out}', format='newline_delimited',"
                         " sample_size=-1)")
            for name, kind in [row[:2] for row in duck.execute(f"DESCRIBE {table}").fetchall()]:
                if name == "id" or name.endswith("_id"):
                    duck.execute(f"ALTER TABLE {table} ALTER {name} TYPE VARCHAR")
        parquet(state, duck)
        for query in QUERIES:
            ours = [list(json.loads(line).values())
                    for line in connector(state, "sql", "--format", "jsonl", query).splitlines()]
            theirs = [[float(cell) if type(cell).__name__ == "Decimal" else cell for cell in row]
                      for row in duck.execute(query).fetchall()]
            same = len(ours) == len(theirs) and all(
                a == b or (isinstance(a, (int, float)) and abs(a - b) < 1e-9)
                for one, other in zip(ours, theirs) for a, b in zip(one, other))
            print("ok  " if same else "FAIL", len(ours), query)
            if not same:
                wrong += 1
                print("  ours  ", ours[:3], "\n  theirs", theirs[:3])
    print(f"{len(QUERIES) - wrong} of {len(QUERIES)} are the same")
    raise SystemExit(1 if wrong else 0)


main()
