"""A connector component: compiling it, keeping an instance, calling its functions."""

from __future__ import annotations

import contextlib
import ctypes
import os
import threading
from pathlib import Path
from typing import Any, Protocol

import wasmtime
from wasmtime import _ffi as ffi
from wasmtime import component as wit

from .contract import Step
from .described import (
    Action,
    ActionDescription,
    Descriptor,
    Operation,
    OperationBase,
    Resource,
    Trigger,
    TriggerDescription,
)
from .errors import Refusal
from .lift import VALUE, Reader, reader
from .lower import Writer, writer

PACKAGE, VERSION = "automation:connector", "0.1.0"

#: What each function answers with when it does not fail.
FUNCTIONS: dict[str, Any] = {
    "connection.describe": Descriptor,
    "connection.test": Step,
    "connection.choices": Step,
    "actions.list": list[Action],
    "actions.describe": ActionDescription,
    "actions.start": Step,
    "actions.choices": Step,
    "triggers.list": list[Trigger],
    "triggers.describe": TriggerDescription,
    "triggers.start": Step,
    "triggers.choices": Step,
    "webhooks.list": list[Trigger],
    "webhooks.describe": TriggerDescription,
    "webhooks.subscribe": Step,
    "webhooks.unsubscribe": Step,
    "webhooks.receive": Step,
    "webhooks.choices": Step,
    "data.resources": list[Resource],
    "operations.bases": list[OperationBase],
    "operations.all": list[Operation],
    "steps.resume": Step,
}


class Guest(Protocol):
    """What the driver needs of a component; `Component` is the real one."""

    def call(self, function: str, *arguments: Any) -> Any:
        """Calls `interface.function`. Raises `ConnectorError` when it answers with an error."""

    def has(self, interface: str) -> bool:
        """Whether it has an optional interface, such as `webhooks`."""


class Component:
    """A compiled component. Compile it once, and share it among connections and threads.

    `source` is the path or the bytes of a component. Compiled code is kept in wasmtime's cache
    folder of the user unless `cache` is false. An instance may use `memory_bytes`, and one call of
    it `fuel`, which is about as many wasm instructions; real calls take thousands to millions.
    """

    def __init__(
        self,
        source: str | os.PathLike[str] | bytes,
        *,
        cache: bool = True,
        memory_bytes: int = 256 * 1024 * 1024,
        fuel: int = 10_000_000_000,
    ) -> None:
        wasm = source if isinstance(source, bytes) else Path(source).read_bytes()
        self._engine = wasmtime.Engine(_config(cache))
        try:
            self._compiled = wit.Component(self._engine, wasm)
        except wasmtime.WasmtimeError as error:
            raise Refusal("contract", f"not a component: {_cause(error)}") from None
        self._linker = wit.Linker(self._engine)
        self._memory_bytes = memory_bytes
        self._fuel = fuel
        self._bound: dict[str, tuple[list[Writer], Reader]] = {}
        self._constants: dict[str, Any] = {}
        self._lock = threading.Lock()
        self._instance: _Instance | None = None

    def call(self, function: str, *arguments: Any) -> Any:
        """Calls `interface.function`; one call at a time. An instance that trapped is replaced.

        A component is pure, so what takes no arguments is asked for once.
        """
        with self._lock:
            if function in self._constants:
                return self._constants[function]
            if self._instance is None:
                self._instance = self._instantiate()
            instance = self._instance
            try:
                answer = self._enter(instance, function, arguments)
            except wasmtime.WasmtimeError as error:
                self._instance = None
                raise Refusal("trap", _cause(error)) from None
            if not arguments:
                self._constants[function] = answer
            return answer

    def has(self, interface: str) -> bool:
        """Whether it exports an interface of the contract."""
        return self._compiled.get_export_index(_path(interface)) is not None

    def renew(self) -> None:
        """Forgets the instance: the next call runs in a fresh one, which takes about 0.3 ms."""
        with self._lock:
            self._instance = None

    def _instantiate(self) -> _Instance:
        store = wasmtime.Store(self._engine)
        store.set_limits(memory_size=self._memory_bytes)
        store.set_fuel(self._fuel)
        try:
            return _Instance(store, self._linker.instantiate(store, self._compiled))
        except wasmtime.WasmtimeError as error:
            raise Refusal("contract", f"not a connector: {_cause(error)}") from None

    def _enter(self, instance: _Instance, name: str, arguments: tuple[Any, ...]) -> Any:
        store, function = instance.store, instance.function(name)
        if name not in self._bound:
            self._bound[name] = _bind(function.type(store), FUNCTIONS[name])
        writers, read = self._bound[name]
        values, result = (VALUE * len(writers))(), VALUE()
        ctypes.memset(values, 0, ctypes.sizeof(values))
        try:
            for write, argument, value in zip(writers, arguments, values, strict=True):
                write(argument, value)
            store.set_fuel(self._fuel)
            error = ffi.wasmtime_component_func_call(
                ctypes.byref(function._func), store._context(), values, len(writers),
                ctypes.byref(result), 1,
            )  # fmt: skip
            if error:
                raise wasmtime.WasmtimeError._from_ptr(error)
            try:
                return read(result)
            finally:
                ffi.wasmtime_component_val_delete(ctypes.byref(result))
        finally:
            for value in values:
                ffi.wasmtime_component_val_delete(ctypes.byref(value))


class _Instance:
    """An instance, and its functions by `interface.function`."""

    def __init__(self, store: wasmtime.Store, instance: wit.Instance) -> None:
        self.store = store
        self._instance = instance
        self._functions: dict[str, wit.Func] = {}

    def function(self, name: str) -> wit.Func:
        if name not in self._functions:
            interface, function = name.split(".")
            path = _path(interface)
            of = self._instance.get_export_index(self.store, path)
            if not of:
                why = f"this connector has no {interface}: its component does not export {path}"
                raise Refusal("contract", why)
            index = self._instance.get_export_index(self.store, function, of)
            found = index and self._instance.get_func(self.store, index)
            if not found:
                raise Refusal("contract", f"the component has no {path}#{function}")
            self._functions[name] = found
        return self._functions[name]


def _path(interface: str) -> str:
    return f"{PACKAGE}/{interface}@{VERSION}"


def _bind(ty: wit.FuncType, hint: Any) -> tuple[list[Writer], Reader]:
    return [writer(of) for _, of in ty.params], reader(ty.result, hint)


def _config(cache: bool) -> wasmtime.Config:
    config = wasmtime.Config()
    config.consume_fuel = True
    if cache:
        # Without a folder to write to it is compiled again each time.
        with contextlib.suppress(wasmtime.WasmtimeError):
            config.cache = True
    return config


def _cause(error: wasmtime.WasmtimeError) -> str:
    """The last line says why; those before it are the stack inside the component."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[-1] if lines else "the component trapped"
