"""Checks input against the keywords of JSON Schema that the schemas here use."""

from typing import Any

KINDS: dict[str, tuple[type, str]] = {
    "string": (str, "must be a text"),
    "boolean": (bool, "must be true or false"),
    "array": (list, "must be a list"),
}


def given(value: dict[str, Any]) -> dict[str, Any]:
    """Without what is left open: nothing, or a blank text of a form."""
    return {
        name: one
        for name, one in value.items()
        if one is not None and not (isinstance(one, str) and not one.strip())
    }


def problems(schema: dict[str, Any], value: dict[str, Any]) -> dict[str, str]:
    """What is wrong with each field, by its path."""
    known = schema["properties"]
    wrong = {name: "is needed" for name in schema.get("required", []) if name not in value}
    for name, one in value.items():
        if name not in known:
            names = ", ".join(known) or "none"
            wrong[name] = f"there is no such field; the fields are {names}"
        else:
            wrong |= _field(name, known[name], one)
    return wrong


def _field(path: str, schema: dict[str, Any], value: Any) -> dict[str, str]:
    kind, why = KINDS[schema["type"]]
    if not isinstance(value, kind):
        return {path: why}
    if "enum" in schema and value not in schema["enum"]:
        return {path: f"must be one of {', '.join(schema['enum'])}"}
    if "maxItems" in schema and len(value) > schema["maxItems"]:
        return {path: f"has at most {schema['maxItems']} items"}
    if isinstance(value, list):
        wrong: dict[str, str] = {}
        for index, item in enumerate(value):
            wrong |= _field(f"{path}[{index}]", schema["items"], item)
        return wrong
    return {}
