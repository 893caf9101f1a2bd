"""Killed anywhere: nothing lost, nothing doubled, everything settled or parked for a person to see.

Each test prints its counts and its seed (`pytest -s`); the same seed dies at the same places.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.outbox.taking import LEASE
from storage import Database
from tests import databases
from tests.faults.checking import Verdict, put_through
from tests.faults.harness import FROZEN


def say(name: str, verdict: Verdict, capsys: pytest.CaptureFixture[str]) -> None:
    with capsys.disabled():
        counts = {name: value for name, value in vars(verdict).items() if name != "told"}
        print(f"\n  {name}: {counts} {verdict.told}")


def nothing_lost_or_doubled(verdict: Verdict) -> None:
    assert (verdict.lost, verdict.doubled, verdict.unsettled) == (0, 0, 0)
    assert (verdict.parked, verdict.noted) == (0, 0)


def test_killed_at_every_step_statement_and_socket_call_and_at_random(
    database: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    verdict = put_through(database, tmp_path, "--random", "50", seed=1)
    say(database.engine.dialect.name, verdict, capsys)
    assert verdict.kills >= 130
    nothing_lost_or_doubled(verdict)


def test_killed_everywhere_while_the_platform_fails_three_times_in_ten(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = databases.sqlite(tmp_path)
    verdict = put_through(made, tmp_path, seed=7, rough=0.3)
    made.close()
    say("sqlite, a rough platform, seed 7", verdict, capsys)
    assert verdict.kills >= 80
    nothing_lost_or_doubled(verdict)


@pytest.mark.prove
@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("rough", [0.0, 0.3])
def test_killed_at_random_many_times(
    database: Database,
    tmp_path: Path,
    rough: float,
    seed: int,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """16 runs of 1,200 workers each: more than 10,000 of them die."""
    more = ("--most", "1", "--random", "1200")
    verdict = put_through(database, tmp_path, *more, seed=seed, rough=rough)
    name = f"{database.engine.dialect.name}, rough {rough}, seed {seed}"
    say(name, verdict, capsys)
    nothing_lost_or_doubled(verdict)


@pytest.mark.parametrize(
    "database", ["sqlite", pytest.param("postgres", marks=pytest.mark.prove)], indirect=True
)
def test_where_nothing_can_be_read_back_a_repeat_says_so_and_the_rest_waits_for_a_person(
    database: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    verdict = put_through(database, tmp_path, "--blind", seed=3)
    say(f"{database.engine.dialect.name}, nothing to read back", verdict, capsys)
    assert (verdict.lost, verdict.doubled, verdict.unsettled) == (0, 0, 0)
    assert verdict.parked
    assert verdict.noted


@pytest.mark.parametrize("design", ["send_then_mark", "mark_then_send"])
def test_the_same_harness_sees_what_a_wrong_design_does(
    tmp_path: Path, design: str, capsys: pytest.CaptureFixture[str]
) -> None:
    made = databases.sqlite(tmp_path)
    verdict = put_through(made, tmp_path, "--design", design, "--most", "60", seed=1)
    made.close()
    say(design, verdict, capsys)
    if design == "send_then_mark":
        assert verdict.doubled > 1
    else:
        assert verdict.lost > 1


def test_frozen_past_the_lease_doubles_in_one_place_only(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The window that no sender can close without the platform: between the last look and the write."""
    made = databases.sqlite(tmp_path)
    verdict = put_through(made, tmp_path, "--freeze", "40", seed=1)
    made.close()
    say("frozen", verdict, capsys)
    doubles_in_the_window_only(verdict)


@pytest.mark.prove
def test_frozen_for_a_second_to_ten_minutes_doubles_in_one_place_only(
    database: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The clock that all share is moved while the worker is frozen, so that ten minutes take none."""
    lengths = ("1", "5", "15", "25", "60", "180", "600")
    verdict = put_through(database, tmp_path, "--freeze", *lengths, seed=1)
    say(f"{database.engine.dialect.name}, frozen", verdict, capsys)
    doubles_in_the_window_only(verdict)


def doubles_in_the_window_only(verdict: Verdict) -> None:
    past = [place for place, seconds in verdict.told["frozen"] if seconds > LEASE]
    assert past.count(FROZEN)
    assert len(past) > past.count(FROZEN)
    assert (verdict.lost, verdict.unsettled) == (0, 0)
    assert verdict.doubled == past.count(FROZEN)
