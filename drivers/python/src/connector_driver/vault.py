"""The credentials of a connection. Values leave only towards a request."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, Union

from .contract.connection import Credential
from .errors import Refusal
from .scrub import Mask
from .shell import Result, Shell


class Pair(NamedTuple):
    """The value of a credential that is two: a user or the id of a key, and what is secret about it."""

    user: str
    password: str

    def __repr__(self) -> str:
        return f"Pair(user={self.user!r})"


#: What is known of a credential.
Value = Union[str, Pair]
#: As a caller may give it; a pair also as a tuple.
Given = Union[str, tuple[str, str]]
#: Where values are: by id, or asked for before each request.
Credentials = Union[Mapping[str, Given], Callable[[str], Result[Union[Given, None]]]]
#: Renews a value at the place that `Credentials` reads.
Refresh = Callable[[str], Result[None]]


def secret(value: Value) -> str:
    """The part of a value that nobody may see."""
    return value.password if isinstance(value, Pair) else value


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
                    self.mask.add(secret(_value(value)))

    async def choose(self, allowed: Sequence[Credential], named: str) -> Credential:
        """Of the credentials of a group the one that the connection has."""
        if len(allowed) == 1:
            return allowed[0]
        for credential in allowed:
            if await self._find(credential.id) is not None:
                return credential
        ids = ", ".join(credential.id for credential in allowed)
        raise Refusal("credential", f"there is no value for any credential of {named}: {ids}")

    async def get(self, name: str) -> Value:
        """The value of a credential."""
        value = await self._find(name)
        if value is None:
            raise Refusal("credential", f"there is no value for the credential {name}")
        self.mask.add(secret(value))
        return value

    async def secret(self, name: str) -> str | None:
        """The secret of a credential, or the password of a pair; none when the connection lacks it."""
        value = await self._find(name)
        if value is None:
            return None
        self.mask.add(secret(value))
        return secret(value)

    async def _find(self, name: str) -> Value | None:
        source = self._credentials
        if isinstance(source, Mapping):
            self._learn()
            value = source.get(name)
        else:
            value = await self._shell.call(source, name)
        return _value(value) if value and secret(_value(value)) else None

    async def renew(self, name: str, used: Value) -> bool:
        """Whether there is another value now than the one that the service did not take."""
        if self._refresh is None:
            return False
        async with self._renewing:
            # Who waited for another's renewal finds it done.
            if await self.get(name) == used:
                await self._shell.call(self._refresh, name)
        return await self.get(name) != used


def _value(given: Given) -> Value:
    return given if isinstance(given, str) else Pair(*given)
