"""Where the master key comes from: a file that its owner alone can read, or a command that prints it.

Anything that is not exactly right is refused with a sentence, and no sentence repeats a key or what a
command printed. During a rotation the key before lies beside the new one until every data key is wrapped anew.
"""

from __future__ import annotations

import os
import re
import secrets
import shlex
import stat
import subprocess
from collections.abc import Sequence
from pathlib import Path

PATIENCE = 30.0  # seconds a command may take


class SealingError(Exception):
    """Something about keys is wrong: the message is a sentence for whoever runs the machine."""


def before(path: Path) -> Path:
    """Where the key before lies while a rotation is not finished."""
    return path.with_name(path.name + ".before")


def coming(path: Path) -> Path:
    """Where a new key waits until it takes its place."""
    return path.with_name(path.name + ".next")


def from_file(path: Path) -> Sequence[bytes]:
    """The master key of this file, and the one before it if a rotation has not finished.

    Raises:
        SealingError: when it is missing, damaged, or others may read it.
    """
    keys = [read(path)]
    if before(path).exists():
        keys.append(read(before(path)))
    return keys


def read(path: Path) -> bytes:
    """One key file; raises SealingError when it is missing, damaged, or others may read it."""
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        text = path.read_text(encoding="ascii")
    except FileNotFoundError as missing:
        raise SealingError(f"The key file {path.name} is missing.") from missing
    except OSError as locked:
        raise SealingError(f"The key file {path.name} cannot be read.") from locked
    except UnicodeDecodeError:
        raise SealingError(f"The key file {path.name} is damaged.") from None
    if mode & 0o077:
        raise SealingError(f"The key file {path.name} can be read by others. Set it to 0600.")
    return _key(text, f"The key file {path.name} is damaged.")


def from_command(*commands: str) -> Sequence[bytes]:
    """What each command prints: the master key and, during a rotation, the one before.

    Raises:
        SealingError: a command fails, takes too long, or prints anything but one key.
    """
    return [_printed(command) for command in commands]


def _printed(command: str) -> bytes:
    words = shlex.split(command)
    name = Path(words[0]).name
    try:
        said = subprocess.run(  # noqa: S603 - the settings name it, and no shell reads it
            words, capture_output=True, timeout=PATIENCE, check=False, stdin=subprocess.DEVNULL
        )
    except OSError as error:
        raise SealingError(f"The key command {name} cannot be run.") from error
    except subprocess.TimeoutExpired:
        raise SealingError(f"The key command {name} did not answer in {PATIENCE:.0f} s.") from None
    if said.returncode:
        raise SealingError(f"The key command {name} failed (it ended with {said.returncode}).")
    wrong = f"The key command {name} must print 64 letters and figures (0-9, a-f), nothing else."
    return _key(said.stdout.decode("ascii", "replace"), wrong)


def _key(text: str, wrong: str) -> bytes:
    if not re.fullmatch(r"[0-9a-fA-F]{64}", text.strip()):
        raise SealingError(wrong)
    return bytes.fromhex(text.strip())


def write(path: Path, key: bytes) -> None:
    """Write a key file, readable by its owner alone, whole or not at all. Refuses to overwrite one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists():
        raise FileExistsError(path)
    half = path.with_name(path.name + ".half")
    half.unlink(missing_ok=True)
    handle = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(key.hex() + "\n")
        file.flush()
        os.fsync(file.fileno())
    os.replace(half, path)


def exchange(path: Path) -> None:
    """Put a new key in the file's place, with the one before beside it. Can be broken off anywhere.

    Raises:
        SealingError: a file that is there already is not a key.
    """
    old = before(path)
    if not old.exists():
        write(old, read(path))
    if read(old) == read(path):
        if not coming(path).exists():
            write(coming(path), secrets.token_bytes(32))
        read(coming(path))
        os.replace(coming(path), path)
    _settle(path.parent)


def let_go(path: Path, keep: Path | None = None) -> None:
    """End a rotation: the key before is destroyed, or moved to where it is to be kept."""
    old = before(path)
    if keep is not None:
        write(keep, read(old))
    with old.open("r+b") as file:
        file.write(b"\0" * old.stat().st_size)
        file.flush()
        os.fsync(file.fileno())
    old.unlink()
    _settle(path.parent)


def _settle(folder: Path) -> None:
    """Names in a folder, down to the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
