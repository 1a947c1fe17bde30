"""Numbers keep their digits, on the way in and out."""

from __future__ import annotations

import json
from typing import Any

import pytest

from connector_driver.json_text import dumps, loads

#: Each as the text that it becomes, or as itself.
WRITTEN: dict[str, Any] = {
    "9007199254740993": 9007199254740993,
    "-666743919837294988": -666743919837294988,
    "1" * 5000: "1" * 5000,
    "0.1": 0.1,
    "1.50": 1.5,
    "12345.678901234567": 12345.678901234567,
    "3.14159265358979312": "3.14159265358979312",
    "12345678901234567.5": "12345678901234567.5",
    "0.10000000000000000000": 0.1,
    "1e5": 100000.0,
    "1E+300": 1e300,
    "1e400": "1e400",
    "-1e400": "-1e400",
    "4e-400": "4e-400",
    "0e999": 0.0,
    "0e99999999999999999999": "0e99999999999999999999",
    "123456789012345e300": "123456789012345e300",
}


@pytest.mark.parametrize("written", WRITTEN, ids=lambda written: written[:30])
def test_a_number_that_python_holds_exactly_is_a_number_any_other_its_text(written: str) -> None:
    value = WRITTEN[written]
    assert loads(written) == value
    assert type(loads(written)) is type(value)
    assert loads(f'{{"a": [{written} , "{written}"]}}') == {"a": [value, written]}


@pytest.mark.parametrize("text", ["NaN", "[Infinity]", "-Infinity", "01", "[1", "[" * 200_000, ""])
def test_what_is_no_json_is_none(text: str) -> None:
    with pytest.raises(ValueError):
        loads(text)


def test_numbers_go_in_with_all_their_digits() -> None:
    assert dumps({"a": 666743919837294988}) == '{"a": 666743919837294988}'
    with pytest.raises(ValueError):
        dumps({"a": float("nan")})
    assert json.loads(dumps("ä")) == "ä"
