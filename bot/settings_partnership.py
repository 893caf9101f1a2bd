"""One partnership's part of the settings file: who is rung, who reads what, and the bars it may raise."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from bot.settings_table import Table
from digests.content import PLACES
from handlers.enrolment import agency_of
from handlers.wording import say

K_AT_LEAST = 5  # DESIGN promise 6: a partnership may raise the bar and never lower it
LONGEST_WAIT_WEEKS = 26  # DESIGN, defaults: words wait at most 26 weeks


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
    lawful_basis: str
    sensitive_basis: str
    privacy_contact: str
    retention_words: str
    retention_weeks: int
    k: int
    verbatim_words: bool
    interval_weeks: int
    prompt_weekday: int
    prompt_time: time
    digest_weekday: int
    digest_time: time
    quiet_from: time
    quiet_to: time
    answer_within_days: int
    school_terms: tuple[tuple[date, date], ...]
    meetings: tuple[date, ...]
    forums: Mapping[str, str]  # by level of the network
    agency_contacts: Mapping[str, str]  # each agency's own safeguarding contact, by agency

    def words(self) -> dict[str, str]:
        """The placeholder values that `wording.toml` uses, by name."""
        own = {
            name: value
            for name, value in vars(self).items()
            if isinstance(value, str) and name not in {"id", "name", "zone"}
        }
        return own | {
            "partnership_name": self.name,
            "quiet_hours": say(
                "setting_quiet_hours",
                first=f"{self.quiet_from:%H:%M}",
                last=f"{self.quiet_to:%H:%M}",
            ),
            "interval_words": say("setting_one_week")
            if self.interval_weeks == 1
            else say("setting_weeks", count=str(self.interval_weeks)),
        }

    def kept(self) -> dict[str, Any]:
        """The settings as the partnership's row keeps them and `handlers.place` reads them."""
        return {
            "words": self.words(),
            "zone": self.zone,
            "k": self.k,
            "verbatim_words": self.verbatim_words,
            "answer_within_days": self.answer_within_days,
            "retention_weeks": self.retention_weeks,
            "meetings": [day.isoformat() for day in self.meetings],
            "read_times": [[day, f"{hour:%H:%M}"] for day, hour in self.read_times],
            "send_from": f"{self.quiet_to:%H:%M}",
            "send_until": f"{self.quiet_from:%H:%M}",
            "prompt_weekday": self.prompt_weekday,
            "weeks_between": self.interval_weeks,
            "digest_weekday": self.digest_weekday,
            "forums": dict(self.forums),
            "agency_contacts": dict(self.agency_contacts),
            "school_terms": [
                [first.isoformat(), last.isoformat()] for first, last in self.school_terms
            ],
        }


def partnership_settings(table: Table) -> PartnershipSettings:
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
        staff_support_words=table.text("staff_support_words", default=say("setting_staff_support")),
        group_name=table.text("group_name", default=say("setting_group")),
        chair_role=table.text("chair_role", default=say("setting_chair")),
        coordinator_role=table.text("coordinator_role", default=say("setting_coordinator")),
        parent_agreement_way=table.text(
            "parent_agreement_way",
            default=say("setting_parent_agreement"),
        ),
        lawful_basis=table.text("lawful_basis", default=""),
        sensitive_basis=table.text("sensitive_basis", default=""),
        privacy_contact=table.text("privacy_contact", default=""),
        retention_words=table.text(
            "retention_words",
            default=say("setting_retention", weeks=str(retention_weeks)),
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
        verbatim_words=table.flag("verbatim_words", default=True),
        answer_within_days=table.number("answer_within_days", default=28, least=1, most=92),
        school_terms=table.terms("school_terms"),
        meetings=table.days("meetings"),
        forums=_forums(table),
        agency_contacts=_agency_contacts(table),
    )
    table.unknown()
    _look_across(table, settings)
    return settings


def _forums(table: Table) -> dict[str, str]:
    """What the forum at each level of the network is called, where a partnership says so."""
    part = table.inner("forums")
    if part is None:
        return {}
    found = {level: part.text(level, default="") for level in PLACES}
    part.unknown()
    return {level: name for level, name in found.items() if name}


def _agency_contacts(table: Table) -> dict[str, str]:
    """Who looks after safeguarding in an agency, by the agency: a name or role, a comma, a number."""
    part = table.inner("agency_contacts")
    if part is None:
        return {}
    found = {name: part.text(name, default="") for name in part.values}
    if len({agency_of(name) for name in found}) < len(found):
        part.say(next(iter(found)), "An agency is named twice among the agency_contacts.")
    return {agency_of(name): said for name, said in found.items() if agency_of(name) and said}


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
