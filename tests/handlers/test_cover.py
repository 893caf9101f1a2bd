"""How few people can lawfully hold every seat: never a forbidden pair, and never one too many."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from handlers import cover
from handlers.permissions import FORBIDDEN_PAIRS, ROLES

NAMES = list("abcdefg")
PAIRS = [frozenset(pair) for pair in combinations(NAMES, 2)]


def lawful(shared: tuple[tuple[str, ...], ...], pairs: frozenset[frozenset[str]]) -> bool:
    return not any(frozenset(two) in pairs for own in shared for two in combinations(own, 2))


def fits(roles: list[str], number: int, pairs: frozenset[frozenset[str]]) -> bool:
    """The slow way: every way of giving the roles to so many people."""
    if not roles:
        return True
    ways: list[list[list[str]]] = [[[] for _ in range(number)]]
    for role in roles:
        ways = [
            [[*own, role] if n == k else own for n, own in enumerate(way)]
            for way in ways
            for k in range(number)
            if not any(frozenset({role, other}) in pairs for other in way[k])
        ]
    return bool(ways)


def test_the_smallest_lawful_set_covers_every_needed_role_once() -> None:
    shared = cover.smallest_set()
    held = [role for own in shared for role in own]
    assert sorted(held) == sorted(cover.STOPS)
    assert lawful(shared, FORBIDDEN_PAIRS)
    assert len(shared) == 3
    assert cover.STOPS.keys() <= ROLES.keys()


@given(pairs=st.frozensets(st.sampled_from(PAIRS), max_size=9), number=st.integers(1, 5))
def test_no_smaller_set_would_do(pairs: frozenset[frozenset[str]], number: int) -> None:
    roles = NAMES[:number]
    shared = cover.smallest_set(roles, pairs)
    assert lawful(shared, pairs)
    assert sorted(role for own in shared for role in own) == roles
    assert not fits(roles, len(shared) - 1, pairs)


def test_a_delegate_covers_the_chair_and_a_deputy_the_lead() -> None:
    held = [cover.Holding(role, role, "health") for role in cover.STOPS]
    assert "safeguarding_lead" not in cover.alone(held)
    assert "chair" in cover.alone(held)
    assert "chair" not in cover.alone([*held, cover.Holding("d", "delegate", "police")])
    assert "approver" not in cover.alone([*held, cover.Holding("other", "approver", "police")])


def test_a_forbidden_pair_is_found_in_one_person_and_not_in_two() -> None:
    editor = cover.Holding("p1", "theme_editor", "health")
    for person, found in (("p1", 1), ("p2", 0)):
        assert len(cover.forbidden([editor, cover.Holding(person, "approver", "police")])) == found
