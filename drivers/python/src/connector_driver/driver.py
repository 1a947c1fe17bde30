"""The one loop that drives every call."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator
from typing import Union

from .blobs import BlobError, texts
from .contract import Chunk, Done, Emit, Pause, Read, Reply, Saved, Send, Step, Undelivered
from .errors import Refusal
from .retry import Resume, answer
from .send import Wire


async def drive(first: Step, resume: Resume, wire: Wire) -> AsyncGenerator[Union[Emit, Done], None]:
    """Yields each page, and at last the outcome.

    Blobs that were saved on the way end with it, but for those that the output or an item names.
    """
    step, saved = first, set[str]()

    def kept(reply: Reply) -> None:
        if isinstance(reply, Saved):
            saved.add(reply.blob)

    def given(output: object) -> None:
        if saved:
            saved.difference_update(texts(output))

    try:
        end = time.monotonic() + wire.policy.call_time
        for _ in range(wire.policy.steps):
            # Each step has a limit of its own, so this is soon enough.
            if time.monotonic() > end:
                message = f"a call takes longer than {wire.policy.call_time:g} s"
                raise Refusal("call-time", message)
            if isinstance(step, Send):
                step = await answer(step, resume, wire, kept)
            elif isinstance(step, Pause):
                await wire.shell.sleep(step.ms / 1000)
                step = resume(step.checkpoint, "proceed")
            elif isinstance(step, Read):
                step = resume(step.checkpoint, await wire.shell.call(look, step, wire))
            elif isinstance(step, Emit):
                if not isinstance(step.items, list):
                    raise Refusal("contract", "the items of a page are not an array")
                given(step.items)
                yield step
                step = resume(step.checkpoint, "proceed")
            else:
                given(step.output)
                yield step
                return
        raise Refusal("steps", f"a call takes more than {wire.policy.steps} steps")
    finally:
        for blob in saved:
            await wire.shell.call(wire.blobs.discard, blob)


def look(step: Read, wire: Wire) -> Reply:
    """What a component asks to see of a blob."""
    wire.policy.checked(step)
    try:
        info = wire.blobs.stat(step.blob)
        with wire.blobs.open(step.blob) as file:
            file.seek(min(step.offset, info.size))
            return Chunk(file.read(step.length), info.size, info.name)
    except (BlobError, OSError) as error:
        why = str(error) if isinstance(error, BlobError) else type(error).__name__
        return Undelivered(wire.vault.mask.text(why))
