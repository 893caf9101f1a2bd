"""Sealing: AES-256-GCM with a data key per record, wrapped by a class key, bound to its place.

The master key is a file outside the database (mode 0600). Class keys are derived from it
(HKDF-SHA256), so that whoever holds one class cannot open another. Each record's data key lives in a store of its
own; destroying it makes every copy of the sealed text, in any backup or residue, unreadable.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import stat
from pathlib import Path
from typing import Literal

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KeyClass = Literal["words", "danger", "links", "people", "outbox", "ledger"]
TagClass = Literal[
    "counting",
    "owner",
    "agency",
    "receipt",
    "done",
    "mail",
    "sign_in",
    "audit",
    "address",
    "budget",
]
NONCE = 12


class SealingError(Exception):
    """Something about keys is wrong: the message is a sentence for whoever runs the machine."""


class Erased(SealingError):
    """The data key of this record has been destroyed; its text is gone."""


class Keyring:
    """The class keys. Opens nothing by itself: data keys come from the key store."""

    def __init__(self, master: bytes) -> None:
        if len(master) != 32:
            raise SealingError("The master key must be 32 bytes long.")
        self._master = master
        self._derived: dict[str, bytes] = {}

    @classmethod
    def create(cls, path: Path) -> Keyring:
        """Make a new master key file, readable by its owner alone. Refuses to overwrite one."""
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(32) + "\n")
        return cls.load(path)

    @classmethod
    def load(cls, path: Path) -> Keyring:
        """Read the master key file.

        Raises:
            SealingError: when it is missing, damaged, or others may read it.
        """
        try:
            mode = stat.S_IMODE(path.stat().st_mode)
            text = path.read_text(encoding="ascii").strip()
        except FileNotFoundError as missing:
            raise SealingError(f"The key file {path.name} is missing.") from missing
        except UnicodeDecodeError as damaged:
            raise SealingError(f"The key file {path.name} is damaged.") from damaged
        if mode & 0o077:
            raise SealingError(f"The key file {path.name} can be read by others. Set it to 0600.")
        try:
            return cls(bytes.fromhex(text))
        except ValueError as damaged:
            raise SealingError(f"The key file {path.name} is damaged.") from damaged

    def _key(self, purpose: str) -> bytes:
        if purpose not in self._derived:
            self._derived[purpose] = HKDF(
                algorithm=SHA256(), length=32, salt=None, info=f"heardback {purpose}".encode()
            ).derive(self._master)
        return self._derived[purpose]

    def tag_key(self, purpose: TagClass) -> bytes:
        """The key of `tag`, for whoever makes a million tags one after the other."""
        return self._key(f"tag {purpose}")

    def tag(self, purpose: TagClass | Literal["record"], *parts: str) -> str:
        """A keyed fingerprint (HMAC-SHA256, hex) of the parts; not reversible without the key."""
        message = b"".join(len(raw).to_bytes(4, "big") + raw for raw in (p.encode() for p in parts))
        return hmac.new(self._key(f"tag {purpose}"), message, hashlib.sha256).hexdigest()

    def wrap(self, key_class: KeyClass, data_key: bytes, record: str) -> bytes:
        nonce = secrets.token_bytes(NONCE)
        sealed = AESGCM(self._key(f"wrap {key_class}")).encrypt(nonce, data_key, record.encode())
        return nonce + sealed

    def unwrap(self, key_class: KeyClass, wrapped: bytes, record: str) -> bytes:
        try:
            return AESGCM(self._key(f"wrap {key_class}")).decrypt(
                wrapped[:NONCE], wrapped[NONCE:], record.encode()
            )
        except InvalidTag as wrong:
            raise SealingError("The key file does not belong to this database.") from wrong


def record_key_id(keyring: Keyring, key_class: KeyClass, record: str) -> str:
    """The name of a data key, from which neither the record nor its kin can be told."""
    return keyring.tag("record", key_class, record)[:32]


def encrypt(data_key: bytes, text: str, place: str) -> bytes:
    """Seal text to its place (`partnership/kind/record`): moved elsewhere it does not open."""
    nonce = secrets.token_bytes(NONCE)
    return nonce + AESGCM(data_key).encrypt(nonce, text.encode("utf-8"), place.encode())


def decrypt(data_key: bytes, sealed: bytes, place: str) -> str:
    try:
        plain = AESGCM(data_key).decrypt(sealed[:NONCE], sealed[NONCE:], place.encode())
    except InvalidTag as wrong:
        raise SealingError("A sealed record was changed or moved; it does not open.") from wrong
    return plain.decode("utf-8")
