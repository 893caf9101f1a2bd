"""`heardback learn`: a coder from people's coding, honest figures, and plain words for bad lines."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.__main__ import cli

BOOK = """
[codebook]
version = 1
[[groups]]
id = "all"
name = "All"
plain = "All of it."
[[themes]]
id = "dogs"
group = "all"
name = "Dogs"
plain = "A dog and its walks."
[[themes]]
id = "warm_rooms"
group = "all"
name = "Warm rooms"
plain = "Somewhere warm to sit."
[[themes]]
id = "boats"
group = "all"
name = "Boats"
plain = "On the water."
"""
ROOMS = ("hall", "kitchen", "porch", "cellar", "attic", "yard", "shed", "stairs", "roof", "den")


@pytest.fixture
def book(tmp_path: Path) -> Path:
    file = tmp_path / "book.toml"
    file.write_text(BOOK, encoding="utf-8")
    return file


def learn(book: Path, rows: list[object]) -> tuple[Result, Path]:
    examples, out = book.with_name("coded.jsonl"), book.with_name("coder")
    lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    examples.write_text("\n".join(lines), encoding="utf-8")
    given = ["learn", "--codebook", book, "--examples", examples, "--out", out]
    return CliRunner().invoke(cli, [str(part) for part in given]), out


def coded() -> list[object]:
    rows: list[object] = [
        {"text": f"A quokka in the {room} again.", "themes": ["dogs"]} for room in ROOMS
    ]
    rows += [
        {"text": f"We heated the {room} for them.", "themes": ["warm_rooms"]} for room in ROOMS
    ]
    return [*rows, {"text": "The ferry was late.", "themes": ["boats"]}]


def test_a_coder_is_made_measured_and_used(book: Path) -> None:
    result, out = learn(book, coded())
    assert result.exit_code == 0, result.output
    assert "micro-F1" in result.stdout
    assert "too few to say" in result.stdout
    assert b"quokka" not in out.read_bytes()
    read = CliRunner().invoke(
        cli, ["read", "--only", "themes", "--coder", str(out)], input='{"text": "One more quokka."}'
    )
    assert json.loads(read.stdout)["themes"][0]["id"] == "dogs"


def test_lines_that_teach_nothing_are_named_and_the_rest_is_learnt(book: Path) -> None:
    bad: list[object] = [
        "not json",
        {"text": "a", "themes": "dogs"},
        {"text": "b", "themes": ["x"]},
    ]
    result, out = learn(book, [*bad, *coded()])
    assert result.exit_code == 1
    assert [line[:6] for line in result.stderr.splitlines()[:3]] == ["Line 1", "Line 2", "Line 3"]
    assert "no theme 'x'" in result.stderr
    assert out.exists()


def test_with_nothing_to_learn_from_nothing_is_written(book: Path) -> None:
    result, out = learn(book, [])
    assert result.exit_code == 1
    assert "nothing to learn from" in result.stderr
    assert not out.exists()


def test_a_file_that_is_no_coder_is_refused_in_a_sentence(book: Path) -> None:
    result = CliRunner().invoke(cli, ["read", "--coder", str(book)], input='{"text": "a"}')
    assert result.exit_code == 1
    assert "not a coder" in result.stderr
