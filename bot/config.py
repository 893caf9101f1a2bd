"""The settings of a deployment: one TOML file, read once, with every problem told at the same time.

Nothing starts on settings that would make the bot say something untrue or unsafe: no front-door
number, a bar below five people, a key file that others can read. Each problem is a plain sentence
with its line, so that it can be put right without knowing the code. No sentence repeats a database
address or a key.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.settings_mail import MailSettings, mail_settings
from bot.settings_openid import OpenidSettings, openid_settings
from bot.settings_partnership import K_AT_LEAST, PartnershipSettings, partnership_settings
from bot.settings_slack import SlackSettings, slack_settings
from bot.settings_table import Problem, Table, cannot_be_secret, key_lines
from bot.settings_teams import TeamsSettings, teams_settings
from storage import Keyring
from storage.key_sources import from_command

TEMPLATE = Path(__file__).with_name("settings_template.toml")


class RefusedSettings(Exception):
    """These settings cannot be used; `problems` says why, each with its line."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(f"line {p.line}: {p.sentence}" for p in problems))
        self.problems = problems


@dataclass(frozen=True)
class Settings:
    """A deployment's settings. An address of a database may hold a password, and shows in no repr."""

    database_url: str = field(repr=False)
    key_database: str = field(repr=False)
    data: Path
    keys: Path
    keys_commands: tuple[str, ...]
    apart: Path | None
    host: str
    port: int
    public_address: str
    hsts_subdomains: bool
    mail: MailSettings | None
    slack: tuple[SlackSettings, ...]
    teams: tuple[TeamsSettings, ...]
    openid: tuple[OpenidSettings, ...]
    partnerships: tuple[PartnershipSettings, ...]

    def keyring(self) -> Keyring:
        """The class keys, from the key file or from what the commands print.

        Raises:
            SealingError: with what is wrong, as a sentence.
        """
        if self.keys_commands:
            return Keyring.of(lambda: from_command(*self.keys_commands))
        return Keyring.load(self.keys)


def read(path: Path) -> Settings:
    """The settings in this file; raises RefusedSettings with every problem at once."""
    found, settings = _look(path)
    if found or settings is None:
        raise RefusedSettings(found)
    return settings


def problems(path: Path) -> tuple[Problem, ...]:
    """Every problem in this file, in the order of its lines; empty when it can be used."""
    return _look(path)[0]


def write_template(answers: Mapping[str, str]) -> str:
    """The commented settings file of `heardback init`, with these answers filled in.

    Keys are those of the template; raises ValueError for any other, or for an answer that is not of
    the kind the template shows (a whole number, a list with commas).
    """
    waiting = dict(answers)
    lines = []
    for line in TEMPLATE.read_text(encoding="utf-8").splitlines():
        match = re.match(r"(\w+) = (.*)$", line)
        if match and match[1] in waiting:
            line = f"{match[1]} = {_as_toml(match[1], waiting.pop(match[1]), like=match[2])}"
        lines.append(line)
    if waiting:
        raise ValueError(f"the settings file has no place for: {', '.join(sorted(waiting))}")
    return "\n".join(lines) + "\n"


def _as_toml(key: str, answer: str, *, like: str) -> str:
    if like.startswith('"'):
        return json.dumps(answer, ensure_ascii=False).replace("\x7f", "")
    if like.startswith("["):
        parts = [part.strip() for part in answer.split(",") if part.strip()]
        return json.dumps(parts, ensure_ascii=False)
    if not re.fullmatch(r"\d+", answer.strip()):
        raise ValueError(f"{key} is a whole number")
    return answer.strip()


def _look(path: Path) -> tuple[tuple[Problem, ...], Settings | None]:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        return (Problem(0, f"There is no settings file {path}. Make one: heardback init."),), None
    except (OSError, UnicodeDecodeError):
        return (Problem(0, f"The settings file {path} cannot be read as text."),), None
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        at = re.search(r"at line (\d+)", str(error))
        line = int(at[1]) if at else text.count("\n") + 1
        sentence = "From here on the file cannot be read: a quote, bracket or equals sign is wrong."
        return (Problem(line, sentence),), None
    found: list[Problem] = []
    settings = _deployment(document, key_lines(text), found, folder=path.resolve().parent)
    return tuple(sorted(set(found), key=lambda p: (p.line, p.sentence))), settings


def _deployment(
    document: Mapping[str, Any],
    lines: Mapping[tuple[str, int, str], int],
    found: list[Problem],
    *,
    folder: Path,
) -> Settings:
    top = Table(document, lines, found, name="")
    data = folder / top.text("data", default="data")
    if sentence := _cannot_hold_data(data):
        top.say("data", sentence)
    keys = folder / top.text("keys", default="heardback.keys")
    commands = _keys_commands(top)
    if not commands and (sentence := cannot_be_secret(keys)):
        top.say("keys", sentence)
    apart = _apart(top, folder, data)
    mail = top.inner("mail")
    own = top.inners("partnerships")
    if not own:
        top.say("partnerships", "At least one [[partnerships]] part is needed.")
    partnerships = tuple(partnership_settings(table) for table in own)
    settings = Settings(
        database_url=_database(top, data),
        key_database=_key_database(top),
        data=data,
        keys=keys,
        keys_commands=commands,
        apart=apart,
        host=top.text("host", default="127.0.0.1"),
        port=top.number("port", default=8000, least=1, most=65535),
        public_address=_public_address(top),
        hsts_subdomains=top.flag("hsts_subdomains", default=False),
        mail=mail_settings(mail, folder) if mail else None,
        slack=tuple(slack_settings(table, folder) for table in top.inners("slack")),
        teams=teams_settings(top.inners("teams"), folder),
        openid=openid_settings(top.inners("openid"), folder, [one.id for one in partnerships]),
        partnerships=partnerships,
    )
    top.unknown()
    ids = [partnership.id for partnership in settings.partnerships]
    for table, id in zip(own, ids, strict=True):
        if id and ids.count(id) > 1:
            table.say("id", f'The id "{id}" is used by more than one partnership.')
    return settings


def _keys_commands(top: Table) -> tuple[str, ...]:
    """The command that prints the master key, and the one that prints the key before; often neither."""
    commands = []
    for key in ("keys_command", "keys_before_command"):
        text = top.text(key, default="")
        try:
            words = shlex.split(text)
        except ValueError:
            words = []
        if text and not words:
            top.say(key, f"{key} is no command: a quote in it is not closed.")
        if words:
            commands.append(text)
    if top.text("keys_before_command", default="") and len(commands) == 1:
        top.say("keys_before_command", "keys_before_command needs keys_command beside it.")
    return tuple(commands)


def _apart(top: Table, folder: Path, data: Path) -> Path | None:
    """The folder for what must outlive the database, or be held against it; None where there is none."""
    text = top.text("apart", default="")
    if not text:
        return None
    apart = folder / text
    if apart.resolve().is_relative_to(data.resolve()):
        top.say("apart", "The folder apart must lie outside the data folder, best on another disk.")
    if sentence := _cannot_hold_data(apart):
        top.say("apart", sentence.replace("The data folder", "The folder"))
    return apart


def _cannot_hold_data(folder: Path) -> str:
    nearest = next(place for place in (folder, *folder.parents) if place.exists())
    if nearest.is_dir() and os.access(nearest, os.W_OK | os.X_OK):
        return ""
    return f"The data folder {folder} cannot be written to."


def _database(top: Table, data: Path) -> str:
    address = top.text("database", default="") or f"sqlite:///{data / 'heardback.db'}"
    if address.startswith("sqlite:///") and len(address) > len("sqlite:///"):
        if address.endswith(":memory:"):
            top.say("database", "A database in memory loses everything: name a file.")
        return address
    if match := re.match(r"postgres(?:ql)?(?:\+psycopg)?://(?=.)", address):
        return "postgresql+psycopg://" + address[match.end() :]
    top.say("database", "The database must be sqlite:///FILE or postgresql://..., nothing else.")
    return address


def _key_database(top: Table) -> str:
    """Where the data keys are kept apart from the rows; empty for a file beside the key file."""
    address = top.text("key_database", default="")
    if address and address == top.values.get("database"):
        top.say("key_database", "The keys must be in another database than what they open.")
    if match := re.match(r"postgres(?:ql)?(?:\+psycopg)?://(?=.)", address):
        return "postgresql+psycopg://" + address[match.end() :]
    if address:
        top.say("key_database", "The key database must be postgresql://..., or left empty.")
    return ""


def _public_address(top: Table) -> str:
    address = top.text("public_address", why="sign-in links and invitations point there").rstrip(
        "/"
    )
    if address and not re.match(r"https://[^/\s]|http://(localhost|127\.0\.0\.1)\b", address):
        top.say(
            "public_address", "The public address must begin with https://, or links are not safe."
        )
    return address


__all__ = [
    "K_AT_LEAST",
    "MailSettings",
    "OpenidSettings",
    "PartnershipSettings",
    "Problem",
    "RefusedSettings",
    "Settings",
    "problems",
    "read",
    "write_template",
]
