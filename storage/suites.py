"""By which way something is sealed: the way's number stands first, and is bound to what it seals.

So that another cipher can come beside this one: what was sealed goes on being read by its own number, new things
are sealed by `NOW`, and no number can be changed for another. What was sealed before there were numbers is read
as it was: 12 bytes of a nonce and the rest, which GCM's own check tells from everything else.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE = 12


@dataclass(frozen=True)
class Suite:
    """An authenticated cipher: `(key, plain, bound)` sealed, and `(key, sealed, bound)` opened or InvalidTag."""

    seal: Callable[[bytes, bytes, bytes], bytes]
    unseal: Callable[[bytes, bytes, bytes], bytes]


def _aes_gcm(key: bytes, plain: bytes, bound: bytes) -> bytes:
    nonce = secrets.token_bytes(NONCE)
    return nonce + AESGCM(key).encrypt(nonce, plain, bound)


def _aes_gcm_opened(key: bytes, sealed: bytes, bound: bytes) -> bytes:
    return AESGCM(key).decrypt(sealed[:NONCE], sealed[NONCE:], bound)


AES_256_GCM = Suite(_aes_gcm, _aes_gcm_opened)
SUITES: Mapping[int, Suite] = {1: AES_256_GCM}
NOW = 1


def seal(key: bytes, plain: bytes, bound: bytes) -> bytes:
    """Sealed by the way of today, bound to its place."""
    number = bytes([NOW])
    return number + SUITES[NOW].seal(key, plain, number + bound)


def unseal(key: bytes, sealed: bytes, bound: bytes) -> bytes:
    """What was sealed, by whichever way; raises InvalidTag where this key does not open it here."""
    number = sealed[:1]
    suite = SUITES.get(number[0]) if number else None
    if suite is not None:
        try:
            return suite.unseal(key, sealed[1:], number + bound)
        except InvalidTag:
            pass  # a nonce from before may begin with the same byte
    return AES_256_GCM.unseal(key, sealed, bound)
