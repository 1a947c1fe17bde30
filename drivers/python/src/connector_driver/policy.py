"""What a component may cost. Times are seconds, sizes bytes."""

from __future__ import annotations

from dataclasses import dataclass

from .contract import Done, Multipart, Pause, Pieces, Read, Send, Step
from .errors import Refusal

#: Bytes of a blob that a component may look at in one step.
LONGEST_READ = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Limits on one call. Each default suits a service on the internet."""

    #: For one request until its answer is there, without the bodies.
    timeout: float = 60.0
    connect_timeout: float = 10.0
    #: Bytes a second that a transfer reaches at least: what the bodies of a request and of its
    #: answer add to `timeout`.
    transfer_rate: int = 64 * 1024
    #: The body of one answer in memory, decompressed. On its way into the component each byte takes
    #: about 80 for a moment; where that is too much, set less.
    response_bytes: int = 32 * 1024 * 1024
    #: The body of one answer that is kept as a blob.
    saved_bytes: int = 4 * 1024 * 1024 * 1024
    #: Holds the cursor of a trigger that has seen 50 000 items.
    checkpoint_bytes: int = 1024 * 1024
    #: In one call, pages and pauses included.
    steps: int = 100_000
    #: Different blobs that one call uses, and those that it saves.
    blobs: int = 10_000
    #: Parts or pieces that the body of one request is made of.
    pieces: int = 10_000
    #: For the whole call.
    call_time: float = 48 * 3600.0
    #: The longest pause that a connector may ask for.
    pause: float = 86_400.0
    #: How many are followed in a row; the next one is an answer.
    redirects: int = 10
    #: How often one request is sent at most; 1: no repeats.
    tries: int = 4
    #: The first wait before a repeat; each further one is twice as long.
    backoff: float = 0.5
    #: The longest wait before a repeat. A service that asks for more gets none.
    max_wait: float = 90.0

    def checked(self, step: Step) -> Step:
        """The step itself, when its sizes are within the limits."""
        if not isinstance(step, Done) and len(step.checkpoint) > self.checkpoint_bytes:
            message = f"a checkpoint of {len(step.checkpoint)} bytes; the limit is {self.checkpoint_bytes}"
            raise Refusal("checkpoint-size", message)
        if isinstance(step, Send) and isinstance(step.request.body, (Multipart, Pieces)):
            count = len(step.request.body.value)
            if count > self.pieces:
                raise Refusal("pieces", f"a body of {count} pieces; the limit is {self.pieces}")
        if isinstance(step, Read) and step.length > LONGEST_READ:
            raise Refusal("blob", f"a look at {step.length} bytes from {step.offset}")
        if isinstance(step, Pause) and step.ms > self.pause * 1000:
            raise Refusal("pause", f"a pause of {step.ms} ms; the limit is {self.pause:g} s")
        return step
