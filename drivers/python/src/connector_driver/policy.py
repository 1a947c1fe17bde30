"""What a component may cost. Times are seconds, sizes bytes."""

from __future__ import annotations

from dataclasses import dataclass

from .contract import Done, Pause, Step
from .errors import Refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Limits on one call. Each default suits a service on the internet."""

    #: For one request, from beginning to connect to the answer's last byte.
    timeout: float = 60.0
    connect_timeout: float = 10.0
    #: Bytes a second that an upload reaches at least; its size adds to `timeout`.
    upload_rate: int = 64 * 1024
    #: The body of one answer in memory, decompressed. On its way into the component each byte takes
    #: about 80 for a moment, so this is a quarter of what other hosts take.
    response_bytes: int = 8 * 1024 * 1024
    #: The body of one answer that is kept as a blob.
    saved_bytes: int = 4 * 1024 * 1024 * 1024
    checkpoint_bytes: int = 64 * 1024
    #: In one call, pages and pauses included.
    steps: int = 100_000
    #: The longest pause that a connector may ask for.
    pause: float = 600.0
    #: In a row.
    redirects: int = 5
    #: How often one request is sent at most; 1: no repeats.
    tries: int = 4
    #: The first wait before a repeat; each further one is twice as long.
    backoff: float = 0.5
    #: The longest wait before a repeat. A service that asks for more gets none.
    max_wait: float = 60.0

    def checked(self, step: Step) -> Step:
        """The step itself, when its sizes are within the limits."""
        if not isinstance(step, Done) and len(step.checkpoint) > self.checkpoint_bytes:
            message = f"a checkpoint of {len(step.checkpoint)} bytes; the limit is {self.checkpoint_bytes}"
            raise Refusal("checkpoint-size", message)
        if isinstance(step, Pause) and step.ms > self.pause * 1000:
            raise Refusal("pause", f"a pause of {step.ms} ms; the limit is {self.pause:g} s")
        return step
