"""What settings stand for in the origins that a connector declares: `https://{shop}.example.com`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from .contract.connection import Credential, Descriptor, Oauth2
from .contract.operations import Base
from .errors import Refusal

_HOST = re.compile(r"(?P<begin>https?://(?:\*\.)?)(?P<host>[^/?#:]*)")
_SETTING = re.compile(r"\{([^{}]*)\}")
_PART = re.compile(r"[a-z0-9-]+")
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
#: A host whose last label is a number is an address to some.
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
LONGEST = 253


class Filling:
    """The settings of one connection, and the defaults that their schema gives for others.

    One that cannot be part of a host is refused, by its name. Where one is missing the place stays open:
    `https://{shop}.example.com` covers nothing.
    """

    def __init__(self, settings: Mapping[str, Any], schema: Any) -> None:
        self._settings = settings
        known = schema.get("properties") if isinstance(schema, Mapping) else None
        self._known = known if isinstance(known, Mapping) else {}

    def text(self, origin: str) -> str:
        """An origin or a URL with all that is known in its host."""
        match = _HOST.match(origin)
        if match is None or "{" not in match["host"]:
            return origin
        host, whole = match["host"], _SETTING.fullmatch(match["host"])
        if whole:
            filled = self._value(whole[1], origin)
            if filled is not None:
                _check_host(filled, whole[1], origin)
        else:
            filled = host
            for name in dict.fromkeys(_SETTING.findall(host)):
                part = self._value(name, origin)
                if part is not None and not _PART.fullmatch(part):
                    raise _wrong(name, origin, "is letters, digits and hyphens")
                filled = filled.replace(f"{{{name}}}", f"{{{name}}}" if part is None else part)
            if "{" not in filled and not _is_host(filled):
                name = _SETTING.findall(host)[0]
                raise _wrong(name, origin, "does not begin or end a name with a hyphen, or is shorter")
        return origin if filled is None else match["begin"] + filled + origin[match.end() :]

    def descriptor(self, descriptor: Descriptor) -> Descriptor:
        """With its origins, those of its credentials, and the endpoints of OAuth."""
        return replace(
            descriptor,
            origins=[self.text(origin) for origin in descriptor.origins],
            credentials=[self._credential(one) for one in descriptor.credentials],
        )

    def base(self, base: Base) -> Base:
        return replace(base, url=self.text(base.url))

    def _credential(self, credential: Credential) -> Credential:
        source = credential.source
        if isinstance(source, Oauth2):
            endpoints = [
                replace(
                    one,
                    authorize_url=self.text(one.authorize_url),
                    token_url=self.text(one.token_url),
                    revoke_url=None if one.revoke_url is None else self.text(one.revoke_url),
                )
                for one in source.endpoints
            ]
            source = replace(source, endpoints=endpoints)
        origins = [replace(bound, origin=self.text(bound.origin)) for bound in credential.origins]
        return replace(credential, source=source, origins=origins)

    def _value(self, name: str, origin: str) -> str | None:
        value = self._settings.get(name)
        if value is None or value == "":
            known = self._known.get(name)
            value = known.get("default") if isinstance(known, Mapping) else None
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, (str, int)):
            raise _wrong(name, origin, "is a text")
        return str(value).lower()


def missing(origins: list[str]) -> list[str]:
    """The settings for which a place is still open."""
    hosts = [match["host"] for match in map(_HOST.match, origins) if match]
    return list(dict.fromkeys(name for host in hosts for name in _SETTING.findall(host)))


def is_open(origin: str) -> bool:
    """Whether a setting that is part of it is missing."""
    return bool(missing([origin]))


def _check_host(host: str, name: str, origin: str) -> None:
    labels = host.split(".")
    # No name without a dot and no address in numbers: those lead into private networks.
    if len(labels) < 2 or not _is_host(host) or _NUMBER.fullmatch(labels[-1]):
        raise _wrong(name, origin, "is the name of a host, such as `example.com`")


def _is_host(text: str) -> bool:
    return len(text) <= LONGEST and all(map(_LABEL.fullmatch, text.split(".")))


def _wrong(name: str, origin: str, must: str) -> Refusal:
    return Refusal("setting", f"the setting `{name}` is a part of `{origin}`, so it {must}")
