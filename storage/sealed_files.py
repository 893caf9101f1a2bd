"""A file that only the master key opens, written and read a piece at a time.

The first line says in the open what the file is and which master key it belongs to. Then come pieces, each
sealed with the file's own key (AES-256-GCM) to the first line, to its place, and to whether it is the last: a
piece that is changed, moved, taken out or missing at the end is found before anything is made of it.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from storage.sealing import Keyring, SealingError
from storage.suites import NONCE

MARK = "heardback"
VERSION = 1
PIECE = 1 << 20  # bytes of text in a piece
LONGEST = 1 << 24  # bytes that a piece may have
FIRST_LINE = 1 << 16


class NotReadableError(Exception):
    """The file cannot be read: the message is a sentence for whoever runs the machine."""


def write(path: Path, keyring: Keyring, about: Mapping[str, Any], lines: Iterable[str]) -> None:
    """Write lines of text to a new file, whole or not at all; what was there before is replaced.

    Raises:
        OSError: the place cannot be written to.
    """
    own, id = secrets.token_bytes(32), secrets.token_hex(16)
    wrapped = keyring.wrap("carried", own, f"file {id}").hex()
    opened = {"file": MARK, "version": VERSION, "id": id, "master": keyring.fingerprint}
    first = json.dumps(opened | {"wrapped": wrapped} | dict(about)).encode() + b"\n"
    half = path.with_name(path.name + ".half")
    half.unlink(missing_ok=True)
    handle = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(first)
        for place, piece, last in _pieces(lines):
            nonce = secrets.token_bytes(NONCE)
            sealed = nonce + AESGCM(own).encrypt(nonce, piece, _bound(first, place, last))
            file.write(len(sealed).to_bytes(4, "big") + sealed)
        file.flush()
        os.fsync(file.fileno())
    os.replace(half, path)


def _pieces(lines: Iterable[str]) -> Iterator[tuple[int, bytes, bool]]:
    place, held = 0, bytearray()
    for line in lines:
        if len(held) > PIECE:
            yield place, bytes(held), False
            place, held = place + 1, bytearray()
        held += line.encode() + b"\n"
    yield place, bytes(held), True


def _bound(first: bytes, place: int, last: bool) -> bytes:
    return first + place.to_bytes(8, "big") + bytes([last])


def about(path: Path) -> Mapping[str, Any]:
    """What the first line says, which anybody can read and nobody has vouched for.

    Raises:
        NotReadableError: this is no such file.
    """
    try:
        with path.open("rb") as file:
            return _about(file.readline(FIRST_LINE), path)
    except FileNotFoundError:
        raise NotReadableError(f"There is no file {path}.") from None
    except OSError:
        raise NotReadableError(f"{path} cannot be read.") from None


def _about(first: bytes, path: Path) -> Mapping[str, Any]:
    try:
        found = json.loads(first)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict) or found.get("file") != MARK:
        raise NotReadableError(f"{path} is not a backup of heardback.")
    if found.get("version") != VERSION:
        raise NotReadableError(f"{path} was made by a newer heardback. Upgrade first.")
    return found


def read(path: Path, keyring: Keyring) -> Iterator[str]:
    """The lines, one piece at a time.

    Raises:
        NotReadableError: it is no such file, another key's, or not as it was written.
    """
    found = about(path)
    with path.open("rb") as file:
        first = file.readline(FIRST_LINE)
        own = _own_key(found, path, keyring)
        place, last = 0, False
        while not last:
            piece, last = _next(file.read(4), file.read, own, first, place, path)
            place += 1
            yield from piece.decode().splitlines()
        if file.read(1):
            raise NotReadableError(f"{path} goes on after its end: it was changed.")


def _own_key(found: Mapping[str, Any], path: Path, keyring: Keyring) -> bytes:
    try:
        wrapped = bytes.fromhex(found["wrapped"])
        return keyring.unwrap("carried", wrapped, f"file {found['id']}")
    except (KeyError, TypeError, ValueError):
        raise NotReadableError(f"{path} is damaged in its first line.") from None
    except SealingError:
        raise NotReadableError(
            f"{path} belongs to another master key ({found.get('master')}) than the one here "
            f"({keyring.fingerprint}). After a rotation name the key before: --old-key FILE."
        ) from None


def _next(
    size: bytes, more: Any, own: bytes, first: bytes, place: int, path: Path
) -> tuple[bytes, bool]:
    length = int.from_bytes(size, "big")
    sealed = more(length) if len(size) == 4 and NONCE < length <= LONGEST else b""
    if len(size) < 4 or (length <= LONGEST and len(sealed) < length):
        raise NotReadableError(f"{path} ends too early: it is not whole.")
    for last in (False, True):
        try:
            piece = AESGCM(own).decrypt(sealed[:NONCE], sealed[NONCE:], _bound(first, place, last))
        except (InvalidTag, ValueError):
            continue
        return piece, last
    raise NotReadableError(f"{path} was changed, or it is damaged.")
