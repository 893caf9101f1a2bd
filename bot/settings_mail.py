"""The [mail] part of the settings file: the server that e-mail goes out through, and how it is trusted."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from bot.settings_table import Table, cannot_be_secret

TLS_PORT = 465  # encrypted from the first byte (RFC 8314)
HERE = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True)
class MailSettings:
    """How to reach the mail server. `ca_file` is trusted besides the machine's own certificates."""

    host: str
    port: int
    sender: str
    username: str
    password_file: Path | None
    starttls: bool
    ca_file: Path | None = None

    @property
    def encrypted(self) -> bool:
        return self.starttls or self.port == TLS_PORT


def mail_settings(table: Table, folder: Path) -> MailSettings:
    """The settings, with every problem noted in the table."""
    password = table.text("password_file", default="")
    if password and (sentence := cannot_be_secret(folder / password)):
        table.say("password_file", sentence.replace(" heardback init makes the key file.", ""))
    sender = table.text("sender", why="invitations and answers are sent from it")
    if sender and not re.fullmatch(r"[^@\s<>]+@[^@\s<>]+", sender):
        table.say("sender", "The sender must be an e-mail address.")
    ca = table.text("ca_file", default="")
    if ca and not (folder / ca).is_file():
        table.say("ca_file", f"The file {folder / ca} is missing.")
    settings = MailSettings(
        host=table.text("host", why="mail goes out through it"),
        port=table.number("port", default=587, least=1, most=65535),
        sender=sender,
        username=table.text("username", default=""),
        password_file=folder / password if password else None,
        starttls=table.flag("starttls", default=True),
        ca_file=folder / ca if ca else None,
    )
    table.unknown()
    _look_across(table, settings)
    return settings


def _look_across(table: Table, settings: MailSettings) -> None:
    if bool(settings.username) != bool(settings.password_file):
        table.say("username", "A mail username and a password_file belong together.")
    if settings.encrypted or settings.host in HERE or not settings.host:
        return
    table.say(
        "starttls",
        "Without starttls (or port 465) sign-in links would travel in the clear. "
        "Turn it on, or name a mail server on this machine.",
    )
