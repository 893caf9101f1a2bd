"""What waits is looked at put together, and comes out as if every contribution were looked at alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from digests import release
from handlers import place as places
from handlers.place import Place
from handlers.weekly import gathering
from storage import Database, Session, codings, contributions, counting
from tests.story import Story

MONDAY = date(2026, 9, 7)
AGENCIES = ("housing", "health", "education", "police")
GROUP, OTHER = "keeps_safe", "transitions"

# person, agency, voices of a relay or 0, the machine's themes, and people's where they have looked
Said = tuple[int, int, int, frozenset[int], frozenset[int] | None]
THEMES = st.frozensets(st.integers(0, 3), max_size=3)
SAID = st.lists(
    st.tuples(
        st.integers(0, 11),
        st.integers(0, len(AGENCIES) - 1),
        st.sampled_from((0, 0, 1, 4)),
        THEMES,
        st.none() | THEMES,
    ),
    max_size=60,
)


class _UndoError(Exception):
    """Leaves nothing of one example for the next."""


def here(session: Session) -> tuple[Place, list[str]]:
    """Two themes of a group, one of another, and one of the first that is retired."""
    place = places.of(session, "northport")
    book = place.codebook
    first, second, gone, *_ = [theme for theme in book.themes if theme.group == GROUP]
    apart = next(theme for theme in book.themes if theme.group == OTHER)
    kept = replace(book, themes=tuple(t for t in book.themes if t != gone), retired=(gone,))
    return replace(place, codebook=kept), [first.id, second.id, apart.id, gone.id]


def keep(session: Session, themes: list[str], said: Sequence[Said]) -> None:
    for person, agency, voices, machine, people in said:
        kind = contributions.Kept(kind="relay" if voices else "reflection", voice="")
        id = contributions.keep(
            session, partnership="northport", words="said", kept=kind, on=MONDAY
        )
        counting.tag(
            session,
            partnership="northport",
            contribution=id,
            person=f"p{person}",
            agency=AGENCIES[agency],
            voices=voices or 1,
        )
        found = [(themes[n], 1.0, 0, 0) for n in machine]
        codings.by_machine(session, id, found, versions="1/1")
        if people is not None:
            codings.by_person(session, id, [themes[n] for n in people])
    session.flush()


def one_by_one(session: Session, place: Place) -> list[release.Cleared]:
    """The plain way: each contribution by itself."""
    ids = contributions.waiting_ids(session, place.id)
    said = gathering.spoken(place, gathering.those(session, place, ids))
    assert len({row.contribution for row in said}) <= len(ids)
    return list(release.clear(said, k=place.k))


def put_together(session: Session, place: Place) -> list[release.Cleared]:
    """What a draft looks at, and what it then finds behind what cleared."""
    cleared = release.clear(gathering.gathered(session, place), k=place.k)
    subjects = [(part.level, part.subject) for part in cleared]
    waiting = gathering.waiting_about(session, place, subjects)
    return [
        replace(
            part,
            contributions=frozenset(
                one.id
                for one in waiting[part.level, part.subject]
                if gathering.kin(one.alike) in part.contributions
            ),
        )
        for part in cleared
    ]


def test_what_is_put_together_clears_as_it_does_one_by_one(database: Database) -> None:
    Story(database)
    cleared = Counter[str]()

    @settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
    @given(SAID)
    @example([(n, n % 4, 0, frozenset({0}), None) for n in range(12)])  # one theme
    @example([(n, n % 4, 0, frozenset({n % 2}), None) for n in range(12)] * 2)  # two themes
    @example([(n % 8, n % 4, 0, frozenset({n % 4}), None) for n in range(16)])  # one group
    @example([(n, n % 4, 4, frozenset({0, 1}), frozenset({3})) for n in range(6)])  # retired
    def clears_alike(said: list[Said]) -> None:
        try:
            with database.writing() as session:
                place, themes = here(session)
                keep(session, themes, said)
                found = put_together(session, place)
                assert found == one_by_one(session, place)
                cleared.update(part.level for part in found)
                raise _UndoError
        except _UndoError:
            pass

    clears_alike()
    assert set(cleared) == {"theme", "group"}, "both were tried"
