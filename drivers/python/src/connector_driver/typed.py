"""`python -m connector_driver.typed COMPONENT > NAME.pyi`: types of a connector's inputs and outputs.

The file declares the protocol `Typed`, which a `Connector` for the component fits:

    pinterest = cast("Typed", connect("pinterest_connector.wasm", …))

Names are those of the actions, so `boards.create` gives `BoardsCreateOutput`, or the type of the same
shape that was declared before. What the schema does not require may be absent.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from typing import Any

from .connector import Connector, connect

_PLAIN = {"string": "str", "boolean": "bool", "integer": "int", "number": "float", "null": "None"}

HEAD = '''from collections.abc import Generator
from typing import Any, Literal, NotRequired, Protocol, TypedDict, overload
'''


def module(connector: Connector) -> str:
    """The text of the file."""
    types = _Types()
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
            item = types.of(_pascal(action.id) + "Item", about.output)
            runs.append(f"def run({taken}) -> _List[{item}]: ...")
            lists.append(f"def list({taken}) -> Generator[{item}, None, Any]: ...")
        else:
            out = types.of(_pascal(action.id) + "Output", about.output)
            runs.append(f"def run({taken}) -> {out}: ...")
    body = _overloaded(runs) + _overloaded(lists)
    title = f"\"\"\"{connector.describe().title} {connector.describe().version}.\"\"\"\n\n"
    declared = "\n".join(types.declarations)
    return f"{title}{HEAD}\n{declared}\n_List = list\n\nclass Typed(Protocol):\n{body or '    ...'}"


def _overloaded(methods: list[str]) -> str:
    """Methods of one name; one alone is none of several."""
    mark = "    @overload\n" if len(methods) > 1 else ""
    return "".join(f"{mark}    {method}\n" for method in methods)


class _Types:
    """Objects are declared, each once."""

    def __init__(self) -> None:
        self.declarations: list[str] = []
        self._names: dict[str, str] = {}

    def of(self, name: str, schema: Any) -> str:
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


def _pascal(id: str) -> str:
    return "".join(word[0].upper() + word[1:] for word in re.split(r"[^A-Za-z0-9]+", id) if word)


if __name__ == "__main__":
    print(module(connect(sys.argv[1])), end="")
