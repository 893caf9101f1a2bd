"""Signatures under what leaves for another deployment: Ed25519, with a key made from the master key.

Nothing is stored: each partnership's key comes from the same file as every other, and its public half is
what a neighbour is given by word of mouth.
"""

from __future__ import annotations

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from storage.sealing import Keyring

KEY = 64  # hex digits


def _private(keyring: Keyring, partnership: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(keyring.tag("signing", partnership)))


def public_key(keyring: Keyring, partnership: str) -> str:
    """What a neighbour needs to know that something came from here; hex."""
    return _private(keyring, partnership).public_key().public_bytes_raw().hex()


def public_pem(keyring: Keyring, partnership: str) -> bytes:
    """The same public key as other programs read it (SubjectPublicKeyInfo, PEM)."""
    return (
        _private(keyring, partnership)
        .public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    )


def sign(keyring: Keyring, partnership: str, text: str) -> str:
    """The signature of this text, hex."""
    return _private(keyring, partnership).sign(text.encode()).hex()


def verified(key: str, text: str, signature: str) -> bool:
    """Whether whoever holds the other half of this key signed exactly this text."""
    try:
        known = Ed25519PublicKey.from_public_bytes(bytes.fromhex(key))
        known.verify(bytes.fromhex(signature), text.encode())
    except (ValueError, InvalidSignature):
        return False
    return True
