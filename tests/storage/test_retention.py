"""Everything has its time: the policy says it, and nothing is kept for longer."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from handlers import danger
from storage import (
    Database,
    Erased,
    Session,
    contributions,
    counting,
    outgoing,
    partnerships,
    people,
    receipts,
    releases,
    retention,
    return_addresses,
    rounds,
    sign_in,
)
from storage.models import (
    Commitment,
    Contribution,
    Digest,
    Done,
    Invitation,
    Line,
    Notice,
    Opinion,
    Outbox,
    PhraseTry,
    Return,
    Rows,
    SignInLink,
    TooMuch,
    WebSession,
)

DAY = date(2026, 9, 7)
NOW = datetime(2026, 9, 7, 10, 0, tzinfo=UTC)


def somewhere(session: Session) -> None:
    partnerships.put(session, id="n", name="N", settings={}, codebook="", prompts="")


def kept(session: Session, words: str = "the late bus", person: str = "p1") -> str:
    spoken = contributions.Kept(kind="reflection", voice="practitioner")
    id = contributions.keep(session, partnership="n", words=words, kept=spoken, on=DAY)
    counting.tag(
        session, partnership="n", contribution=id, person=person, agency="health", voices=1
    )
    address = return_addresses.Address(person)
    return_addresses.keep(session, partnership="n", contribution=id, address=address)
    receipts.keep(session, "n", f"lamp river {id}", id)
    return id


def shown(session: Session, contribution: str, line_id: str = "l1") -> Line:
    """An issued line with this behind it."""
    made = releases.begin(session, "n", DAY + len(line_id) * timedelta(days=1))
    made.state = "issued"
    line = Line(
        id=line_id,
        partnership_id="n",
        digest_id=made.id,
        subject="s",
        level="theme",
        title="T",
        sentence="S",
        leaning="worry",
        provenance="p",
        question="Q",
        practitioners_band="5–9",
        voices_band="",
        diversity=1,
        since=DAY,
        until=DAY,
        state="shown",
    )
    releases.add_line(session, line, [contribution])
    releases.mark_shown(session, line.id)
    return line


def answered(session: Session, line: Line, status: str, asked_again: date | None) -> Commitment:
    row = Commitment(
        id=f"c-{line.id}",
        partnership_id="n",
        line_id=line.id,
        button="not_now",
        status=status,
        answer="A",
        child_words="C",
        state="confirmed",
        proposed_by="m",
        proposed_on=DAY,
        confirmed_on=DAY,
        asked_again_on=asked_again,
    )
    session.add(row)
    session.flush()
    return row


def count(session: Session, model: type[Rows]) -> int:
    return session.scalar(select(func.count()).select_from(model)) or 0


def test_the_policy_says_each_time_in_a_plain_sentence() -> None:
    said = retention.sentences()
    assert "What was set aside: 72 hours after its hand-off was confirmed; never before." in said
    assert all(sentence.endswith(".") and "{" not in sentence for sentence in said)


def test_the_times_that_design_promises_are_the_ones_in_the_policy() -> None:
    assert retention.length("waiting_words") == timedelta(weeks=26)
    assert retention.length("closed_words") == timedelta(days=30)
    assert retention.length("set_aside") == danger.DELETE_AFTER
    assert retention.length("given_back") == danger.AUTHOR_HAS
    assert retention.length("digests") >= timedelta(days=6 * 365 + 2)


@pytest.mark.parametrize(
    "entry",
    [
        "what = 'x'\nafter = 'y'",
        "what = 'x'\nafter = 'y'\ndays = 1\nweeks = 1",
        "what = 'x'\nafter = 'y'\ndays = -1",
        "what = 'x'\nafter = 'y'\ndays = 1.5",
        "what = 'x'\ndays = 1",
        "after = 'y'\ndays = 1",
    ],
)
def test_a_policy_that_leaves_something_open_is_refused(entry: str) -> None:
    with pytest.raises(retention.PolicyError, match="thing"):
        retention.read(f"[thing]\n{entry}\n")


def test_forgetting_ends_words_tag_way_back_and_phrase_with_their_keys(database: Database) -> None:
    with database.writing() as session:
        somewhere(session)
        id = kept(session)
        sealed = session.get_one(Contribution, id).sealed_words
    with database.writing() as session:
        retention.forget(session, "n", id)
    with database.reading() as session:
        with pytest.raises(Erased):
            session.open("words", "n", id, sealed)
        for table in Rows.metadata.sorted_tables:
            for row in session.execute(table.select()).mappings():
                assert id not in [str(value) for value in row.values()], table.name
    with database.key_engine.connect() as keys:
        assert keys.exec_driver_sql("SELECT count(*) FROM record_keys").scalar() == 0


def test_a_loop_is_closed_once_its_answer_is_final_and_people_were_asked(
    database: Database,
) -> None:
    with database.writing() as session:
        somewhere(session)
        ids = {name: kept(session, name) for name in ("final", "open", "unasked", "carried home")}
        lines = {}
        for name, id in ids.items():
            made = shown(session, id, name)
            lines[name] = made
        answered(session, lines["final"], "not_now", DAY)
        answered(session, lines["open"], "being_looked_at", DAY)
        answered(session, lines["unasked"], "changed", None)
        carried = answered(session, lines["carried home"], "partly", DAY)
        session.add(
            Return(
                id="r1",
                partnership_id="n",
                commitment_id=carried.id,
                contribution_id=ids["carried home"],
                state="ready",
            )
        )
    with database.reading() as session:
        assert retention.closed(session, "n", DAY + timedelta(days=29)) == []
        assert retention.closed(session, "n", DAY + timedelta(days=30)) == [ids["final"]]
    with database.writing() as session:
        session.get_one(Return, "r1").state = "told"
    with database.reading() as session:
        found = retention.closed(session, "n", DAY + timedelta(days=30))
        assert set(found) == {ids["final"], ids["carried home"]}


def test_words_of_a_loop_that_never_closes_go_and_the_way_back_stays(database: Database) -> None:
    with database.writing() as session:
        somewhere(session)
        id = kept(session)
        shown(session, id)
        year = DAY + timedelta(weeks=52)
        assert retention.never_closed(session, "n", year - timedelta(days=1)) == []
        assert retention.never_closed(session, "n", year) == [id]
        retention.forget_words(session, "n", id)
    with database.reading() as session:
        assert session.get(Contribution, id) is None
        assert return_addresses.of(session, id) == return_addresses.Address("p1")


def test_everything_without_words_has_its_time_too(database: Database) -> None:
    with database.writing() as session:
        somewhere(session)
        person = people.enrol(session, name="Bea")
        opened = rounds.open_round(session, partnership="n", prompt="p", opens=DAY, closes=DAY)
        rounds.invite(session, opened.id, person, None)
        rounds.too_much(session, partnership="n", person=person, agency="health", on=DAY)
        receipts.missed(session, "n", person, DAY)
        sign_in.make_link(session, person=person, partnership="n", expires_at=NOW, token="a")
        later = NOW + timedelta(days=1)
        sign_in.make_link(session, person=person, partnership="n", expires_at=later, token="b")
        session.flush()
        sign_in.use_link(session, "b", now=NOW)
        outgoing.mark_done(session, "press", {"message": "gone"}, DAY)
        outgoing.mark_done(session, "words", {"receipt": "c1"}, DAY)
        outgoing.mark_done(session, "row", {"import": "respondent"}, DAY)
        outgoing.notify(
            session, partnership="n", person=person, kind="nudge", about={}, at=NOW, id="n1"
        )
        intent = outgoing.Intent("nudge", person, "person", "o", {}, NOW)
        outgoing.intend(session, "n", [intent])
        session.flush()
        for row in outgoing.due(session, NOW):
            outgoing.settle(session, row, "sent", NOW.date())
    left = {
        0: (3, 1, 1, 1, 1, 1, 1, 1),
        3: (3, 1, 1, 0, 1, 1, 0, 0),
        31: (2, 1, 1, 0, 1, 0, 0, 0),
        57: (2, 1, 1, 0, 0, 0, 0, 0),
        183: (2, 0, 1, 0, 0, 0, 0, 0),
        365: (2, 0, 0, 0, 0, 0, 0, 0),
        2200: (0, 0, 0, 0, 0, 0, 0, 0),
    }
    models = (Done, Notice, Outbox, Invitation, TooMuch, PhraseTry, SignInLink, WebSession)
    for days, expected in left.items():
        with database.writing() as session:
            retention.sweep(session, NOW + timedelta(days=days))
            assert tuple(count(session, model) for model in models) == expected, days


def test_a_digest_goes_after_six_years_with_all_that_hangs_on_it(database: Database) -> None:
    with database.writing() as session:
        somewhere(session)
        id = kept(session)
        row = answered(session, shown(session, id), "not_now", DAY)
        session.add(Opinion(commitment_id=row.id, person_tag="t", answer="no"))
        session.add(
            Return(
                id="r", partnership_id="n", commitment_id=row.id, contribution_id=id, state="ready"
            )
        )
    with database.writing() as session:
        retention.sweep(session, datetime(2032, 9, 13, tzinfo=UTC))
        assert count(session, Digest) == 1
    with database.writing() as session:
        retention.sweep(session, datetime(2032, 9, 17, tzinfo=UTC))
        for model in (Digest, Line, Commitment, Opinion, Return, Contribution):
            assert count(session, model) == 0, model.__name__
        assert return_addresses.of(session, id) is None


def test_a_key_is_not_left_in_the_log_of_the_key_store(database: Database) -> None:
    if database.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL's log is the administrator's to keep short")
    with database.writing() as session:
        somewhere(session)
        id = kept(session)
    with database.key_engine.connect() as keys:
        wrapped = [row[0] for row in keys.exec_driver_sql("SELECT wrapped FROM record_keys")]
    assert len(wrapped) == 2
    with database.writing() as session:
        retention.forget(session, "n", id)
    database.empty_logs()
    left = residue(database)
    assert not any(key in left for key in wrapped)


def residue(database: Database) -> bytes:
    """Every byte of both files and their logs."""
    from pathlib import Path

    folder = Path(str(database.engine.url.database)).parent
    return b"".join(p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file())
