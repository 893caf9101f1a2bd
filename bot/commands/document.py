"""The settings file as it stands, for what can be made before every secret is there."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from bot.commands.refusal import refuse


def document(file: Path) -> dict[str, Any]:
    """The file's tables, unchecked; raises typer.Exit with a sentence where it cannot be read."""
    try:
        return tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise refuse(f"There is no settings file {file}. Make one: heardback init.") from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        raise refuse(
            f"The settings file {file} cannot be read: heardback check says why."
        ) from None


def called(found: dict[str, Any]) -> tuple[str, str]:
    """The first partnership's name and the public address, as far as they are there."""
    partnerships = found.get("partnerships") or [{}]
    return str(partnerships[0].get("name", "")), str(found.get("public_address", "")).rstrip("/")
