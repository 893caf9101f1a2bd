"""One partnership's own settings, as the handlers need them: words to say, dates to promise.

Everything here comes from the partnership's row; nothing is read from files or the clock.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from digests.codebook import Codebook
from digests.codebook import read as read_codebook
from handlers.wording import fill, places_in, say
from storage import Session, partnerships, retention

# Whose voice a relay can be, with the name that a digest has for it.
KINDS_OF_VOICE = {
    kind: say(f"voices_of_{kind}")
    for kind in ("young_person", "parent_carer", "family_member", "community_member")
}


@dataclass(frozen=True)
class Prompt:
    """A question from the prompt bank, with its cost in minutes and its purpose."""

    id: str
    questions: tuple[str, ...]
    minutes: float
    what_for: str
    group: str = ""
    lens: tuple[str, ...] = ()  # what its answers are also looked at for


@dataclass(frozen=True)
class Place:
    """A partnership as the handlers see it."""

    id: str
    name: str
    words: Mapping[str, str]
    zone: ZoneInfo
    k: int
    answer_within_days: int
    waiting_weeks: int  # how long words wait before their author is asked
    meetings: tuple[date, ...]  # of the strategic group, as far as they are known
    read_times: tuple[tuple[int, time], ...]  # weekday (Monday is 0) and local time
    send_from: time
    send_until: time
    codebook_text: str
    codebook: Codebook
    prompts: tuple[Prompt, ...]
    retired_prompts: tuple[Prompt, ...] = ()  # asked no longer, and still known to their rounds
    wording: Mapping[str, str] = field(default_factory=dict)  # sentences that it words itself
    set_words: Mapping[str, str] = field(default_factory=dict)  # `words` as the settings have them
    address: str = ""  # where the pages are, as people outside reach them
    verbatim: bool = True  # whether anybody's own words may be shown as they said them
    prompt_weekday: int = 0
    weeks_between: int = 2
    digest_weekday: int = 4
    school_terms: tuple[tuple[date, date], ...] = ()
    forums: Mapping[str, str] = field(
        default_factory=dict
    )  # what a level of the network is called here
    agency_contacts: Mapping[str, str] = field(
        default_factory=dict
    )  # who looks after safeguarding in an agency, by agency

    def local(self, at: datetime) -> datetime:
        return at.astimezone(self.zone)

    def today(self, at: datetime) -> date:
        return self.local(at).date()

    def at(self, day: date, hour: time) -> datetime:
        return datetime.combine(day, hour, self.zone)

    def within_hours(self, at: datetime) -> datetime:
        """The same moment, or the next one inside the hours in which we may write."""
        local = self.local(at)
        if local.time() < self.send_from:
            return self.at(local.date(), self.send_from)
        if local.time() >= self.send_until:
            return self.at(local.date() + timedelta(days=1), self.send_from)
        return local

    def prompt(self, id: str) -> Prompt | None:
        known = (*self.prompts, *self.retired_prompts)
        return next((prompt for prompt in known if prompt.id == id), None)

    def says(self, id: str) -> str:
        """A sentence that a partnership may word itself: its own, else the one that ships."""
        return self.wording.get(id) or say(id)

    def shipped(self, id: str) -> str:
        """The same without its own words: from the settings, else the one that ships."""
        return self.set_words[id] if id in self.set_words else say(id)

    def group_of(self, subject: str) -> str:
        """The group of a theme; a group is its own."""
        known = {theme.id: theme.group for theme in self.codebook.every_theme}
        return known.get(subject, subject)

    def usual_stance(self, subject: str) -> str:
        """How people usually mean a theme; of a group, whether all its themes are strengths."""
        stances = {t.stance for t in self.codebook.every_theme if subject in (t.id, t.group)}
        return stances.pop() if len(stances) == 1 else "worry"

    def side_words(self, subject: str, leaning: str) -> str:
        """The sentence of a theme or a group for one side, strength or worry."""
        sides = {g.id: (g.helps, g.worries, g.plain) for g in self.codebook.groups}
        sides |= {t.id: (t.helps, t.worries, t.plain) for t in self.codebook.every_theme}
        helps, worries, plain = sides.get(subject, ("", "", ""))
        return (helps if leaning == "strength" else worries) or plain

    def theme_words(self, subject: str) -> tuple[str, str]:
        """Name and plain sentence of a theme or a group."""
        for theme in self.codebook.every_theme:
            if theme.id == subject:
                return theme.name, theme.plain
        for group in self.codebook.groups:
            if group.id == subject:
                return group.name, group.plain
        return subject, ""


def of(session: Session, partnership: str) -> Place:
    """The place behind this id; raises LookupError when there is none."""
    row = partnerships.get(session, partnership)
    settings = json.dumps(row.settings, sort_keys=True)
    return _read(row.id, row.name, settings, row.codebook, row.prompts, row.wording)


@lru_cache(maxsize=32)
def _read(
    id: str, name: str, settings_text: str, codebook: str, prompts: str, own_wording: str
) -> Place:
    """A row's columns as a place; once for the same columns, because almost everything asks for one."""
    settings: Mapping[str, Any] = json.loads(settings_text)
    wording = read_wording(own_wording)
    words = {**settings["words"], **{n: w for n, w in wording.items() if n in settings["words"]}}
    used, retired = (_filled(some, words) for some in read_prompts(prompts))
    asked = tuple(one for one in used if not places_in(" ".join(one.questions)))
    return Place(
        id=id,
        name=name,
        words=words,
        zone=ZoneInfo(settings["zone"]),
        k=settings["k"],
        answer_within_days=settings["answer_within_days"],
        waiting_weeks=settings.get("retention_weeks", retention.waiting_weeks()),
        meetings=tuple(date.fromisoformat(day) for day in settings.get("meetings", ())),
        read_times=tuple((day, time.fromisoformat(hour)) for day, hour in settings["read_times"]),
        send_from=time.fromisoformat(settings["send_from"]),
        send_until=time.fromisoformat(settings["send_until"]),
        codebook_text=codebook,
        codebook=_codebook(codebook),
        prompts=asked,  # a question with a gap in it is about one answer, and no round asks it
        retired_prompts=(*retired, *(one for one in used if one not in asked)),
        wording=wording,
        set_words=settings["words"],
        address=settings.get("address", ""),
        verbatim=settings.get("verbatim_words", True),
        prompt_weekday=settings.get("prompt_weekday", 0),
        weeks_between=settings.get("weeks_between", 2),
        digest_weekday=settings.get("digest_weekday", 4),
        forums=settings.get("forums", {}),
        agency_contacts=settings.get("agency_contacts", {}),
        school_terms=tuple(
            (date.fromisoformat(first), date.fromisoformat(last))
            for first, last in settings.get("school_terms", ())
        ),
    )


@lru_cache(maxsize=32)
def _codebook(text: str) -> Codebook:
    return read_codebook(text)


@lru_cache(maxsize=32)
def read_prompts(text: str) -> tuple[tuple[Prompt, ...], tuple[Prompt, ...]]:
    """The prompts in use, and those that are retired."""
    rows = tomllib.loads(text)["prompts"]
    used, retired = (
        tuple(
            Prompt(
                p["id"],
                tuple(p["questions"]),
                float(p["minutes"]),
                p["what_for"],
                p.get("group", ""),
                tuple(p.get("lens", ())),
            )
            for p in rows
            if bool(p.get("retired")) is gone
        )
        for gone in (False, True)
    )
    return used, retired


def _filled(prompts: tuple[Prompt, ...], words: Mapping[str, str]) -> tuple[Prompt, ...]:
    return tuple(replace(one, what_for=fill(one.what_for, words)) for one in prompts)


@lru_cache(maxsize=32)
def read_wording(text: str) -> Mapping[str, str]:
    """The sentences that a wording has, by id."""
    said: Mapping[str, str] = tomllib.loads(text).get("sentences", {})
    return said


def minutes_words(minutes: float) -> str:
    """How long something takes: 1 minute, 1.5 minutes."""
    return say("one_minute" if minutes == 1 else "many_minutes", count=f"{minutes:g}")


def day_words(day: date) -> str:
    """A date as the project writes it: Friday 4 December."""
    return f"{day:%A} {day.day} {day:%B}"


def hour_words(at: datetime) -> str:
    """A local time with its day: Tuesday 24 November, 09:30."""
    return f"{day_words(at.date())}, {at:%H:%M}"
