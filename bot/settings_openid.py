"""The [[openid]] parts of the settings file: who else may say who somebody is, each secret in a file apart.

A provider is one issuer and never any: "common" and the like are refused. Matching people by e-mail is
off, and where it is on only an address that the provider itself has verified counts.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from bot.settings_table import Table, cannot_be_secret

NAME = re.compile(r"[a-z0-9-]{1,40}\Z")
HERE = frozenset({"localhost", "127.0.0.1", "::1"})
ANYBODY = frozenset({"common", "organizations", "consumers"})
MICROSOFT = "login.microsoftonline.com"
SCOPES = ("openid",)


@dataclass(frozen=True)
class OpenidSettings:
    """One provider. `name` is part of its address, `label` is read on the button.

    `tenant` must be the organisation that the token names (Microsoft's `tid`, Slack's team), and
    `hosted_domain` its domain (Google's `hd`); empty where any account with this issuer may be tied.
    `partnerships` has every partnership whose people may sign in with it.
    """

    name: str
    label: str
    issuer: str
    client_id: str
    client_secret_file: Path
    scopes: tuple[str, ...]
    partnerships: frozenset[str]
    tenant: str
    hosted_domain: str
    match_email: bool


def openid_settings(
    tables: Sequence[Table], folder: Path, partnerships: Collection[str]
) -> tuple[OpenidSettings, ...]:
    """The settings of every provider, with every problem noted in its table."""
    made = tuple(_one(table, folder, partnerships) for table in tables)
    names = [one.name for one in made]
    for table, name in zip(tables, names, strict=True):
        if name and names.count(name) > 1:
            table.say("name", f"The name {name} is used by more than one provider.")
    return made


def _one(table: Table, folder: Path, partnerships: Collection[str]) -> OpenidSettings:
    name = table.text("name", why="it is part of the provider's address")
    if name and not NAME.match(name):
        table.say("name", "The name may have small letters, figures and hyphens.")
    settings = OpenidSettings(
        name=name,
        label=table.text("label", why="it is read on the button, as Microsoft is"),
        issuer=_issuer(table),
        client_id=table.text("client_id", why="the provider shows it when heardback is registered"),
        client_secret_file=_file(table, folder),
        scopes=_scopes(table),
        partnerships=_partnerships(table, partnerships),
        tenant=table.text("tenant", default=""),
        hosted_domain=table.text("hosted_domain", default="").lower(),
        match_email=table.flag("match_email", default=False),
    )
    table.unknown()
    if settings.match_email and "email" not in settings.scopes:
        table.say("match_email", 'match_email needs "email" among the scopes.')
    return settings


def _issuer(table: Table) -> str:
    issuer = table.text("issuer", why="what it signs is believed from there and nowhere else")
    if not issuer:
        return ""
    try:
        parts = urlsplit(issuer)
        host = parts.hostname or ""
    except ValueError:
        parts, host = urlsplit(""), ""
    if not host or parts.query or parts.fragment or parts.username is not None:
        table.say("issuer", "The issuer must be an address such as https://login.example.org.")
    elif parts.scheme != "https" and not (parts.scheme == "http" and host in HERE):
        table.say("issuer", "The issuer must begin with https://, or anybody could speak for it.")
    if host == MICROSOFT and ANYBODY & set(parts.path.split("/")):
        said = "The issuer must name one tenant by its id, as https://login.microsoftonline.com/TENANT/v2.0 does."
        table.say("issuer", said)
    return issuer


def _file(table: Table, folder: Path) -> Path:
    file = folder / table.text("client_secret_file", why="the provider asks for it")
    if file == folder:
        return file
    if sentence := cannot_be_secret(file):
        said = sentence.replace(" heardback init makes the key file.", "")
        table.say("client_secret_file", said)
    elif not file.read_bytes().strip():
        table.say("client_secret_file", f"The file {file} is empty.")
    return file


def _scopes(table: Table) -> tuple[str, ...]:
    scopes = table.texts("scopes", default=SCOPES)
    if "openid" not in scopes:
        table.say("scopes", 'The scopes must have "openid" among them.')
    for scope in scopes:
        if not re.fullmatch(r"[\x21\x23-\x5b\x5d-\x7e]{1,80}", scope):
            table.say("scopes", f'"{scope}" cannot be a scope.')
    return scopes


def _partnerships(table: Table, known: Collection[str]) -> frozenset[str]:
    named = table.texts("partnerships", default=tuple(known))
    for one in named:
        if one not in known:
            table.say("partnerships", f'There is no partnership with the id "{one}" in this file.')
    return frozenset(named)
