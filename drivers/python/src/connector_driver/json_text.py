"""JSON whose digits survive.

A whole number is an `int`, however large. A number with a fraction or an exponent is a `float` when
that holds it exactly; any other is its text, exactly as it was written.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from decimal import Decimal, DecimalException
from typing import Any, NoReturn, Union

#: Marks a text of the contract that holds JSON, and one that may hold something else as well.
JSON, MAYBE_JSON = "json", "maybe json"

#: So many digits a float always holds.
_DIGITS = 15


def loads(text: str) -> Any:
    """Raises `ValueError` for what is no JSON, or too deep."""
    try:
        return _DECODER.decode(text)
    except json.JSONDecodeError:
        raise
    except RecursionError:
        raise ValueError("too many arrays in each other") from None
    except ValueError:
        # Python makes no number of thousands of digits.
        return _LONG_DECODER.decode(text)


def dumps(value: Any) -> str:
    """Raises `ValueError` for numbers that JSON does not have."""
    return json.dumps(value, allow_nan=False)


def as_json(value: Mapping[str, Any] | None) -> str:
    """An object; nothing is an empty one."""
    return dumps({} if value is None else dict(value))


def _float(written: str) -> Union[float, str]:
    number = float(written)
    # A sign and a point take two places more.
    if len(written) <= _DIGITS and "e" not in written and "E" not in written:
        return number
    if math.isinf(number):
        return written
    try:
        return number if Decimal(written) == Decimal(repr(number)) else written
    except DecimalException:
        return written


def _int(written: str) -> Union[int, str]:
    try:
        return int(written)
    except ValueError:
        return written


def _constant(name: str) -> NoReturn:
    raise json.JSONDecodeError(f"{name} is no JSON", name, 0)


_DECODER = json.JSONDecoder(parse_float=_float, parse_constant=_constant)
_LONG_DECODER = json.JSONDecoder(parse_float=_float, parse_int=_int, parse_constant=_constant)
