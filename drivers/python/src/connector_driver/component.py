"""A connector component: compiling it, keeping an instance, calling its functions."""

from __future__ import annotations

import contextlib
import ctypes
import os
import threading
from collections.abc import Collection
from pathlib import Path
from typing import Any, Protocol

import wasmtime
from wasmtime import _ffi as ffi
from wasmtime import component as wit

from .contract.functions import FUNCTIONS, PACKAGE, REQUIRED, VERSION
from .errors import Refusal
from .lift import VALUE, Reader, reader
from .lower import Writer, writer

#: Bytes of what a component leaves to say that are kept, the last ones.
LAST_WORDS = 8 * 1024


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
        _check(self._compiled.type.exports(self._engine))
        self._linker = wit.Linker(self._engine)
        self._last_words = b""
        #: What it imports that no host provides.
        self._others: list[str] = []
        self._listen()
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
            try:
                answer = self._answer(function, arguments)
            except wasmtime.WasmtimeError as error:
                self._instance = None
                words = self._last_words.decode(errors="replace").strip()
                said = f"; its last words: {words}" if words else ""
                raise Refusal("trap", f"{_cause(error)}{said}") from None
            if not arguments:
                self._constants[function] = answer
            return answer

    def _answer(self, function: str, arguments: tuple[Any, ...]) -> Any:
        """Of an instance that was used before; when it traps, of a fresh one, once."""
        if self._instance is not None:
            try:
                return self._enter(self._instance, function, arguments)
            except wasmtime.WasmtimeError:
                self._instance = None
        self._instance = self._instantiate()
        return self._enter(self._instance, function, arguments)

    def _listen(self) -> None:
        """Provides the one interface that a connector may import."""
        for name in self._compiled.type.imports(self._engine):
            if not name.startswith(f"{PACKAGE}/diagnostics@"):
                self._others.append(name)
            else:
                with self._linker.root() as root, root.add_instance(name) as diagnostics:
                    diagnostics.add_func("last-words", self._hear)

    def _hear(self, _: object, text: str) -> None:
        self._last_words = (self._last_words + text.encode() + b"\n")[-LAST_WORDS:]

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
            why = _cause(error)
            if others := ", ".join(self._others):
                why = f"it needs {others} of its host, and a host has none of that ({why})"
            raise Refusal("contract", f"not a connector: {why}") from None

    def _enter(self, instance: _Instance, name: str, arguments: tuple[Any, ...]) -> Any:
        store, function = instance.store, instance.function(name)
        self._last_words = b""
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


def _check(exports: Collection[str]) -> None:
    """Refuses what is no connector, or speaks another version of the contract."""
    missing = next((one for one in map(_path, REQUIRED) if not _has(exports, one)), None)
    if missing is None:
        return
    begin = f"{PACKAGE}/{REQUIRED[-1]}@"
    spoken = next((name.removeprefix(begin) for name in exports if name.startswith(begin)), None)
    if spoken is None or spoken == VERSION:
        raise Refusal("contract", f"not a connector: it does not export {missing}")
    message = f"the component speaks version {spoken} of the contract and this driver version {VERSION}"
    raise Refusal("contract", f"{message}: build the one for the version of the other")


def _has(exports: Collection[str], path: str) -> bool:
    """Until 1.0 all versions with the same second number fit each other."""
    return any(_compatible(name) == _compatible(path) for name in exports)


def _compatible(path: str) -> str:
    return path.rpartition(".")[0]


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
