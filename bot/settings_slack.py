"""The [[slack]] parts of the settings file: each organisation's own app, its secrets in files apart."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from bot.settings_table import Table, cannot_be_secret

API = "https://slack.com/api/"


@dataclass(frozen=True)
class SlackSettings:
    """One app in Slack. `name` is part of its address; `socket_file` is there for Socket Mode only."""

    name: str
    secret_file: Path
    token_file: Path
    socket_file: Path | None
    api: str


def slack_settings(table: Table, folder: Path) -> SlackSettings:
    """The settings, with every problem noted in the table."""
    name = table.text("name", why="it is part of the app's address")
    if name and not re.fullmatch(r"[a-z0-9-]{1,40}", name):
        table.say("name", "The name may have small letters, figures and hyphens.")
    settings = SlackSettings(
        name=name,
        secret_file=_file(
            table, folder, "signing_secret_file", "Slack signs what it sends with it"
        ),
        token_file=_file(table, folder, "token_file", "the app writes with it"),
        socket_file=_optional(table, folder, "app_token_file"),
        api=table.text("api", default=API),
    )
    table.unknown()
    return settings


def _file(table: Table, folder: Path, key: str, why: str) -> Path:
    file = folder / table.text(key, why=why)
    if file != folder and (sentence := cannot_be_secret(file)):
        table.say(key, sentence.replace(" heardback init makes the key file.", ""))
    return file


def _optional(table: Table, folder: Path, key: str) -> Path | None:
    return _file(table, folder, key, "") if table.text(key, default="") else None
