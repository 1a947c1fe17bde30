"""Frames of pandas and polars, by the Python driver's `sql`. Takes the program."""

import sys
import tempfile

import pandas
import polars
from connector_driver import SqlError, sql

PROGRAM = sys.argv[1]


def main():
    with tempfile.TemporaryDirectory() as state:
        def asked(statement, **more):
            return sql(statement, program=PROGRAM, options=["--state", state, "--emulator"], **more)

        boards = asked("-- All of them.\nSELECT id, name, pin_count, created_at FROM boards ORDER BY name")
        frame = boards.to_pandas()
        assert list(frame.columns) == ["id", "name", "pin_count", "created_at"] and len(frame) > 1
        assert frame["pin_count"].dtype.kind == "i" and str(frame["created_at"].dtype.tz) == "UTC", frame.dtypes
        assert isinstance(frame, pandas.DataFrame)
        frame = polars.from_arrow(boards)
        assert frame.schema["pin_count"] == polars.Int64 and frame["name"].to_list() == sorted(frame["name"])
        assert asked("SELECT id FROM boards WHERE false").num_rows == 0
        made = asked("INSERT INTO boards (name) VALUES ('From Python') RETURNING id, name", write=True)
        assert made.column("name").to_pylist() == ["From Python"]
        for statement, kind, word in [("SELECT nothing FROM boards", "usage", "nothing"), ("SELEC", "usage", "SELEC"),
                                      ("DELETE FROM boards", "usage", "only reads")]:
            try:
                asked(statement)
            except SqlError as error:
                assert error.kind == kind and word in str(error), (error.kind, error)
            else:
                raise AssertionError(statement)
        try:
            asked("SELECT * FROM board_pins", max_requests=1)
        except SqlError as error:
            assert "max_requests" in str(error), error
        else:
            raise AssertionError("more requests than may be sent")
    print("ok   frames of pandas and polars")


main()
