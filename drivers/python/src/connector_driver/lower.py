"""Values that go into a component, as the C values that wasmtime takes."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from typing import Any

from wasmtime import _ffi as ffi
from wasmtime import component as wit

from .errors import Refusal
from .lift import PAYLOAD, PLAIN, SIZE, VALUE, case_name

#: Writes a Python value into a `wasmtime_component_val_t` that is all zeros.
Writer = Callable[[Any, Any], None]

KIND = VALUE.kind.offset
#: Bytes that are turned into values together.
AT_ONCE = 1024 * 1024
KINDS: dict[type[wit.ValType], Any] = {
    wit.Bool: ffi.WASMTIME_COMPONENT_BOOL,
    wit.U8: ffi.WASMTIME_COMPONENT_U8,
    wit.U16: ffi.WASMTIME_COMPONENT_U16,
    wit.U32: ffi.WASMTIME_COMPONENT_U32,
    wit.U64: ffi.WASMTIME_COMPONENT_U64,
}


def writer(ty: wit.ValType) -> Writer:
    """Refuses with the rule `contract` when the contract has no such type in an argument."""
    if isinstance(ty, wit.String):
        return _string
    if isinstance(ty, wit.OptionType):
        return _option(writer(ty.payload))
    if isinstance(ty, wit.ListType):
        return _bytes if isinstance(ty.element, wit.U8) else _list(writer(ty.element))
    if isinstance(ty, wit.RecordType):
        return _record([(name, writer(of)) for name, of in ty.fields])
    if isinstance(ty, wit.VariantType):
        return _variant({name: _payload(of) for name, of in ty.cases})
    kind, member = KINDS.get(type(ty)), PLAIN.get(type(ty))
    if kind is None or member is None:
        raise Refusal("contract", f"an argument of the type {type(ty).__name__}")

    def write(value: Any, to: Any) -> None:
        to.kind = kind
        setattr(to.of, member, value)

    return write


def _string(value: Any, to: Any) -> None:
    to.of.string = ffi.str_to_capi(value)
    to.kind = ffi.WASMTIME_COMPONENT_STRING


def _boxed(value: Any, write: Writer) -> Any:
    inner = VALUE()
    write(value, inner)
    return ffi.wasmtime_component_val_new(ctypes.byref(inner))


def _option(some: Writer) -> Writer:
    def write(value: Any, to: Any) -> None:
        if value is not None:
            to.of.option = _boxed(value, some)
        to.kind = ffi.WASMTIME_COMPONENT_OPTION

    return write


def _list(element: Writer) -> Writer:
    def write(value: Any, to: Any) -> None:
        ffi.wasmtime_component_vallist_new_uninit(ctypes.byref(to.of.list), len(value))
        _zero(to.of.list)
        to.kind = ffi.WASMTIME_COMPONENT_LIST
        for index, item in enumerate(value):
            element(item, to.of.list.data[index])

    return write


def _bytes(value: Any, to: Any) -> None:
    """Each byte is a value of its own in C; slices write them all."""
    ffi.wasmtime_component_vallist_new_uninit(ctypes.byref(to.of.list), len(value))
    to.kind = ffi.WASMTIME_COMPONENT_LIST
    address = ctypes.cast(to.of.list.data, ctypes.c_void_p).value or 0
    for begin in range(0, len(value), AT_ONCE):
        piece = value[begin : begin + AT_ONCE]
        values = bytearray(len(piece) * SIZE)
        values[KIND::SIZE] = bytes([ffi.WASMTIME_COMPONENT_U8.value]) * len(piece)
        values[PAYLOAD::SIZE] = piece
        source = ctypes.c_char.from_buffer(values)
        ctypes.memmove(address + begin * SIZE, ctypes.addressof(source), len(values))


def _zero(items: Any) -> None:
    """So that they can be freed before all of them are written: zeros are the value false."""
    if items.size:
        ctypes.memset(items.data, 0, items.size * ctypes.sizeof(items.data.contents))


def _record(fields: list[tuple[str, Writer]]) -> Writer:
    def write(value: Any, to: Any) -> None:
        ffi.wasmtime_component_valrecord_new_uninit(ctypes.byref(to.of.record), len(fields))
        _zero(to.of.record)
        to.kind = ffi.WASMTIME_COMPONENT_RECORD
        for index, (name, field) in enumerate(fields):
            entry = to.of.record.data[index]
            entry.name = ffi.str_to_capi(name)
            field(getattr(value, name.replace("-", "_")), entry.val)

    return write


def _variant(cases: dict[str, Writer | None]) -> Writer:
    def write(value: Any, to: Any) -> None:
        # A case without a payload is its name.
        name = value if isinstance(value, str) else case_name(type(value))
        case = cases[name]
        to.of.variant.discriminant = ffi.str_to_capi(name)
        to.kind = ffi.WASMTIME_COMPONENT_VARIANT
        if case is not None:
            to.of.variant.val = _boxed(value, case)

    return write


def _payload(ty: wit.ValType | None) -> Writer | None:
    """A case's dataclass is the record itself, or holds the payload as `value`."""
    if ty is None:
        return None
    write = writer(ty)
    if isinstance(ty, wit.RecordType):
        return write
    return lambda value, to: write(value.value, to)
