"""Whether a delivery is the service's: by the rules that the webhook gives."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Awaitable, Callable
from typing import Any, Literal, Union

from .contract.webhooks import Delivery, Encoding, Signature, SigningKey
from .errors import Refusal
from .signed import elements, filled, headers

#: Of a delivery: `right`; `wrong`: answer 401, and do nothing more; `absent`: it is not signed, and
#: `keyless`: the key is not there yet, so that it is only acknowledged, and 401 is the answer unless
#: that is the `last`; `none`: the service does not sign, so only the address keeps others out.
Verdict = Literal["right", "wrong", "absent", "keyless", "none"]
#: Finds a key, as it is written.
KeyOf = Callable[[SigningKey], Awaitable[Union[str, None]]]

#: Headers with the name, and signatures in one of them, at most: each is tried.
_MOST = 8
#: Characters of a header that holds signatures, at most.
_LONGEST = 16 << 10
#: From here on a time is one of milliseconds.
_MILLISECONDS = 100_000_000_000
_HMAC = {"hmac-sha256": hashlib.sha256, "hmac-sha1": hashlib.sha1, "hmac-sha512": hashlib.sha512}


async def judge(
    signatures: list[Signature], delivery: Delivery, key_of: KeyOf, now: float
) -> Verdict:
    """`now`: seconds since 1970-01-01 UTC."""
    if not signatures:
        return "none"
    verdicts = [_one(rule, delivery, await key_of(rule.key), now) for rule in signatures]
    # One that is right is enough; of the others what is worst counts.
    order: list[Verdict] = ["right", "wrong", "absent", "keyless"]
    return min(verdicts, key=order.index)


def within(subscription: Any, pointer: str) -> str | None:
    """The text at a JSON pointer (RFC 6901)."""
    found = subscription
    for part in pointer.split("/")[1:]:
        name = part.replace("~1", "/").replace("~0", "~")
        if isinstance(found, dict):
            found = found.get(name)
        elif isinstance(found, list) and name.isdecimal() and int(name) < len(found):
            found = found[int(name)]
        else:
            return None
    return found if isinstance(found, str) else None


def _one(rule: Signature, delivery: Delivery, written: str | None, now: float) -> Verdict:
    # With an empty text anybody could sign.
    if not written:
        return "keyless"
    lines = headers(delivery, rule.header)
    if not lines:
        return "absent"
    key = _decoded(written, rule.key_encoding)
    if not key or len(lines) > _MOST or any(len(line) > _LONGEST for line in lines):
        return "wrong"
    return "right" if any(_is_right(rule, delivery, line, key, now) for line in lines) else "wrong"


def _is_right(rule: Signature, delivery: Delivery, line: str, key: bytes, now: float) -> bool:
    values = [line.strip()] if rule.element is None else elements(line, rule.element)
    signed = [value for value in values if value.startswith(rule.prefix)]
    read = [_decoded(value.removeprefix(rule.prefix), rule.encoding) for value in signed]
    found = [one for one in read if one is not None]
    if not found or len(found) > _MOST:
        return False
    if rule.time is not None:
        time = _time(filled(rule.time.time, delivery, line))
        if time is None or abs(now * 1000 - time) > rule.time.tolerance_ms:
            return False
    content = filled(rule.signed, delivery, line)
    return content is not None and any(_fits(rule, key, content, one) for one in found)


def _fits(rule: Signature, key: bytes, signed: bytes, signature: bytes) -> bool:
    """How long it takes does not tell how much of a signature is right."""
    algorithm = rule.algorithm
    if isinstance(algorithm, str) and algorithm in _HMAC:
        return hmac.compare_digest(hmac.digest(key, signed, _HMAC[algorithm]), signature)
    if algorithm == "token":
        # Nor how long the key is.
        digests = [hashlib.sha256(one).digest() for one in (key, signature)]
        return hmac.compare_digest(*digests)
    return algorithm == "ed25519" and _ed25519(key, signed, signature)


def _ed25519(key: bytes, signed: bytes, signature: bytes) -> bool:
    try:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    except ImportError:
        message = "signatures of Ed25519 need a package more: pip install connector-driver[ed25519]"
        raise Refusal("extension", message) from None
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, signed)
    except (InvalidSignature, ValueError):
        return False
    return True


def _decoded(text: str, encoding: Encoding) -> bytes | None:
    if encoding == "plain":
        return text.encode()
    if encoding == "hex":
        return bytes.fromhex(text) if re.fullmatch("([0-9a-fA-F]{2})*", text) else None
    standard = text.replace("-", "+").replace("_", "/")
    try:
        read = base64.b64decode(standard + "=" * (-len(standard) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None
    # Bits that stand for nothing were not written so.
    full = base64.b64encode(read).decode()
    return read if standard in (full, full.rstrip("=")) else None


def _time(text: bytes | None) -> int | None:
    """Milliseconds, of a whole number of seconds or milliseconds."""
    if text is None or not re.fullmatch(rb"[0-9]{1,15}", text):
        return None
    number = int(text)
    return number * 1000 if number < _MILLISECONDS else number
