"""Values that come out of a component, as the Python types that `contract` declares.

A reader is made once for each function, from the component's type and the Python hint together, so a
component that speaks another contract is found out before its values are used. wasmtime's own
conversion asks for the types again with every value and takes each byte of a list by itself, which
makes a page of 60 KiB cost a third of a second.
"""

from __future__ import annotations

import ctypes
import dataclasses
import re
import types
import typing
from collections.abc import Callable
from typing import Any

from wasmtime import _ffi as ffi
from wasmtime import component as wit

from .contract import Error
from .errors import ConnectorError, Refusal
from .json_text import JSON, MAYBE_JSON, loads

_UPPER = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
#: Makes a Python value of a `wasmtime_component_val_t`, which it leaves as it is.
Reader = Callable[[Any], Any]

VALUE = ffi.wasmtime_component_val_t
SIZE = ctypes.sizeof(VALUE)
PAYLOAD = VALUE.of.offset

#: The member of the C union for each plain type.
PLAIN: dict[type[wit.ValType], str] = {
    wit.Bool: "boolean", wit.U8: "u8", wit.U16: "u16", wit.U32: "u32", wit.U64: "u64",
}  # fmt: skip


def reader(ty: wit.ValType | None, hint: Any) -> Reader:
    """Refuses with the rule `contract` when the component's type does not fit the hint."""
    if isinstance(ty, wit.ResultType):
        return _result(ty, hint)
    if isinstance(ty, wit.OptionType):
        return _option(ty, hint)
    if isinstance(ty, wit.ListType):
        return _list(ty, hint)
    if isinstance(ty, wit.RecordType):
        return _record(ty, hint)
    if isinstance(ty, wit.TupleType):
        return _tuple(ty, hint)
    if isinstance(ty, wit.VariantType):
        return _variant(ty, hint)
    if isinstance(ty, wit.EnumType):
        return lambda value: _text(value.of.enumeration)
    if isinstance(ty, wit.String):
        kind = next(iter(getattr(hint, "__metadata__", ())), None)
        texts: dict[Any, Reader] = {JSON: _parsed, MAYBE_JSON: _maybe_parsed}
        return texts.get(kind, lambda v: _text(v.of.string))
    member = PLAIN.get(type(ty)) if ty is not None else None
    if member is None:
        raise Refusal("contract", f"a value of the type {type(ty).__name__}")
    return lambda v: getattr(v.of, member)


def case_name(hint: Any) -> str:
    """The case of a variant that a dataclass stands for."""
    name: str = getattr(hint, "case", "") or _UPPER.sub("-", hint.__name__).lower()
    return name


def _text(name: Any) -> str:
    return str(ctypes.string_at(name.data, name.size), "utf-8") if name.size else ""


def _parsed(value: Any) -> Any:
    try:
        return loads(_text(value.of.string))
    except ValueError:
        raise Refusal("contract", "the component gives JSON that is not JSON") from None


def _maybe_parsed(value: Any) -> Any:
    """What the service said is kept, whatever it is."""
    text = _text(value.of.string)
    try:
        return loads(text)
    except ValueError:
        return text


def _result(ty: wit.ResultType, hint: Any) -> Reader:
    ok, err = reader(ty.ok, hint), reader(ty.err, Error)

    def read(value: Any) -> Any:
        result = value.of.result
        if result.is_ok:
            return ok(result.val.contents)
        raise ConnectorError(err(result.val.contents))

    return read


def _option(ty: wit.OptionType, hint: Any) -> Reader:
    some = next((arm for arm in typing.get_args(hint) if arm is not types.NoneType), hint)
    read = reader(ty.payload, some)
    return lambda value: read(value.of.option.contents) if value.of.option else None


def _list(ty: wit.ListType, hint: Any) -> Reader:
    if isinstance(ty.element, wit.U8):
        return _bytes
    element = reader(ty.element, (typing.get_args(hint) or (None,))[0])

    def read(value: Any) -> list[Any]:
        items = value.of.list
        return [element(items.data[index]) for index in range(items.size)]

    return read


def _bytes(value: Any) -> bytes:
    """Each byte is a value of its own in C; a slice takes them all."""
    items = value.of.list
    return ctypes.string_at(items.data, items.size * SIZE)[PAYLOAD::SIZE] if items.size else b""


def _tuple(ty: wit.TupleType, hint: Any) -> Reader:
    hints = typing.get_args(hint)
    if len(hints) != len(ty.elements):
        raise Refusal("contract", f"a tuple of {len(ty.elements)} where {hint} belongs")
    readers = [reader(of, one) for of, one in zip(ty.elements, hints, strict=True)]

    def read(value: Any) -> tuple[Any, ...]:
        data = value.of.tuple.data
        return tuple(read(data[index]) for index, read in enumerate(readers))

    return read


def _record(ty: wit.RecordType, hint: Any) -> Reader:
    if not isinstance(hint, type) or not dataclasses.is_dataclass(hint):
        raise Refusal("contract", f"a record where {hint} belongs")
    hints = typing.get_type_hints(hint, include_extras=True)
    there = {name.replace("-", "_"): (index, of) for index, (name, of) in enumerate(ty.fields)}
    readers = []
    for field in dataclasses.fields(hint):
        if field.name not in there:
            raise Refusal("contract", f"the record {hint.__name__} has no {field.name}")
        index, of = there[field.name]
        readers.append((index, reader(of, hints[field.name])))
    make: Callable[..., Any] = typing.cast(Any, hint)

    def read(value: Any) -> Any:
        data = value.of.record.data
        return make(*[read(data[index].val) for index, read in readers])

    return read


def _variant(ty: wit.VariantType, hint: Any) -> Reader:
    arms: dict[str, Any] = {}
    for arm in typing.get_args(hint):
        names = typing.get_args(arm) if typing.get_origin(arm) is typing.Literal else None
        arms |= dict.fromkeys(names) if names else {case_name(arm): arm}
    readers: dict[str, Reader] = {}
    for name, payload in ty.cases:
        if name not in arms or (payload is None) != (arms[name] is None):
            raise Refusal("contract", f"a variant has the case {name}")
        readers[name] = _case(name, payload, arms[name])

    def read(value: Any) -> Any:
        return readers[_text(value.of.variant.discriminant)](value.of.variant.val)

    return read


def _case(name: str, payload: wit.ValType | None, arm: Any) -> Reader:
    """A case without a payload is its name."""
    if payload is None:
        return lambda _: name
    if isinstance(payload, wit.RecordType):
        record = _record(payload, arm)
        return lambda pointer: record(pointer.contents)
    inner = reader(payload, typing.get_type_hints(arm, include_extras=True).get("value"))
    return lambda pointer: arm(inner(pointer.contents))
