"""Clients of PostgreSQL that nobody here wrote, against `connector --emulator sql --listen`: psql, psycopg,
pandas, SQLAlchemy and JDBC. Takes the program and the folder for what it makes. Each one lists tables, reads
columns, joins three tables, writes and deletes."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pandas
import psycopg
import sqlalchemy

PROGRAM, HERE = Path(sys.argv[1]).resolve(), Path(__file__).resolve().parent
JOIN = """SELECT b.name, count(*) AS pins, min(u.username) AS who
          FROM boards b JOIN board_pins p ON p.board_id = b.id CROSS JOIN user_account u
          GROUP BY b.name ORDER BY pins DESC, b.name"""
ENVIRONMENT = {**os.environ, "CONNECTOR_SQL_PASSWORD": "judged", "PGPASSWORD": "judged"}


def served(state):
    """The server, and its address."""
    command = [PROGRAM, "--state", state, "--emulator", "sql", "--write", "--listen", "127.0.0.1:0"]
    server = subprocess.Popen(command, env=ENVIRONMENT, text=True, stdout=subprocess.PIPE)
    address = server.stdout.readline().strip()
    assert address.startswith("postgresql://"), address
    return server, address


def psql(address):
    def say(*words):
        done = subprocess.run(
            ["psql", "--no-psqlrc", "--tuples-only", "--no-align", address, *words],
            env=ENVIRONMENT, text=True, timeout=120, capture_output=True, check=False,
        )
        assert done.returncode == 0, (words, done.stderr)
        return done.stdout.strip()

    assert "|boards|" in say("--command", r"\dt"), say("--command", r"\dt")
    columns = say("--command", r"\d boards")
    assert "pin_count|bigint" in columns, columns
    assert "pin_count|bigint" in say("--command", r"\d+ boards")
    assert len(say("--command", JOIN).splitlines()) > 1
    assert say("--command", "INSERT INTO boards (name) VALUES ('By psql')") == "INSERT 0 1"
    assert say("--command", "UPDATE boards SET description = 'x' WHERE name = 'By psql'") == "UPDATE 1"
    assert say("--command", "DELETE FROM boards WHERE name = 'By psql'") == "DELETE 1"
    wrong = subprocess.run(["psql", address, "--command", "SELECT 1"], env={**ENVIRONMENT, "PGPASSWORD": "x"},
                           text=True, capture_output=True, check=False)
    assert wrong.returncode != 0 and "judged" not in wrong.stderr
    assert '"connector"' in wrong.stderr, wrong.stderr
    path = say("--command", "SHOW search_path")
    assert "|boards|" in say("--command", rf"\dt {path}.*"), path


def psycopg_and_pandas(address):
    with psycopg.connect(address, password="judged", autocommit=True) as client:
        names = {row[0] for row in client.execute("SELECT table_name FROM information_schema.tables")}
        assert {"boards", "pins", "campaigns"} <= names
        columns = client.execute("SELECT column_name, data_type FROM information_schema.columns"
                                 " WHERE table_name = %s", ["boards"]).fetchall()
        assert len(columns) > 5
        joined = client.execute(JOIN).fetchall()
        assert len(joined) > 1 and joined[0][1] >= joined[-1][1]
        times = client.execute("SELECT created_at FROM boards LIMIT 1").fetchone()
        assert times[0].tzinfo is not None, times
        made = client.execute("INSERT INTO boards (name) VALUES (%s), (%s)", ["By psycopg", "Again"])
        assert made.rowcount == 2
        assert client.execute("DELETE FROM boards WHERE name IN ('By psycopg', 'Again')").rowcount == 2
        with client.cursor(binary=True) as cursor:
            assert isinstance(cursor.execute("SELECT pin_count FROM boards LIMIT 1").fetchone()[0], int)
    engine = sqlalchemy.create_engine(alchemy(address))
    frame = pandas.read_sql(JOIN, engine)
    assert list(frame.columns) == ["name", "pins", "who"] and frame["pins"].dtype.kind == "i"


def alchemy(address):
    return re.sub(r"postgresql://(\w+)@", r"postgresql+psycopg://\1:judged@", address)


def sqlalchemy_reflection(address):
    engine = sqlalchemy.create_engine(alchemy(address), isolation_level="AUTOCOMMIT")
    inspector = sqlalchemy.inspect(engine)
    schema = next(name for name in inspector.get_schema_names() if name not in ("connector", "information_schema"))
    assert "boards" in inspector.get_table_names(schema=schema), inspector.get_table_names(schema=schema)
    columns = {column["name"]: column["type"] for column in inspector.get_columns("boards", schema=schema)}
    assert isinstance(columns["pin_count"], sqlalchemy.BIGINT), columns["pin_count"]
    key = inspector.get_pk_constraint("boards", schema=schema)
    assert key["constrained_columns"] == ["id"], key
    key = inspector.get_pk_constraint("ads", schema=schema)
    assert key["constrained_columns"] == ["ad_account_id", "id"], key
    foreign = {key["referred_table"]: key for key in inspector.get_foreign_keys("ads", schema=schema)}
    assert foreign["ad_groups"]["constrained_columns"] == ["ad_account_id", "ad_group_id"], foreign
    assert foreign["ad_groups"]["referred_columns"] == ["ad_account_id", "id"], foreign
    metadata = sqlalchemy.MetaData()
    metadata.reflect(engine, schema=schema)
    assert len(metadata.tables) > 100, len(metadata.tables)
    boards = metadata.tables[f"{schema}.boards"]
    with engine.connect() as client:
        assert client.execute(sqlalchemy.text(JOIN)).all()
        made = client.execute(boards.insert().values(name="By SQLAlchemy").returning(boards.c.id)).one()
        found = client.execute(sqlalchemy.select(boards.c.id).where(boards.c.name == "By SQLAlchemy")).all()
        assert [tuple(row) for row in found] == [tuple(made)], (found, made)
        client.execute(boards.delete().where(boards.c.id == made[0]))


def jdbc(address):
    jar = Path("/usr/share/java/postgresql.jar")
    if shutil.which("java") is None or not jar.is_file():
        print("SKIPPED: JDBC, because there is no java or no", jar)
        return
    where = re.sub(r"postgresql://(\w+)@(.*)", r"jdbc:postgresql://\2?user=\1&password=judged", address)
    done = subprocess.run(["java", "-cp", str(jar), str(HERE / "Judge.java"), where, JOIN],
                          text=True, timeout=120, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    print(done.stdout.strip())


def main():
    with tempfile.TemporaryDirectory() as state:
        server, address = served(state)
        failed = []
        try:
            for judge in psql, psycopg_and_pandas, sqlalchemy_reflection, jdbc:
                try:
                    judge(address)
                    print("ok  ", judge.__name__)
                except Exception as error:
                    failed.append(judge.__name__)
                    print("FAIL", judge.__name__, repr(error)[:2000])
        finally:
            server.terminate()
            server.wait(30)
    raise SystemExit(1 if failed else 0)


main()
