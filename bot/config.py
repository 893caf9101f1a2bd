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
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from pathlib import Path
from typing import Any

from bot.settings_table import Problem, Table, key_lines

K_AT_LEAST = 5  # DESIGN promise 6: a partnership may raise the bar and never lower it
LONGEST_WAIT_WEEKS = 26  # DESIGN, defaults: words wait at most 26 weeks
TEMPLATE = Path(__file__).with_name("settings_template.toml")


class RefusedSettings(Exception):
    """These settings cannot be used; `problems` says why, each with its line."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(f"line {p.line}: {p.sentence}" for p in problems))
        self.problems = problems


@dataclass(frozen=True)
class MailSettings:
    host: str
    port: int
    sender: str
    username: str
    password_file: Path | None
    starttls: bool


@dataclass(frozen=True)
class PartnershipSettings:
    """One partnership's own settings. Weekdays are numbers (Monday is 0), times are local."""

    id: str
    name: str
    zone: str
    front_door_name: str
    front_door_number: str
    front_door_hours: str
    out_of_hours_number: str
    lado_contact: str
    intelligence_route: str
    whistleblowing_route: str
    lead_role: str
    deputy_role: str
    second_lead_role: str
    read_times: tuple[tuple[int, time], ...]
    childline_name: str
    childline_number: str
    nspcc_number: str
    samaritans_name: str
    samaritans_number: str
    staff_support_words: str
    group_name: str
    chair_role: str
    coordinator_role: str
    parent_agreement_way: str
    retention_words: str
    retention_weeks: int
    k: int
    interval_weeks: int
    prompt_weekday: int
    prompt_time: time
    digest_weekday: int
    digest_time: time
    quiet_from: time
    quiet_to: time
    answer_within_days: int
    school_terms: tuple[tuple[date, date], ...]

    def words(self) -> dict[str, str]:
        """The placeholder values that `wording.toml` uses, by name."""
        own = {
            name: value
            for name, value in vars(self).items()
            if isinstance(value, str) and name not in {"id", "name", "zone"}
        }
        return own | {
            "partnership_name": self.name,
            "quiet_hours": f"{self.quiet_from:%H:%M} to {self.quiet_to:%H:%M}",
            "interval_words": "week"
            if self.interval_weeks == 1
            else f"{self.interval_weeks} weeks",
        }

    def kept(self) -> dict[str, Any]:
        """The settings as the partnership's row keeps them and `handlers.place` reads them."""
        return {
            "words": self.words(),
            "zone": self.zone,
            "k": self.k,
            "answer_within_days": self.answer_within_days,
            "read_times": [[day, f"{hour:%H:%M}"] for day, hour in self.read_times],
            "send_from": f"{self.quiet_to:%H:%M}",
            "send_until": f"{self.quiet_from:%H:%M}",
        }


@dataclass(frozen=True)
class Settings:
    database_url: str
    data: Path
    keys: Path
    host: str
    port: int
    public_address: str
    mail: MailSettings | None
    partnerships: tuple[PartnershipSettings, ...]


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
    if sentence := _cannot_be_secret(keys):
        top.say("keys", sentence)
    mail = top.inner("mail")
    own = top.inners("partnerships")
    if not own:
        top.say("partnerships", "At least one [[partnerships]] part is needed.")
    settings = Settings(
        database_url=_database(top, data),
        data=data,
        keys=keys,
        host=top.text("host", default="127.0.0.1"),
        port=top.number("port", default=8000, least=1, most=65535),
        public_address=_public_address(top),
        mail=_mail(mail, folder) if mail else None,
        partnerships=tuple(_partnership(table) for table in own),
    )
    top.unknown()
    ids = [partnership.id for partnership in settings.partnerships]
    for table, id in zip(own, ids, strict=True):
        if id and ids.count(id) > 1:
            table.say("id", f'The id "{id}" is used by more than one partnership.')
    return settings


def _cannot_hold_data(folder: Path) -> str:
    nearest = next(place for place in (folder, *folder.parents) if place.exists())
    if nearest.is_dir() and os.access(nearest, os.W_OK | os.X_OK):
        return ""
    return f"The data folder {folder} cannot be written to."


def _cannot_be_secret(file: Path) -> str:
    if not file.is_file():
        return f"The file {file} is missing. heardback init makes the key file."
    if os.name == "posix" and file.stat().st_mode & 0o077:
        return f'The file {file} can be read by others on this machine. Say: chmod 600 "{file}"'
    return ""


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


def _public_address(top: Table) -> str:
    address = top.text("public_address", why="sign-in links and invitations point there").rstrip(
        "/"
    )
    if address and not re.match(r"https://[^/\s]|http://(localhost|127\.0\.0\.1)\b", address):
        top.say(
            "public_address", "The public address must begin with https://, or links are not safe."
        )
    return address


def _mail(table: Table, folder: Path) -> MailSettings:
    password = table.text("password_file", default="")
    if password and (sentence := _cannot_be_secret(folder / password)):
        table.say("password_file", sentence.replace(" heardback init makes the key file.", ""))
    sender = table.text("sender", why="invitations and digests are sent from it")
    if sender and not re.fullmatch(r"[^@\s]+@[^@\s]+", sender):
        table.say("sender", "The sender must be an e-mail address.")
    settings = MailSettings(
        host=table.text("host", why="mail goes out through it"),
        port=table.number("port", default=587, least=1, most=65535),
        sender=sender,
        username=table.text("username", default=""),
        password_file=folder / password if password else None,
        starttls=table.flag("starttls", default=True),
    )
    table.unknown()
    return settings


def _partnership(table: Table) -> PartnershipSettings:
    referral = "people who worry about a child are told to ring it"
    lead, second = "only the lead opens what is set aside", "something may be about the lead"
    id = table.text("id", why="everything that is kept carries it")
    if id and not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,30}", id):
        table.say("id", "The id may hold small letters, figures and hyphens, 31 at most.")
    retention_weeks = table.number(
        "retention_weeks", default=LONGEST_WAIT_WEEKS, least=1, most=LONGEST_WAIT_WEEKS
    )
    settings = PartnershipSettings(
        id=id,
        name=table.text("name", why="it is how the bot introduces itself"),
        zone=table.zone("zone", default="Europe/London"),
        front_door_name=table.text("front_door_name", why=referral),
        front_door_number=table.phone("front_door_number", why=referral),
        front_door_hours=table.text("front_door_hours", why="people need to know when it answers"),
        out_of_hours_number=table.phone("out_of_hours_number", why=referral),
        lado_contact=table.text("lado_contact", why="worries about staff are sent there"),
        intelligence_route=table.text("intelligence_route", why="names and cars belong there"),
        whistleblowing_route=table.text("whistleblowing_route", why="staff are sent there"),
        lead_role=table.text("lead_role", why=lead),
        deputy_role=table.text(
            "deputy_role", why="the deputy is told when the lead opens something"
        ),
        second_lead_role=table.text("second_lead_role", why=second),
        read_times=table.read_times("read_times", why="the signpost says when it is next read"),
        childline_name=table.text("childline_name", default="Childline"),
        childline_number=table.phone("childline_number", why="young people are told to ring it"),
        nspcc_number=table.phone("nspcc_number", why="it is shown beside the front door"),
        samaritans_name=table.text("samaritans_name", default="Samaritans"),
        samaritans_number=table.phone("samaritans_number", why="staff in distress are told it"),
        staff_support_words=table.text(
            "staff_support_words", default="your manager or occupational health"
        ),
        group_name=table.text("group_name", default="the strategic group"),
        chair_role=table.text("chair_role", default="the chair"),
        coordinator_role=table.text("coordinator_role", default="the coordinator"),
        parent_agreement_way=table.text(
            "parent_agreement_way",
            default="the champion asks a parent or person with parental responsibility",
        ),
        retention_words=table.text(
            "retention_words",
            default="until 30 days after you have had an answer, and at most "
            f"{retention_weeks} weeks while it waits for one.",
        ),
        retention_weeks=retention_weeks,
        k=_bar(table),
        interval_weeks=table.number("interval_weeks", default=2, least=1, most=52),
        prompt_weekday=table.weekday("prompt_weekday", default="Tuesday"),
        prompt_time=table.clock("prompt_time", default="10:00"),
        digest_weekday=table.weekday("digest_weekday", default="Friday"),
        digest_time=table.clock("digest_time", default="09:00"),
        quiet_from=table.clock("quiet_from", default="18:00"),
        quiet_to=table.clock("quiet_to", default="08:00"),
        answer_within_days=table.number("answer_within_days", default=28, least=1, most=92),
        school_terms=table.terms("school_terms"),
    )
    table.unknown()
    _look_across(table, settings)
    return settings


def _bar(table: Table) -> int:
    k = table.number("k", default=K_AT_LEAST, least=None, most=1000)
    if k < K_AT_LEAST:
        table.say(
            "k",
            f"k is {k}. The bar cannot be lowered below {K_AT_LEAST} people: fewer could be "
            "recognised. A small pilot can ask one shared question and hold a live session.",
        )
    return k


def _look_across(table: Table, settings: PartnershipSettings) -> None:
    if settings.quiet_to >= settings.quiet_from:
        sentence = "Quiet hours must run overnight, such as from 18:00 to 08:00."
        table.say("quiet_from", sentence)
        return
    for key, hour in (("prompt_time", settings.prompt_time), ("digest_time", settings.digest_time)):
        if not settings.quiet_to <= hour < settings.quiet_from:
            table.say(key, f"{key} is {hour:%H:%M}, which falls into the quiet hours.")
    if settings.lead_role and settings.second_lead_role == settings.lead_role:
        table.say("second_lead_role", "The second lead must be somebody other than the lead.")


__all__ = [
    "MailSettings",
    "PartnershipSettings",
    "Problem",
    "RefusedSettings",
    "Settings",
    "problems",
    "read",
    "write_template",
]
