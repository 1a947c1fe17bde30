"""The credentials of a connection. Values leave only towards a request's headers."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Union

from .errors import Refusal
from .scrub import Mask
from .shell import Result, Shell

#: Where values are: by id, or asked for before each request.
Credentials = Union[Mapping[str, str], Callable[[str], Result["str | None"]]]
#: Renews a value at the place that `Credentials` reads.
Refresh = Callable[[str], Result[None]]

_SENDABLE = re.compile(r"[\x21-\x7e]+")


class Vault:
    """Asks for values, and has them renewed once for all who wait."""

    def __init__(self, credentials: Credentials, refresh: Refresh | None, shell: Shell) -> None:
        self._credentials = credentials
        self._refresh = refresh
        self._shell = shell
        self._renewing = shell.lock()
        #: Takes the values out of what comes from outside: those that were used, and all known ones.
        self.mask = Mask()
        self._learn()

    def _learn(self) -> None:
        """Values by id are known before they are used, and may have been replaced since."""
        if isinstance(self._credentials, Mapping):
            for value in list(self._credentials.values()):
                if value:
                    self.mask.add(value)

    async def get(self, name: str) -> str:
        """The value of a credential."""
        source = self._credentials
        if isinstance(source, Mapping):
            self._learn()
            value = source.get(name)
        else:
            value = await self._shell.call(source, name)
        if not value:
            raise Refusal("credential", f"there is no value for the credential {name}")
        if not _SENDABLE.fullmatch(value):
            raise Refusal("credential", f"the credential {name} does not fit into a header")
        self.mask.add(value)
        return value

    async def renew(self, name: str, used: str) -> bool:
        """Whether there is another value now than the one that the service did not take."""
        if self._refresh is None:
            return False
        async with self._renewing:
            # Who waited for another's renewal finds it done.
            if await self.get(name) == used:
                await self._shell.call(self._refresh, name)
        return await self.get(name) != used
