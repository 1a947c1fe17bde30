"""`python -m connector_driver.typed COMPONENT > NAME.pyi`: types of a connector's inputs and outputs.

The file declares the protocol `Typed`, which a `Connector` for the component fits:

    service = cast("Typed", connect("service.wasm", …))

A thing that the service keeps is one type, whichever action gives it: a `Board`. What identifies it is
there, because the connector names it as the key of its resource. All other names are those of the
actions, so `ad_accounts.create` takes `AdAccountsCreateInput`, or the type of the same shape that was
declared before. What no schema requires may be absent.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from typing import Any

from .connector import Connector, connect

#: Schemas of fewer members may be alike by chance.
FEWEST = 3

_PLAIN = {"string": "str", "boolean": "bool", "integer": "int", "number": "float", "null": "None"}

HEAD = '''from collections.abc import Generator
from typing import Any, Literal, NotRequired, Protocol, TypedDict, overload
'''


def module(connector: Connector) -> str:
    """The text of the file."""
    things = _Things(connector)
    types = _Types(things)
    settings = connector.describe().settings.get("properties") or {}
    runs, lists = [], []
    for action in connector.actions():
        about = connector.describe_action(action.id)
        # A setting fills in what is not given.
        required = [name for name in about.input.get("required") or [] if name not in settings]
        given = types.of(_pascal(action.id) + "Input", about.input | {"required": required})
        input = f"input: {given}" if required else f"input: {given} | None = None"
        taken = f'self, action: Literal["{action.id}"], {input}'
        if action.shape == "items":
            item = types.of(_pascal(action.id) + "Item", things.given(action.id, about.output))
            runs.append(f"def run({taken}) -> _List[{item}]: ...")
            lists.append(f"def list({taken}) -> Generator[{item}, None, Any]: ...")
        else:
            out = types.of(_pascal(action.id) + "Output", things.given(action.id, about.output))
            runs.append(f"def run({taken}) -> {out}: ...")
    body = _overloaded(runs) + _overloaded(lists)
    title = f"\"\"\"{connector.describe().title} {connector.describe().version}.\"\"\"\n\n"
    declared = "\n".join(types.declarations)
    return f"{title}{HEAD}\n{declared}\n_List = list\n\nclass Typed(Protocol):\n{body or '    ...'}"


def _overloaded(methods: list[str]) -> str:
    """Methods of one name; one alone is none of several."""
    mark = "    @overload\n" if len(methods) > 1 else ""
    return "".join(f"{mark}    {method}\n" for method in methods)


class _Things:
    """What the service keeps, by the connector's resources."""

    def __init__(self, connector: Connector) -> None:
        #: Names and schemas, by the schema as a text.
        self.known: dict[str, tuple[str, Any]] = {}
        #: What tells the things apart that an action gives.
        self._keys: dict[str, list[str]] = {}
        actions = {action.id for action in connector.actions()}
        for kept in connector.resources():
            if kept.analytic or not kept.key:
                continue
            for action in (kept.get_action, kept.list_action, kept.create_action, kept.update_action):
                if action is not None:
                    self._keys[action] = kept.key
            shown = [one for one in (kept.get_action, kept.list_action) if one in actions]
            if shown:
                schema = connector.describe_action(str(shown[0])).output
                keyed = _keyed(schema, kept.key)
                if keyed is not None and len(keyed.get("properties", [])) >= FEWEST:
                    self.known.setdefault(_canonical(schema), (_singular(kept.id), keyed))

    def given(self, action: str, schema: Any) -> Any:
        """What an action gives, with the key of its resource where that is among the members."""
        keyed = None if _canonical(schema) in self.known else _keyed(schema, self._keys.get(action, []))
        return schema if keyed is None else keyed


def _keyed(schema: Any, key: list[str]) -> Any:
    """A schema whose key has to be there; none when the key is not among its members.

    Of alternatives those that have it.
    """
    for kind in ("oneOf", "anyOf"):
        if kind in schema:
            cases = [_keyed(case, key) for case in schema[kind]]
            kept = [case or as_it_is for case, as_it_is in zip(cases, schema[kind], strict=True)]
            return schema | {kind: kept} if any(cases) else None
    if not key or any(name not in (schema.get("properties") or {}) for name in key):
        return None
    return schema | {"required": list(dict.fromkeys([*(schema.get("required") or []), *key]))}


def _canonical(schema: Any) -> str:
    return json.dumps({key: value for key, value in schema.items() if key != "$schema"})


class _Types:
    """Objects are declared, each once; the things first, by the names of what they are."""

    def __init__(self, things: _Things) -> None:
        self.declarations: list[str] = []
        self._names: dict[str, str] = {}
        self._things = things
        for name, schema in things.known.values():
            self.of(name, schema)

    def of(self, name: str, schema: Any) -> str:
        thing = self._things.known.get(_canonical(schema))
        if thing is not None:
            return thing[0]
        # The same, or nothing.
        if schema.get("type") == ["object", "null"]:
            return _union(self.of(name, schema | {"type": kind}) for kind in schema["type"])
        if "const" in schema:
            return _literal([schema["const"]])
        if "enum" in schema:
            return _literal(schema["enum"])
        cases = schema.get("oneOf") or schema.get("anyOf")
        if cases:
            return _union(self.of(f"{name}{index + 1}", case) for index, case in enumerate(cases))
        kinds = schema.get("type")
        listed = kinds if isinstance(kinds, list) else [kinds]
        return _union(self._simple(kind, name, schema) for kind in listed)

    def _simple(self, kind: Any, name: str, schema: Any) -> str:
        if kind == "array":
            return f"list[{self.of(name + 'Item', schema.get('items') or {})}]"
        if kind == "object":
            return self._object(name, schema)
        return _PLAIN.get(kind, "Any")

    def _object(self, name: str, schema: Any) -> str:
        properties = schema.get("properties")
        if not properties or isinstance(schema.get("additionalProperties"), dict):
            return "dict[str, Any]"
        required = schema.get("required") or []
        fields = []
        for key, member in properties.items():
            type_ = self.of(name + _pascal(key), member)
            fields.append(f"{key!r}: {type_ if key in required else f'NotRequired[{type_}]'}")
        text = ", ".join(fields)
        if text not in self._names:
            self._names[text] = name
            self.declarations.append(f"{name} = TypedDict({name!r}, {{{text}}})")
        return self._names[text]


def _literal(values: list[Any]) -> str:
    plain = [value for value in values if isinstance(value, (str, int, bool)) or value is None]
    return f"Literal[{', '.join(map(repr, plain))}]" if len(plain) == len(values) else "Any"


def _union(types: Iterator[str]) -> str:
    return " | ".join(dict.fromkeys(types))


def _singular(id: str) -> str:
    """`board_sections` as `BoardSection`."""
    last = re.sub(r"ies$", "y", id)
    last = re.sub(r"(ss|us|x|ch|sh)es$", r"\1", last)
    return _pascal(re.sub(r"([^s])s$", r"\1", last))


def _pascal(id: str) -> str:
    return "".join(word[0].upper() + word[1:] for word in re.split(r"[^A-Za-z0-9]+", id) if word)


if __name__ == "__main__":
    print(module(connect(sys.argv[1])), end="")
