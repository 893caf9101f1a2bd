"""One table of the settings file: each value asked for by name, each problem noted with its line.

Asking goes on after a problem, with a value that lets the rest be looked at, so that `check` can
tell everything at once. Keys that nobody asked for are unknown, and the nearest known one is named.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from difflib import get_close_matches
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True)
class Problem:
    """Something to put right. `line` counts from 1; 0 is the file as a whole."""

    line: int
    sentence: str


def key_lines(text: str) -> dict[tuple[str, int, str], int]:
    """Where each key stands: (table, which one of that name, key) -> line; key "" is the header."""
    where: dict[tuple[str, int, str], int] = {("", 0, ""): 1}
    seen: Counter[str] = Counter()
    table, quoted = ("", 0), ""
    for number, line in enumerate(text.splitlines(), start=1):
        opened = [mark for mark in ('"""', "'''") if line.count(mark) % 2]
        if quoted:
            quoted = "" if quoted in opened else quoted
        elif header := re.match(r"\s*\[\[?\s*([\w-]+)\s*\]", line):
            table = (header[1], seen[header[1]])
            seen[header[1]] += 1
            where[(*table, "")] = number
        elif key := re.match(r"\s*[\"']?([\w-]+)[\"']?\s*[=.]", line):
            where.setdefault((*table, key[1]), number)
            quoted = opened[0] if opened else ""
    return where


@dataclass
class Table:
    """A table while it is being read; `found` collects the problems of the whole file."""

    values: Mapping[str, Any]
    lines: Mapping[tuple[str, int, str], int]
    found: list[Problem]
    name: str
    place: int = 0
    asked: set[str] = field(default_factory=set)

    def say(self, key: str, sentence: str) -> None:
        header = self.lines.get((self.name, self.place, ""), 1)
        self.found.append(Problem(self.lines.get((self.name, self.place, key), header), sentence))

    def text(self, key: str, *, default: str | None = None, why: str = "") -> str:
        """Words in quotes. Without a default they must be there, because of `why`."""
        self.asked.add(key)
        value = self.values.get(key, "")
        if not isinstance(value, str):
            self.say(key, f'{key} must be words in quotes, such as {key} = "...".')
        elif value.strip():
            return value.strip()
        elif default is None:
            self.say(key, f"{key} is missing: {why}.")
        return default or ""

    def phone(self, key: str, *, why: str) -> str:
        value = self.text(key, why=why)
        if value and not re.fullmatch(r"[+\d][\d\s()-]{1,}[^@]{0,40}", value):
            self.say(key, f"{key} must be a number that can be rung.")
        return value

    def number(self, key: str, *, default: int, least: int | None, most: int) -> int:
        self.asked.add(key)
        value = self.values.get(key, default)
        if not isinstance(value, int) or isinstance(value, bool):
            self.say(key, f"{key} must be a whole number without quotes.")
            return default
        if value > most or (least is not None and value < least):
            limits = f"at most {most}" if least is None else f"from {least} to {most}"
            self.say(key, f"{key} is {value}; it can be {limits}.")
            return default
        return value

    def flag(self, key: str, *, default: bool) -> bool:
        self.asked.add(key)
        value = self.values.get(key, default)
        if not isinstance(value, bool):
            self.say(key, f"{key} must be true or false, without quotes.")
            return default
        return value

    def clock(self, key: str, *, default: str) -> time:
        self.asked.add(key)
        value = self.values.get(key, default)
        hour = value if isinstance(value, time) else _time(value)
        if hour is None or hour.tzinfo is not None:
            self.say(key, f'{key} must be a time of day, such as "09:30".')
            return time.fromisoformat(default)
        return hour

    def weekday(self, key: str, *, default: str) -> int:
        value = self.text(key, default=default)
        day = _weekday(value)
        if day is None:
            self.say(key, f'{key} is "{value}"; it must be a day of the week, such as "Tuesday".')
            return WEEKDAYS.index(default)
        return day

    def zone(self, key: str, *, default: str) -> str:
        value = self.text(key, default=default)
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            near = _did_you_mean(value, available_timezones())
            self.say(key, f'There is no time zone called "{value}".{near}')
            return default
        return value

    def read_times(self, key: str, *, why: str) -> tuple[tuple[int, time], ...]:
        """When what is set aside is read: ["Monday 09:30", ...], at least one."""
        times = []
        for entry in self._list(key):
            day, _, hour = entry.partition(" ") if isinstance(entry, str) else ("", "", "")
            weekday, at = _weekday(day), _time(hour.strip())
            if weekday is None or at is None:
                self.say(
                    key, f'{key}: {entry!r} is not a weekday and a time, as "Monday 09:30" is.'
                )
            else:
                times.append((weekday, at))
        if not self.values.get(key):
            self.say(key, f"{key} is missing: {why}.")
        return tuple(sorted(times))

    def terms(self, key: str) -> tuple[tuple[date, date], ...]:
        """First and last days of school terms: [["2026-09-02", "2026-10-23"], ...]."""
        terms = []
        for entry in self._list(key):
            days = [_date(day) for day in entry] if isinstance(entry, list) else []
            if len(days) != 2 or days[0] is None or days[1] is None:
                self.say(
                    key, f'{key}: {entry!r} is not a first and a last day, as "2026-09-02" is.'
                )
            elif days[1] < days[0]:
                self.say(key, f"{key}: a term ends on {days[1]}, before it begins on {days[0]}.")
            else:
                terms.append((days[0], days[1]))
        return tuple(sorted(terms))

    def days(self, key: str) -> tuple[date, ...]:
        """Days: ["2027-01-14", ...], in their order."""
        found = []
        for entry in self._list(key):
            day = _date(entry)
            if day is None:
                self.say(key, f'{key}: {entry!r} is not a day, as "2027-01-14" is.')
            else:
                found.append(day)
        return tuple(sorted(found))

    def texts(self, key: str, *, default: tuple[str, ...]) -> tuple[str, ...]:
        """A list of words in quotes."""
        found = self._list(key)
        if not all(isinstance(entry, str) for entry in found):
            self.say(key, f"{key} must be a list of words in quotes.")
            return default
        return tuple(found) or default

    def inner(self, key: str) -> Table | None:
        self.asked.add(key)
        value = self.values.get(key)
        if value is None:
            return None
        if not isinstance(value, dict):
            self.say(key, f"{key} must be a part of its own that begins with [{key}].")
            return None
        return Table(value, self.lines, self.found, name=key)

    def inners(self, key: str) -> tuple[Table, ...]:
        self.asked.add(key)
        value = self.values.get(key, [])
        if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
            self.say(key, f"Each of the {key} must begin with [[{key}]].")
            return ()
        return tuple(
            Table(one, self.lines, self.found, name=key, place=place)
            for place, one in enumerate(value)
        )

    def unknown(self) -> None:
        """Notes every key that nobody has asked for."""
        for key in self.values.keys() - self.asked:
            near = _did_you_mean(key, self.asked)
            self.say(key, f'There is no setting called "{key}" here.{near}')

    def _list(self, key: str) -> list[Any]:
        self.asked.add(key)
        value = self.values.get(key, [])
        if isinstance(value, list):
            return value
        self.say(key, f"{key} must be a list in square brackets.")
        return []


def cannot_be_secret(file: Path) -> str:
    if not file.is_file():
        return f"The file {file} is missing. heardback init makes the key file."
    if os.name == "posix" and file.stat().st_mode & 0o077:
        return f'The file {file} can be read by others on this machine. Say: chmod 600 "{file}"'
    return ""


def _did_you_mean(word: str, known: set[str]) -> str:
    near = get_close_matches(word, sorted(known), n=1, cutoff=0.6)
    return f' Did you mean "{near[0]}"?' if near else ""


def _weekday(word: str) -> int | None:
    full = word.strip().capitalize()
    return WEEKDAYS.index(full) if full in WEEKDAYS else None


def _time(value: object) -> time | None:
    if not isinstance(value, str) or not re.fullmatch(r"([01]?\d|2[0-3]):[0-5]\d", value.strip()):
        return None
    return time.fromisoformat(value.strip().zfill(5))


def _date(value: object) -> date | None:
    if type(value) is date:
        return value
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
