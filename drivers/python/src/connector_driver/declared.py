"""What a call says about itself, before it is known what it sends."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from .component import Guest
from .starts import First


@dataclass(frozen=True, slots=True)
class Declared:
    """What a call says that it needs, and whether it takes something away."""

    scopes: tuple[str, ...] = ()
    destructive: bool = False


@dataclass(frozen=True, slots=True)
class About:
    """`subject` is the call, for people."""

    subject: str
    declared: Callable[[], Declared]


#: Which call it belongs to, nobody knows; the request says what it does.
REQUEST = About("the request", Declared)


def about(call: First, guest: Guest) -> About:
    """Asks the component only when it is asked itself."""
    return About(_subject(call), cache(lambda: _declared(call, guest)))


def _subject(call: First) -> str:
    if call.function == "connection.test":
        return "the connection test"
    if call.function == "connection.choices":
        return f"choosing `{call.arguments[0]}`"
    if call.function.endswith(".choices"):
        return f"choosing `{call.arguments[1]}` of `{call.arguments[0]}`"
    return f"`{call.arguments[0]}`"


def _declared(call: First, guest: Guest) -> Declared:
    owner, verb = call.function.split(".")
    # It tells what is lacking.
    if call.function == "connection.test":
        return Declared()
    if call.function == "connection.choices":
        settings = guest.call("connection.describe").settings
        return Declared(_of_choices(settings, call.arguments[0]))
    if verb == "choices":
        described = guest.call(f"{owner}.describe", call.arguments[0])
        schema = described.input if owner == "actions" else described.config
        return Declared(_of_choices(schema, call.arguments[1]))
    for listed in guest.call(f"{owner}.list-{owner}"):
        known = listed.trigger if owner == "webhooks" else listed
        if known.id == call.arguments[0]:
            return Declared(tuple(known.scopes), getattr(known, "destructive", False))
    return Declared()


def _of_choices(schema: Any, field: str) -> tuple[str, ...]:
    """The hint `x-scopes` of a field such as `items[2].board_id`."""
    found = _find(schema, field.replace("[", ".[").split("."))
    scopes = found.get("x-scopes") if isinstance(found, Mapping) else None
    return tuple(one for one in scopes if isinstance(one, str)) if isinstance(scopes, list) else ()


def _find(schema: Any, path: list[str]) -> Any:
    if not path or not isinstance(schema, Mapping):
        return None if path else schema
    properties = schema.get("properties")
    within = properties.get(path[0]) if isinstance(properties, Mapping) else None
    if path[0].startswith("["):
        within = schema.get("items")
    if within is not None:
        return _find(within, path[1:])
    for key in ("oneOf", "anyOf"):
        for alternative in schema.get(key) or []:
            found = _find(alternative, path)
            if found is not None:
                return found
    return None
