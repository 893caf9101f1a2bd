"""Which seats a partnership cannot do without, what stops while one is empty, and how few people it takes.

The fewest people are solved for, not listed: two roles that may never meet in one person get two people.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from handlers import permissions
from handlers.permissions import FORBIDDEN_PAIRS, ROLES
from handlers.wording import say

# What does not happen while nobody holds the role. The order is the order in which it hurts.
STOPS = {
    role: say(f"without_{role}")
    for role in (
        permissions.LEAD,
        permissions.SECOND_LEAD,
        permissions.DEPUTY,
        permissions.COORDINATOR,
        permissions.THEME_EDITOR,
        permissions.APPROVER,
        permissions.MEMBER,
        permissions.CHAIR,
        permissions.PRIVACY,
        permissions.SCRUTINEER,
        permissions.ADMINISTRATOR,
    )
}
COVERED_BY = {permissions.LEAD: permissions.DEPUTY, permissions.CHAIR: permissions.DELEGATE}


@dataclass(frozen=True)
class Holding:
    """A seat that somebody holds. `person` only tells holders apart."""

    person: str
    role: str
    agency: str


def forbidden(held: Sequence[Holding]) -> list[tuple[Holding, Holding]]:
    """Pairs of seats that one person holds and may not, in a fixed order."""
    found = []
    by_person: dict[str, list[Holding]] = {}
    for one in held:
        by_person.setdefault(one.person, []).append(one)
    for own in by_person.values():
        for first, second in combinations(sorted(own, key=lambda h: h.role), 2):
            if frozenset({first.role, second.role}) in FORBIDDEN_PAIRS:
                found.append((first, second))
    return sorted(found, key=lambda pair: (pair[0].role, pair[1].role, pair[0].agency))


def missing(held: Iterable[Holding]) -> list[str]:
    """Roles that a partnership needs and nobody holds."""
    there = {one.role for one in held}
    return [role for role in STOPS if role not in there]


def alone(held: Sequence[Holding]) -> list[str]:
    """Needed roles with one holder and nobody to cover for them."""
    people: dict[str, set[str]] = {}
    for one in held:
        people.setdefault(one.role, set()).add(one.person)
    return [
        role
        for role in STOPS
        if len(people.get(role, ())) == 1 and not people.get(COVERED_BY.get(role, ""))
    ]


def smallest_set(
    roles: Sequence[str] = tuple(STOPS), pairs: frozenset[frozenset[str]] = FORBIDDEN_PAIRS
) -> tuple[tuple[str, ...], ...]:
    """The fewest people who can hold these roles without a forbidden pair: each one's roles.

    Exact: with n people it is looked for exhaustively before n + 1 is tried.
    """
    ordered = sorted(roles, key=lambda role: (-sum(role in pair for pair in pairs), role))
    for number in range(1, len(ordered) + 1):
        found = _share(ordered, [[] for _ in range(number)], pairs)
        if found is not None:
            return tuple(tuple(own) for own in found)
    return ()


def _share(
    roles: Sequence[str], people: list[list[str]], pairs: frozenset[frozenset[str]]
) -> list[list[str]] | None:
    """Give every role to somebody, trying whoever has fewest first; None when it cannot be done."""
    if not roles:
        return people
    role, rest = roles[0], roles[1:]
    tried_empty = False
    for own in sorted(people, key=len):
        if (not own and tried_empty) or any(frozenset({role, other}) in pairs for other in own):
            continue
        tried_empty = tried_empty or not own
        own.append(role)
        if (found := _share(rest, people, pairs)) is not None:
            return found
        own.pop()
    return None


def named(roles: Iterable[str]) -> str:
    """Roles as words in a sentence."""
    words = [ROLES[role].lower() for role in roles]
    return (
        words[0]
        if len(words) == 1
        else say("and_words", several=", ".join(words[:-1]), last=words[-1])
    )
