"""The [[teams]] parts of the settings file: each organisation's own registration, its secret in a file apart.

A registration belongs to one tenant, named by its id: "common" and the like are refused, and so is a
start with the SDK's switch that lets everybody in.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from bot.settings_table import Table, cannot_be_secret

OPEN_DOOR = "DANGEROUSLY_ALLOW_UNAUTHENTICATED_REQUESTS"
NO = {"", "0", "false", "no", "off"}
PER_THREAD = ("7 in 1", "8 in 2", "60 in 30", "1800 in 3600")
PER_SECOND = 50
GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z")
NAME = re.compile(r"[a-z0-9-]{1,40}\Z")
_HERE = re.compile(r"http://(localhost|127\.0\.0\.1):\d{1,5}\Z")


@dataclass(frozen=True)
class TeamsSettings:
    """One registration. `name` is part of its address.

    `privacy_url` is the organisation's own privacy notice, shown in Teams beside the app.
    `per_thread` has pairs of seconds and messages, `per_second` is of one app in one tenant. `stand_in` is
    the address on this machine of what plays Microsoft's part in a test; empty in real life.
    """

    name: str
    app_id: str
    tenant: str
    secret_file: Path
    catalog_id: str
    privacy_url: str
    per_thread: tuple[tuple[float, int], ...]
    per_second: int
    stand_in: str


def teams_settings(tables: Sequence[Table], folder: Path) -> tuple[TeamsSettings, ...]:
    """The settings of every registration, with every problem noted in its table."""
    made = tuple(_one(table, folder) for table in tables)
    if tables and not is_installed():
        tables[0].say("", "Microsoft Teams needs its extra: pip install 'heardback[teams]'.")
    if tables and os.environ.get(OPEN_DOOR, "").strip().lower() not in NO:
        said = f"The environment has {OPEN_DOOR}: with it anybody could speak for anybody. Take it out."
        tables[0].say("", said)
    for key in ("name", "app_id"):
        values = [str(getattr(one, key)) for one in made]
        for table, value in zip(tables, values, strict=True):
            if value and values.count(value) > 1:
                table.say(key, f"The {key} {value} is used by more than one registration.")
    return made


def is_installed() -> bool:
    """Whether what Teams needs is there (the extra `[teams]`)."""
    return find_spec("microsoft_teams") is not None and find_spec("jwt") is not None


def _one(table: Table, folder: Path) -> TeamsSettings:
    name = table.text("name", why="it is part of the registration's address")
    if name and not NAME.match(name):
        table.say("name", "The name may have small letters, figures and hyphens.")
    stand_in = table.text("stand_in", default="").rstrip("/")
    if stand_in and not _HERE.match(stand_in):
        table.say("stand_in", "stand_in is for tests, and only an address of this machine.")
    settings = TeamsSettings(
        name=name,
        app_id=_guid(table, "app_id", why="Entra shows it as Application (client) ID"),
        tenant=_guid(table, "tenant", why="Entra shows it as Directory (tenant) ID"),
        secret_file=_file(table, folder),
        catalog_id=_guid(table, "catalog_id", why=None),
        privacy_url=_privacy(table),
        per_thread=_windows(table),
        per_second=table.number("per_second", default=PER_SECOND, least=1, most=1000),
        stand_in=stand_in,
    )
    table.unknown()
    return settings


def _guid(table: Table, key: str, *, why: str | None) -> str:
    value = table.text(key, default="" if why is None else None, why=why or "").lower()
    if value and not GUID.match(value):
        own = " It is one organisation's own tenant, never any tenant." if key == "tenant" else ""
        table.say(key, f"{key} must be an id such as 0f0f0f0f-0f0f-0f0f-0f0f-0f0f0f0f0f0f.{own}")
    return value


def _file(table: Table, folder: Path) -> Path:
    file = folder / table.text("secret_file", why="the app writes with it")
    if file != folder and (sentence := cannot_be_secret(file)):
        table.say("secret_file", sentence.replace(" heardback init makes the key file.", ""))
    return file


def _privacy(table: Table) -> str:
    address = table.text("privacy_url", default="")
    if address and not re.match(r"https://[^/\s]", address):
        table.say("privacy_url", "privacy_url must begin with https://.")
    return address


def _windows(table: Table) -> tuple[tuple[float, int], ...]:
    found = []
    for entry in table.texts("per_thread", default=PER_THREAD):
        match = re.fullmatch(r"(\d{1,6}) in (\d{1,6})", entry)
        if match is None or not int(match[1]) or not int(match[2]):
            said = f'per_thread: "{entry}" is not a number of messages in so many seconds, as "8 in 2" is.'
            table.say("per_thread", said)
        else:
            found.append((float(match[2]), int(match[1])))
    return tuple(sorted(found))
