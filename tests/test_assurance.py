"""docs/assurance: every requirement once, every row with a test that is there, every paper as it is made today."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from bot import config
from bot.assurance import facts
from bot.assurance.writing import NAMES, papers
from bot.commands import assuring
from bot.commands.start import open_database
from storage import Keyring, data_map, people
from tests.test_features import ID, missing

PROJECT = Path(__file__).resolve().parents[1]
FOLDER = PROJECT / "docs" / "assurance"
WORDS_IN = re.compile(r"`([\w./-]+)`: `([^`]+)`")

# OWASP ASVS 5.0.0: by chapter, each section with the levels of its requirements in their order. Those of
# level 3 are left out (a dot) but for the four that are kept to all the same.
LEVELS = {
    1: "1:22 2:1111122223 3:112222222223 4:222 5:12",
    2: "1:122 2:112 3:12223 4:2",
    3: "2:11 3:1222 4:112222 5:11122 7:22",
    4: "1:122 2:2 3:22 4:1222",
    5: "1:2 2:112 3:11 4:222",
    6: "1:122 2:111111112222 3:1122 4:1122 5:22222 6:222 8:2222",
    7: "1:222 2:1111 3:22 4:11222 5:22 6:22",
    8: "1:12 2:112 3:1 4:2",
    9: "1:111 2:1222",
    10: "1:22 2:22 3:2222 4:11111222222 5:22222 6:22 7:222",
    11: "1:22 2:222 3:112 4:1222 5:2 6:2",
    12: "1:122 2:11 3:2222",
    13: "1:2 2:22222 3:22 4:12222",
    14: "1:22 2:1222..3 3:122",
    15: "1:122 2:122 3:1222222",
    16: "1:2 2:22222 3:2222 4:222 5:222",
    17: "1:2 2:2222 3:22",
}


def required() -> list[tuple[str, str]]:
    """Every requirement's number and level, in order."""
    found = []
    for chapter, sections in LEVELS.items():
        for section, levels in (one.split(":") for one in sections.split()):
            found += [
                (f"{chapter}.{section}.{number}", level)
                for number, level in enumerate(levels, start=1)
                if level != "."
            ]
    return found


def rows(page: str) -> list[list[str]]:
    """The cells of each row of each table, without its head."""
    lines = [line for line in page.splitlines() if re.match(r"\| [A-Z]?\d", line)]
    return [[cell.strip() for cell in line.strip().strip("|").split(" | ")] for line in lines]


def wrong_rows(page: str) -> list[str]:
    """What is wrong with the requirements' rows: missing, doubled, unknown, or with nothing to show."""
    found = rows(page)
    wrong = [f"{row[0]}: {len(row)} cells" for row in found if len(row) != 5]
    told = [(row[0], row[1]) for row in found]
    wrong += [f"not right or not there: {one}" for one in set(required()) ^ set(told)]
    wrong += [f"twice: {one}" for one in set(told) if told.count(one) > 1]
    for id, _, verdict, said, shown in (row for row in found if len(row) == 5):
        if verdict not in ("pass", "not applicable", "open") or not said:
            wrong.append(f"{id}: no verdict")
        if (verdict == "pass") != bool(ID.search(shown) or WORDS_IN.search(shown)):
            wrong.append(f"{id}: {verdict}, and shown by {shown}")
    return wrong + not_there(page)


def not_there(page: str) -> list[str]:
    """Tests and lines that a page names and that are not there."""
    gone = missing(page)
    for file, words in WORDS_IN.findall(page):
        path = PROJECT / file
        if not path.is_file() or words not in path.read_text("utf-8"):
            gone.append(f"{file}: {words}")
    return gone


def test_every_requirement_has_one_row_that_says_only_what_is_shown() -> None:
    assert sum(level != "3" for _, level in required()) == 253
    assert {id for id, level in required() if level == "3"} == {
        "1.2.10",
        "1.3.12",
        "2.3.5",
        "14.2.7",
    }
    page = (FOLDER / "asvs.md").read_text("utf-8")
    assert wrong_rows(page) == []
    counted = {v: sum(row[2] == v for row in rows(page)) for v in ("pass", "open")}
    assert f"{counted['pass']} pass" in page
    assert f"{counted['open']} open" in page


def test_a_row_that_is_missing_doubled_or_shows_nothing_is_found() -> None:
    page = (FOLDER / "asvs.md").read_text("utf-8")
    row = next(line for line in page.splitlines() if line.startswith("| 1.1.1 "))
    assert wrong_rows(page.replace(row, ""))
    assert wrong_rows(f"{page}\n{row}\n")
    assert wrong_rows(page.replace(row, "| 1.1.1 | 2 | pass | we are sure | – |"))
    named = ID.search(row)
    assert named is not None
    assert wrong_rows(page.replace(named[0], "`tests/test_assurance.py::test_of_nothing`"))


def test_every_threat_names_something_that_is_there() -> None:
    page = (FOLDER / "threats.md").read_text("utf-8")
    found = rows(page)
    assert len(found) > 50
    assert len({row[0] for row in found}) == len(found)
    for row in found:
        assert len(row) == 6, row
        assert re.fullmatch("[STRIDE]", row[1]), row
        assert ID.search(row[4]) or WORDS_IN.search(row[4]), row
        assert row[5], row
    assert not_there(page) == []


@pytest.mark.parametrize("name", NAMES)
def test_each_paper_is_what_would_be_made_today(name: str, tmp_path: Path) -> None:
    made = papers(facts.invented(tmp_path))[f"{name}.md"]
    there = (FOLDER / f"{name}.md").read_text("utf-8")
    assert there == made, "make them anew: heardback assurance --invented --out docs/assurance"
    assert set(re.findall(r"`(tests/[\w/]+\.py)`", made)) <= {
        path.relative_to(PROJECT).as_posix() for path in (PROJECT / "tests").rglob("*.py")
    }


def test_a_column_without_a_line_in_the_map_is_found() -> None:
    text = (PROJECT / "storage" / "data_map.toml").read_text("utf-8")
    for line in ('columns.sealed_words = "the quote"\n', 'columns.away_until = "'):
        assert text.count(line) == 1
        with pytest.raises(data_map.MapError, match="not in both"):
            data_map.holdings(text.replace(line, line.replace("columns.", "columns.not_")))
    with pytest.raises(data_map.MapError, match="nothing says how long"):
        data_map.holdings(text.replace('until = "it is ended"\n', ""))
    with pytest.raises(data_map.MapError, match="the policy ends"):
        data_map.holdings(text.replace('kept = ["too_much"]', 'until = "later"'))


def test_papers_that_somebody_may_have_completed_are_not_written_over(tmp_path: Path) -> None:
    folder = tmp_path / "settings"
    folder.mkdir()
    facts.invented(folder)
    out = tmp_path / "papers"
    assuring.write(folder / "heardback.toml", out, invented=False)
    assert "nobody holds a seat yet" in (out / "dpia.md").read_text("utf-8")
    (out / "dpia.md").write_text("decided", encoding="utf-8")
    with pytest.raises(BaseException, match="1"):
        assuring.write(folder / "heardback.toml", out, invented=False)
    assert (out / "dpia.md").read_text("utf-8") == "decided"


def test_the_papers_name_the_agencies_that_hold_seats_and_nobody_in_them(tmp_path: Path) -> None:
    facts.invented(tmp_path)
    file = tmp_path / "heardback.toml"
    text = file.read_text("utf-8").replace('lawful_basis = ""', 'lawful_basis = "our task | a law"')
    file.write_text(text, "utf-8")
    (tmp_path / "heardback.keys").unlink()
    Keyring.create(tmp_path / "heardback.keys")
    database = open_database(config.read(file))
    with database.writing() as session:
        person = people.enrol(session, name="Wilhelmina", email="w@parks.example")
        people.seat(
            session,
            partnership="northport",
            person=person,
            role="practitioner",
            agency="parks",
            on=date(2026, 9, 7),
        )
    database.close()
    assuring.write(file, tmp_path / "papers", invented=False)
    made = {path.name: path.read_text("utf-8") for path in (tmp_path / "papers").iterdir()}
    assert "1 agency (Parks)" in made["dpia.md"]
    assert "our task | a law" in made["dpia.md"]
    assert "not in the settings. Public bodies" not in made["dpia.md"]
    assert "Parks" in made["joint-controllers.md"]
    assert not [name for name, text in made.items() if "Wilhelmina" in text or "w@parks" in text]
