"""Spreadsheets are read as people have them; what cannot be read is named, and nothing is lost."""

from __future__ import annotations

import csv
import json
import time
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from bot import readers


def written(tmp_path: Path, name: str, content: bytes | str) -> Path:
    file = tmp_path / name
    file.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return file


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_a_csv_is_read_however_it_was_saved(tmp_path: Path, delimiter: str, encoding: str) -> None:
    text = f'Comment{delimiter}When\r\n"Café – late,\r\nagain"{delimiter}2026-09-07\r\n\r\nFine\r\n'
    file = written(tmp_path, "a.csv", text.encode(encoding))
    assert list(readers.rows(file)) == [
        (2, {"Comment": "Café – late,\r\nagain", "When": "2026-09-07"}),
        (5, {"Comment": "Fine", "When": ""}),
    ]


def test_a_workbook_is_read_with_its_dates_and_numbers(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in [["words", "when", "n", "ok"], ["Late again", datetime(2026, 9, 7), 3.0, True]]:  # noqa: DTZ001
        sheet.append(row)
    book.create_sheet("more").append(["only names"])
    book.save(tmp_path / "a.xlsx")
    row = {"words": "Late again", "when": date(2026, 9, 7).isoformat(), "n": "3", "ok": "yes"}
    assert list(readers.rows(tmp_path / "a.xlsx")) == [(2, row)]
    assert list(readers.rows(tmp_path / "a.xlsx", "more")) == []
    with pytest.raises(readers.NotASpreadsheet, match=r"called other\. It has: Sheet, more"):
        list(readers.rows(tmp_path / "a.xlsx", "other"))


def test_json_lines_are_read_and_bad_ones_collected(tmp_path: Path) -> None:
    file = written(tmp_path, "a.jsonl", '{"text": "a", "n": 2}\n\nnot json\n[1]\n{"text": null}\n')
    bad: readers.BadRows = []
    assert list(readers.rows(file, bad=bad)) == [(1, {"text": "a", "n": "2"}), (5, {"text": ""})]
    assert [line for line, _ in bad] == [3, 4]


def test_a_bad_row_is_named_with_its_line_and_the_rest_is_read(tmp_path: Path) -> None:
    file = written(tmp_path, "a.csv", "a,b\n1,2\n1,2,3\n4,5\n")
    bad: readers.BadRows = []
    assert [line for line, _ in readers.rows(file, bad=bad)] == [2, 4]
    assert bad == [(3, "It has 3 cells; the first line names 2.")]


def test_a_bad_row_stops_the_reading_when_nobody_collects(tmp_path: Path) -> None:
    file = written(tmp_path, "a.csv", "a,b\n1,2,3\n")
    with pytest.raises(readers.NotASpreadsheet, match="line 2"):
        list(readers.rows(file))


@pytest.mark.parametrize("tail", ['9,"open\n', '9,"open\n10,x\n11,y\n', '9,"open'])
def test_a_quotation_mark_that_never_closes_is_named(tmp_path: Path, tail: str) -> None:
    file = written(tmp_path, "a.csv", "a,b\n1,2\n" + tail)
    bad: readers.BadRows = []
    assert [line for line, _ in readers.rows(file, bad=bad)] == [2]
    ((line, reason),) = bad
    assert line == 3
    assert "never closed" in reason


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.csv", b"", "is empty"),
        ("a.csv", b"\xef\xbb\xbf\r\n \n", "is empty"),
        ("a.csv", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "not text inside"),
        ("a.csv", b"PK\x03\x04 and so on", "looks like an Excel file"),
        ("a.csv", b"\n,,\n", "names of the columns"),
        ("a.csv", b"a,b,a\n1,2,3\n", "called the same: a"),
        ("a.xlsx", b"a,b\n1,2\n", "cannot be opened as an Excel workbook"),
        ("a.xlsx", b"PK\x03\x04 cut off", "cannot be opened as an Excel workbook"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 locked", "has a password"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old", "not a .csv, .xlsx or .jsonl"),
        ("a.pdf", b"%PDF-1.7", "not a .csv, .xlsx or .jsonl"),
        ("a.jsonl", b"a,b\n1,2\n", "not JSON objects"),
        ("a.jsonl", b"\x00\x01\x02", "not text inside"),
    ],
)
def test_a_file_that_is_no_spreadsheet_gets_a_sentence(
    tmp_path: Path, name: str, content: bytes, sentence: str
) -> None:
    file = written(tmp_path, name, content)
    with pytest.raises(readers.NotASpreadsheet, match=sentence) as refused:
        list(readers.rows(file, bad=[]))
    assert str(refused.value).endswith((".", ")."))


def test_a_file_that_is_not_there_or_a_folder_gets_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(readers.NotASpreadsheet, match="There is no file"):
        list(readers.rows(tmp_path / "none.csv"))
    with pytest.raises(readers.NotASpreadsheet, match="cannot be opened"):
        list(readers.rows(tmp_path))


def test_columns_are_guessed_by_their_names() -> None:
    found = readers.guess(
        ["ID", "Free-text comment", "Respondent ID", "Collected_by", "Trust", "On"]
    )
    assert found == {
        "text": "Free-text comment",
        "respondent": "Respondent ID",
        "relayed_by": "Collected_by",
        "agency": "Trust",
        "date": "On",
    }


def test_a_roster_is_guessed_too() -> None:
    found = readers.guess(["Full name", "Work e-mail", "Organisation", "Role"])
    assert found == {
        "name": "Full name",
        "email": "Work e-mail",
        "agency": "Organisation",
        "role": "Role",
    }


def test_columns_tell_the_names_in_their_order(tmp_path: Path) -> None:
    assert readers.columns(written(tmp_path, "a.csv", "b,,a\n1,2,3\n")) == ("b", "column 2", "a")


CELLS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=20)


@given(st.lists(st.tuples(CELLS, CELLS), max_size=20))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_whatever_a_spreadsheet_program_writes_comes_back(
    tmp_path: Path, table: list[tuple[str, str]]
) -> None:
    file = tmp_path / "a.csv"
    with file.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([("left", "right"), *table])
    expected = [(a.strip(), b.strip()) for a, b in table if a.strip() or b.strip()]
    assert [(row["left"], row["right"]) for _, row in readers.rows(file)] == expected


@given(st.binary(max_size=300), st.sampled_from([".csv", ".jsonl", ".xlsx"]))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_no_bytes_at_all_raise_anything_but_a_sentence(
    tmp_path: Path, content: bytes, ending: str
) -> None:
    file = written(tmp_path, "a" + ending, content)
    with suppress(readers.NotASpreadsheet):
        for _line, row in readers.rows(file, bad=[]):
            json.dumps(row)


def test_a_first_line_of_many_thousand_columns_is_refused_at_once(tmp_path: Path) -> None:
    wide = tmp_path / "wide.csv"
    wide.write_text("text" + "," * 200_000 + "date\nThe lamps\n", "utf-8")
    begun = time.process_time()
    with pytest.raises(readers.NotASpreadsheet, match="columns; 2,000 are the most"):
        list(readers.rows(wide))
    assert time.process_time() - begun < 5, "each name was once held against every other"
