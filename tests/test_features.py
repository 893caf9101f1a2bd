"""docs/features.md, the scenarios' table and the evidence say only what a test shows."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[1]
ROWS = 120
ID = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
PAGES = (
    "docs/features.md",
    "tests/dialogues/README.md",
    "docs/assurance/asvs.md",
    "docs/assurance/threats.md",
)


def rows(page: str) -> list[list[str]]:
    """The cells of each row of the table, without its head."""
    text = (PROJECT / page).read_text("utf-8")
    lines = [line for line in text.splitlines() if re.match(r"\| \d", line)]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]


@cache
def functions(file: str) -> frozenset[str]:
    """The names of what a file defines; of one that is not there, none."""
    path = PROJECT / file
    tree = ast.parse(path.read_text("utf-8")) if path.is_file() else ast.Module([], [])
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, kinds))


def missing(text: str) -> list[str]:
    """Test ids named in this text that are no test in this project."""
    return [f"{file}::{name}" for file, name in ID.findall(text) if name not in functions(file)]


@pytest.mark.parametrize("page", PAGES)
def test_every_test_that_is_named_exists(page: str) -> None:
    text = (PROJECT / page).read_text("utf-8")
    assert ID.findall(text)
    assert missing(text) == []


def test_a_test_that_was_renamed_is_missed() -> None:
    planted = "`tests/test_features.py::no_such_test` `tests/nowhere.py::test_x`"
    assert missing(planted) == ["tests/test_features.py::no_such_test", "tests/nowhere.py::test_x"]
    assert missing("`tests/test_features.py::test_a_test_that_was_renamed_is_missed`") == []


def test_every_row_is_there_once_with_its_number() -> None:
    assert [int(row[0]) for row in rows("docs/features.md")] == list(range(1, ROWS + 1))


def test_a_row_without_a_test_is_not_done_and_a_face_says_one_of_four_things() -> None:
    for row in rows("docs/features.md"):
        number, _, where, shown, *faces = row
        assert len(faces) == 3, number
        for face in faces:
            assert re.fullmatch(r"done|part|part: .+|not yet|–", face), (number, face)
        if "done" in faces:
            assert ID.fullmatch(shown), number
            assert where != "–", number


def test_what_a_row_names_as_its_place_is_there() -> None:
    for row in rows("docs/features.md"):
        for place in re.findall(r"`([\w./]+)`", row[2]):
            assert (PROJECT / place).exists(), (row[0], place)
