"""Components of other versions of the contract, with its one import, and instances that wear out."""

from __future__ import annotations

import re

import pytest
import wasmtime

from connector_driver import Component, Refusal, connect
from connector_driver import contract as c
from connector_driver.component import LAST_WORDS

from .components import RELEASE

WASM = (RELEASE / "github_issues.wasm").read_bytes()


def of_version(version: bytes) -> bytes:
    """The component as if it had been built for another version."""
    return WASM.replace(b"@0.2.0", b"@" + version)


@pytest.mark.parametrize("version", ["0.1.0", "0.3.0", "1.2.0"])
def test_another_version_is_refused_by_name(version: str) -> None:
    with pytest.raises(Refusal) as refused:
        Component(of_version(version.encode()))
    assert refused.value.rule == "contract"
    assert re.findall(r"\d\.\d\.\d", str(refused.value)) == [version, "0.2.0"]


def test_a_minor_version_only_adds_to_the_contract() -> None:
    connector = connect(Component(of_version(b"0.2.3")))
    assert isinstance(connector.start.action("issues.list", {"repository": "a/b"}), c.Send)
    assert connector.webhooks() == []


def talking(body: str, needed: str = "") -> Component:
    """A component whose function `operations.bases` says its last words, and then does something."""
    text = f'''
    (component
      (import "automation:connector/diagnostics@0.2.0" (instance $diagnostics
        (export "last-words" (func (param "text" string)))))
      {needed}
      (core module $memory (memory (export "memory") 1)
        (data (i32.const 0) "no rows in \\22plan.rs\\22:7")
        (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024)))
      (core instance $memory (instantiate $memory))
      (core func $words (canon lower (func $diagnostics "last-words")
        (memory (core memory $memory "memory"))))
      (core module $code
        (import "host" "words" (func $words (param i32 i32)))
        (global $calls (mut i32) (i32.const 0))
        (func (export "all") (result i32)
          (global.set $calls (i32.add (global.get $calls) (i32.const 1)))
          {body}
          (i32.const 512)))
      (core instance $code (instantiate $code
        (with "host" (instance (export "words" (func $words))))))
      (func $all (result (list string)) (canon lift (core func $code "all")
        (memory (core memory $memory "memory"))))
      (instance $steps (export "resume" (func $all)))
      {" ".join(f'(export "automation:connector/{name}@0.2.0" (instance $steps))' for name in
                ("types", "connection", "actions", "triggers", "steps", "operations"))}
    )'''
    component = Component(bytes(wasmtime.wat2wasm(text)))
    # It has functions of this one kind only.
    component._bound["steps.resume"] = ([], lambda _: "done")
    return component


WORDS = "(call $words (i32.const 0) (i32.const 24))"


def test_last_words_are_in_the_error_of_a_trap_and_nowhere_else() -> None:
    with pytest.raises(Refusal) as trapped:
        talking(f"{WORDS} unreachable").call("steps.resume")
    assert trapped.value.rule == "trap"
    assert 'no rows in "plan.rs":7' in str(trapped.value)
    silent = talking("unreachable")
    silent._last_words = b"of another call"
    with pytest.raises(Refusal) as trapped:
        silent.call("steps.resume")
    assert "another call" not in str(trapped.value)
    assert talking(WORDS).call("steps.resume") == "done"


def test_so_many_last_words_are_kept() -> None:
    component = talking(f"(loop $again {WORDS} (br $again))")
    component._fuel = 100_000
    with pytest.raises(Refusal, match="fuel") as trapped:
        component.call("steps.resume")
    assert 0 < len(component._last_words) <= LAST_WORDS
    assert len(str(trapped.value)) < 2 * LAST_WORDS


def test_an_instance_that_is_worn_out_is_replaced_and_asked_again_once() -> None:
    worn = talking("(if (i32.gt_u (global.get $calls) (i32.const 2)) (then unreachable))")
    for _ in range(7):
        worn._constants.clear()
        assert worn.call("steps.resume") == "done"
    with pytest.raises(Refusal, match="trap"):
        talking("unreachable").call("steps.resume")


def test_what_needs_something_else_of_its_host_is_refused() -> None:
    needy = talking("", '(import "wasi:cli/exit@0.2.0" (instance (export "exit" (func))))')
    with pytest.raises(Refusal, match="wasi:cli/exit") as refused:
        needy.call("steps.resume")
    assert refused.value.rule == "contract"
