"""Sealing (`storage/suites.py`): a data key per record, wrapped by a class key, bound to its place.

The master key lies outside the database (`storage/key_sources.py`). Class keys are derived from it
(HKDF-SHA256), so that whoever holds one class cannot open another. Each record's data key lives in a store of its
own; destroying it makes every copy of the sealed text, in any backup or residue, unreadable.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Literal, get_args

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from storage import key_sources, suites
from storage.key_sources import SealingError

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
    "signing",
]
KEY_CLASSES: tuple[KeyClass, ...] = get_args(KeyClass)
TAG_PURPOSES = tuple(f"tag {purpose}" for purpose in (*get_args(TagClass), "record"))
Source = Callable[[], Sequence[bytes]]  # the master keys as they are now: the newest first


class Erased(SealingError):
    """The data key of this record has been destroyed; its text is gone."""


class Keyring:
    """The class keys. Opens nothing by itself: data keys come from the key store.

    Args:
        masters: the master key; while keys are being rotated, the new one and then the one before.
        source: where they are read from, to be asked again when they were rotated meanwhile.
    """

    def __init__(self, *masters: bytes, source: Source | None = None) -> None:
        if not masters or any(len(master) != 32 for master in masters):
            raise SealingError("The master key must be 32 bytes long.")
        self._masters = list(dict.fromkeys(masters))
        self._source = source
        self._derived: dict[tuple[bytes, str], bytes] = {}
        self._carried: dict[str, bytes] = {}

    @classmethod
    def create(cls, path: Path) -> Keyring:
        """Make a new master key file, readable by its owner alone. Refuses to overwrite one."""
        key_sources.write(path, secrets.token_bytes(32))
        return cls.load(path)

    @classmethod
    def load(cls, path: Path) -> Keyring:
        """Read the master key file, and the one before while a rotation is not finished.

        Raises:
            SealingError: when it is missing, damaged, or others may read it.
        """
        return cls.of(lambda: key_sources.from_file(path))

    @classmethod
    def of(cls, source: Source) -> Keyring:
        """The keys that this source gives; raises SealingError with what is wrong with it."""
        return cls(*source(), source=source)

    @property
    def masters(self) -> tuple[bytes, ...]:
        return tuple(self._masters)

    @property
    def fingerprint(self) -> str:
        """Tells the present master key from others, and nothing about it."""
        return self._of(self._masters[0], "fingerprint").hex()[:16]

    @property
    def fingerprints(self) -> tuple[str, ...]:
        return tuple(self._of(master, "fingerprint").hex()[:16] for master in self._masters)

    def refresh(self) -> bool:
        """Ask the source again; says whether the master key is another now. Tags stay as they are."""
        if self._source is None:
            return False
        now = list(dict.fromkeys(self._source()))
        if now == self._masters:
            return False
        self._carried = self.tag_keys()
        self._masters = now
        return True

    def tag_keys(self, fingerprint: str = "") -> dict[str, bytes]:
        """The keys of every tag: they outlive a rotation, because a tag cannot be made anew.

        With a fingerprint, as they come from that master key.
        """
        for master, own in zip(self._masters, self.fingerprints, strict=True):
            if own == fingerprint:
                return {purpose: self._of(master, purpose) for purpose in TAG_PURPOSES}
        return {purpose: self._key(purpose) for purpose in TAG_PURPOSES}

    def carry(self, tag_keys: dict[str, bytes]) -> None:
        """Use these keys for tags from now on: they come from the master key before."""
        self._carried = dict(tag_keys)

    def _of(self, master: bytes, purpose: str) -> bytes:
        if (master, purpose) not in self._derived:
            self._derived[master, purpose] = HKDF(
                algorithm=SHA256(), length=32, salt=None, info=f"heardback {purpose}".encode()
            ).derive(master)
        return self._derived[master, purpose]

    def _key(self, purpose: str) -> bytes:
        return self._carried.get(purpose) or self._of(self._masters[0], purpose)

    def tag_key(self, purpose: TagClass) -> bytes:
        """The key of `tag`, for whoever makes a million tags one after the other."""
        return self._key(f"tag {purpose}")

    def tag(self, purpose: TagClass | Literal["record"], *parts: str) -> str:
        """A keyed fingerprint (HMAC-SHA256, hex) of the parts; not reversible without the key."""
        message = b"".join(len(raw).to_bytes(4, "big") + raw for raw in (p.encode() for p in parts))
        return hmac.new(self._key(f"tag {purpose}"), message, hashlib.sha256).hexdigest()

    def wrap(self, key_class: KeyClass | Literal["carried"], data_key: bytes, record: str) -> bytes:
        """A data key, readable with the present master key alone."""
        key = self._of(self._masters[0], f"wrap {key_class}")
        return suites.seal(key, data_key, record.encode())

    def unwrap(
        self, key_class: KeyClass | Literal["carried"], wrapped: bytes, record: str
    ) -> bytes:
        """The data key; raises SealingError when no master key here opens it."""
        for master in chain(self._masters, self._refreshed()):
            try:
                return suites.unseal(
                    self._of(master, f"wrap {key_class}"), wrapped, record.encode()
                )
            except InvalidTag:
                continue
        raise SealingError("The key file does not belong to this database.")

    def _refreshed(self) -> Iterator[bytes]:
        """The master keys once more, if they were rotated meanwhile."""
        if self.refresh():
            yield from self._masters

    def unwrap_any(self, wrapped: bytes, record: str) -> tuple[KeyClass, bytes]:
        """The data key and its class, which no store names; raises SealingError as `unwrap` does."""
        for master in self._masters:
            for key_class in KEY_CLASSES:
                key = self._of(master, f"wrap {key_class}")
                try:
                    return key_class, suites.unseal(key, wrapped, record.encode())
                except InvalidTag:
                    continue
        raise SealingError("The key file does not belong to this database.")


def record_key_id(keyring: Keyring, key_class: KeyClass, record: str) -> str:
    """The name of a data key, from which neither the record nor its kin can be told."""
    return keyring.tag("record", key_class, record)[:32]


def encrypt(data_key: bytes, text: str, place: str) -> bytes:
    """Seal text to its place (`partnership/kind/record`): moved elsewhere it does not open."""
    return suites.seal(data_key, text.encode("utf-8"), place.encode())


def opens(data_key: bytes, sealed: bytes, place: str) -> bool:
    """Whether this data key opens this sealed text here."""
    try:
        suites.unseal(data_key, sealed, place.encode())
    except InvalidTag:
        return False
    return True


def decrypt(data_key: bytes, sealed: bytes, place: str) -> str:
    try:
        plain = suites.unseal(data_key, sealed, place.encode())
    except InvalidTag as wrong:
        raise SealingError("A sealed record was changed or moved; it does not open.") from wrong
    return plain.decode("utf-8")


__all__ = [
    "KEY_CLASSES",
    "TAG_PURPOSES",
    "Erased",
    "KeyClass",
    "Keyring",
    "SealingError",
    "TagClass",
    "decrypt",
    "encrypt",
    "opens",
    "record_key_id",
]
