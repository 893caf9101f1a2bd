"""`heardback read`: one line of JSON for each text, a plain sentence for what cannot be read."""

from __future__ import annotations

import json
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from bot.__main__ import cli

FIELDS = ["id", "clean", "spans", "danger", "themes", "stance", "tone", "language"]
SMALL_BOOK = """
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
cues = ["dog", "barking"]
[[themes]]
id = "warm_rooms"
group = "all"
name = "Warm rooms"
plain = "Somewhere warm to sit."
cues = ["warm"]
"""


def read(*words: object, typed: str | bytes = "") -> Result:
    return CliRunner().invoke(cli, ["read", *(str(word) for word in words)], input=typed)


def lines(result: Result) -> list[Mapping[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_every_part_of_a_reading_has_its_field_and_details_are_replaced() -> None:
    text = "😀 The youth club shuts at eight, so Tyrone Kowalczyk waits at the bus station."
    result = read(typed=json.dumps({"id": "a-1", "text": text}) + "\n")
    assert result.exit_code == 0, result.output
    (row,) = lines(result)
    assert list(row) == FIELDS
    assert row["id"] == "a-1"
    assert "Kowalczyk" not in json.dumps(row)
    (span,) = row["spans"]
    assert text[span["start"] : span["end"]] == "Tyrone Kowalczyk"
    assert span["replacement"] in row["clean"]
    assert row["danger"] == {"level": "none", "cue": ""}
    assert {theme["phrase"] in row["clean"] for theme in row["themes"]} == {True}
    assert row["themes"][0].keys() == {"id", "score", "phrase"}
    assert -1 <= row["tone"]["number"] <= 1
    assert row["tone"]["label"] in {"negative", "neutral", "positive"}
    assert row["language"] == "en"


def test_possible_danger_is_read_on_the_words_as_typed() -> None:
    (row,) = lines(read("--only", "danger", typed='{"text": "he says he will kill her tonight"}'))
    assert row["danger"]["level"] == "immediate"
    assert row["danger"]["cue"]


def test_some_parts_alone_are_read_and_an_unknown_part_is_named() -> None:
    (row,) = lines(read("--only", "tone, stance", typed='{"id": 7, "text": "Lovely."}'))
    assert list(row) == ["id", "stance", "tone"]
    assert row["id"] == 7
    refused = read("--only", "mood")
    assert refused.exit_code == 1
    assert "no part mood" in refused.stderr


def test_a_line_that_is_no_text_is_named_and_the_others_are_read() -> None:
    typed = '{"text": "One."}\n[1]\n\n{"text": 4}\nnot json\n"Two."\n'
    result = read("--only", "stance", typed=typed)
    assert result.exit_code == 1
    assert [row["id"] for row in lines(result)] == [1, 6]
    assert [line.split(" was")[0] for line in result.stderr.splitlines()] == [
        "Line 2",
        "Line 4",
        "Line 5",
    ]
    assert "Traceback" not in result.output


def test_lines_that_are_not_utf_8_and_halves_of_signs_do_no_harm() -> None:
    result = read("--only", "protect", typed=b'{"text": "caf\xe9"}\n{"text": "a \\ud83d b"}\n')
    assert "UTF-8" in result.stderr
    (row,) = lines(result)
    assert row["clean"] == "a ? b"


def test_nothing_in_is_nothing_out() -> None:
    result = read(typed="")
    assert (result.exit_code, result.stdout) == (0, "")


def test_a_spreadsheet_is_read_by_its_column_of_words(tmp_path: Path) -> None:
    file = tmp_path / "old.csv"
    file.write_text("id,Comment\nx,The dog is barking.\n,A warm hall.\n", encoding="utf-8")
    book = tmp_path / "book.toml"
    book.write_text(SMALL_BOOK, encoding="utf-8")
    result = read(file, "--only", "themes", "--codebook", book)
    found = [(row["id"], row["themes"][0]["id"]) for row in lines(result)]
    assert found == [("x", "dogs"), (3, "warm_rooms")]


@pytest.mark.parametrize("name", ["missing.csv", "missing.jsonl", "."])
def test_a_file_that_cannot_be_read_is_refused_in_a_sentence(tmp_path: Path, name: str) -> None:
    result = read(tmp_path / name)
    assert result.exit_code == 1
    assert result.stderr.strip().endswith((".", "?"))
    assert "Traceback" not in result.output


def test_a_codebook_with_a_mistake_is_refused_with_its_line(tmp_path: Path) -> None:
    book = tmp_path / "book.toml"
    book.write_text(SMALL_BOOK.replace('name = "Dogs"', ""), encoding="utf-8")
    result = read("--codebook", book, typed='{"text": "a"}')
    assert result.exit_code == 1
    assert "'dogs' at line 8 has no 'name'" in result.stderr
    assert read("--codebook", tmp_path / "none.toml").exit_code == 1


def test_reading_leaves_no_file_and_opens_no_socket(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("reading opened a socket")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.chdir(tmp_path)
    assert read(typed='{"text": "A dog by the warm hall."}').exit_code == 0
    assert list(tmp_path.iterdir()) == []
