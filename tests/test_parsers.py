"""Whatever is read from outside is read, or refused as its reader says it refuses; nothing else comes out."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from bot import asked, config, readers
from bot.openid import fetching, id_token
from bot.openid.id_token import NotBelieved
from bot.plain_text import shown
from bot.slack import asked as slack_asked
from bot.slack import carried as slack_carried
from bot.teams import asked as teams_asked
from bot.teams import carried as teams_carried
from bot.teams.tokens import NotLetIn, kid_of
from digests.codebook import Codebook
from digests.codebook import read as read_codebook
from digests.themes import keeping
from digests.themes.training import train
from handlers.enrolment import EMAIL, plain
from storage import Keyring, key_sources, retention, sealed_files
from storage.sealing import SealingError
from storage.signing import verified

EXAMPLES = 40
CODEBOOK = resources.files("handlers").joinpath("starter", "codebook.toml").read_text("utf-8")
TEXT = some.text(max_size=300)
ODD = some.sampled_from(
    [
        "[[", "[x]\n", "a = [1", '"""', "'''", "\ud800", "\x00", "=" * 50, "é" * 20, "9" * 400, "{" * 300,
        "[" * 300, "a.b.c", "..", "<!DOCTYPE x [<!ENTITY a 'b'>]>", "<![x", "<!", "&#x110000;", "1e999",
        "eyJhbGciOiJub25lIn0.e30.", '{"a":' * 100, "12 jan 99999", "٣ jan", "²",
    ]
)  # fmt: skip
WRITTEN = some.lists(some.one_of(TEXT, ODD), max_size=4).map("".join)
JSON: Any = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats() | some.text(max_size=20),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.text(max_size=8), inner),
    max_leaves=8,
)


def settings_file(text: str, folder: Path) -> None:
    file = folder / "heardback.toml"
    file.write_bytes(text.encode("utf-8", "surrogatepass"))
    assert config.problems(file)


def key_file(text: str, folder: Path) -> None:
    file = folder / "key"
    file.write_bytes(text.encode("utf-8", "surrogatepass"))
    file.chmod(0o600)
    key_sources.from_file(file)


READERS: dict[str, tuple[Callable[[str, Path], object], tuple[type[Exception], ...]]] = {
    "settings": (settings_file, ()),
    "key file": (key_file, (SealingError,)),
    "policy": (lambda text, _: retention.read(text), (retention.PolicyError,)),
    "codebook": (lambda text, _: read_codebook(text), (ValueError,)),
    "a word in a chat": (lambda text, _: asked.command(text, today=date(2026, 9, 7)), ()),
    "a code": (lambda text, _: (asked.code(text), asked.agency(text)), ()),
    "a day": (lambda text, _: asked.day(text, today=date(2026, 2, 28)), ()),
    "a message of Slack": (lambda text, _: slack_asked.without_markup(text), ()),
    "a message of Teams": (lambda text, _: teams_asked.read(text), ()),
    "metadata of Slack": (lambda text, _: slack_carried.unpack(text), ()),
    "a token of Teams": (lambda text, _: kid_of(text), (NotLetIn,)),
    "an id token": (lambda text, _: id_token.Signed.of(text, text), (NotBelieved,)),
    "an address": (lambda text, _: fetching.may_ask(text, "https://a.example"), ()),
    "an e-mail address": (lambda text, _: (EMAIL.fullmatch(text), plain(text)), ()),
    "a signature": (lambda text, _: verified(text, text, text), ()),
    "text to be shown": (lambda text, _: shown(text), ()),
}


@pytest.mark.parametrize("name", READERS)
def test_whatever_is_written_is_read_or_refused_in_words(name: str, tmp_path: Path) -> None:
    read, refused = READERS[name]

    @settings(max_examples=EXAMPLES, deadline=None, database=None)
    @given(WRITTEN)
    def reads(text: str) -> None:
        with suppress(*refused):
            read(text, tmp_path)

    reads()


def _id_token(value: Any) -> None:
    with suppress(NotBelieved):
        id_token.Signed.of(value, value)


VALUES: dict[str, Callable[[Any], object]] = {
    "a dialog of Teams": teams_carried.unpack,
    "a message passed on in Teams": teams_asked.relayed,
    "an id token": _id_token,
    "metadata of Slack": lambda value: slack_carried.unpack(json.dumps(value)),
    "a document of a provider": lambda value: fetching.may_ask(value, "https://a.example"),
}


@pytest.mark.parametrize("name", VALUES)
def test_whatever_shape_it_has_it_is_read_or_refused(name: str) -> None:
    @settings(max_examples=EXAMPLES, deadline=None, database=None)
    @given(JSON)
    def reads(value: Any) -> None:
        VALUES[name](value)

    reads()


def test_a_workbook_that_lies_about_its_size_is_refused(tmp_path: Path) -> None:
    """The list of contents says that a part is small, and the part is not."""
    from tests.bot.test_hostile import packed, text, zeros

    whole = packed(tmp_path / "x.xlsx", {"[Content_Types].xml": text("<x/>"), "xl/a.xml": zeros(2)})
    data = bytearray(whole.read_bytes())
    at = data.rfind(b"PK\x01\x02")
    data[at + 24 : at + 28] = (10).to_bytes(4, "little")
    whole.write_bytes(bytes(data))
    with pytest.raises(readers.NotASpreadsheet):
        list(readers.rows(whole))


PIECE = some.tuples(
    some.binary(max_size=8) | some.sampled_from([b"[", b'{"a":', b"\xff", b","]),
    some.sampled_from([1, 1, 1, 20_000]),
)
EDITS = some.lists(
    some.tuples(some.floats(0, 1), some.integers(0, 40), PIECE), min_size=1, max_size=3
)


def changed(whole: bytes, edits: list[tuple[float, int, tuple[bytes, int]]]) -> bytes:
    """A file that was right, with pieces of it overwritten, cut out or put in."""
    for place, length, (put, times) in edits:
        at = int(place * len(whole))
        whole = whole[:at] + put * times + whole[at + length :]
    return whole


def table(ending: str) -> Callable[[bytes, Path], None]:
    def read(data: bytes, folder: Path) -> None:
        file = folder / f"table{ending}"
        file.write_bytes(data)
        for _ in readers.rows(file, bad=[]):
            pass

    return read


def sealed_file(data: bytes, folder: Path) -> None:
    file = folder / "rows.backup"
    file.write_bytes(data)
    for _ in sealed_files.read(file, Keyring(b"k" * 32)):
        pass


def small() -> Codebook:
    """Two themes of the starter: a coder of them is learned in no time."""
    whole = read_codebook(CODEBOOK)
    return replace(whole, themes=whole.themes[:2])


def whole_files(folder: Path) -> dict[str, bytes]:
    """A file of each kind that is right."""
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(["text", "date"])
    book.active.append(["The lamps are out.", "2026-09-07"])
    book.save(folder / "whole.xlsx")
    sealed_files.write(
        folder / "whole.backup", Keyring(b"k" * 32), {"kind": "rows"}, ["one line", "another"]
    )
    return {
        ".csv": 'text,date\r\n"The lamps, again",2026-09-07\r\n'.encode("utf-8-sig"),
        ".jsonl": b'{"text": "The lamps are out.", "date": "2026-09-07"}\n',
        ".xlsx": (folder / "whole.xlsx").read_bytes(),
        "a backup": (folder / "whole.backup").read_bytes(),
        "a coder": keeping.to_bytes(train(small())),
    }


FILES: dict[str, tuple[Callable[[bytes, Path], object], type[Exception]]] = {
    ".csv": (table(".csv"), readers.NotASpreadsheet),
    ".jsonl": (table(".jsonl"), readers.NotASpreadsheet),
    ".xlsx": (table(".xlsx"), readers.NotASpreadsheet),
    "a backup": (sealed_file, sealed_files.NotReadableError),
    "a coder": (lambda data, _: keeping.from_bytes(data), keeping.CoderError),
}


@pytest.mark.parametrize("examples", [EXAMPLES, pytest.param(2_000, marks=pytest.mark.prove)])
@pytest.mark.parametrize("name", FILES)
def test_a_file_of_which_pieces_were_changed_is_read_or_refused_in_words(
    name: str, examples: int, tmp_path: Path
) -> None:
    read, refused = FILES[name]
    whole = whole_files(tmp_path)[name]
    read(whole, tmp_path)

    @settings(max_examples=examples, deadline=None, database=None)
    @given(EDITS)
    def reads(edits: list[tuple[float, int, tuple[bytes, int]]]) -> None:
        with suppress(refused):
            read(changed(whole, edits), tmp_path)

    reads()
