"""The three texts that are a partnership's own, each under the same few questions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol, get_args

from handlers.messages import Field
from handlers.own_texts import prompt_bank, sentences, themes
from handlers.own_texts.entry import Entry, Values
from handlers.place import Place
from storage.own_texts import Document


class Kind(Protocol):
    """What can be asked of each text; `text` is the whole of it, `id` one entry (empty: a new one)."""

    def entries(self, place: Place, text: str) -> tuple[Entry, ...]: ...

    def values(self, place: Place, text: str, id: str) -> Values: ...

    def boxes(self, place: Place, text: str) -> tuple[Field, ...]: ...

    def faults(self, place: Place, text: str, id: str, typed: Values) -> Mapping[str, str]: ...

    def put(
        self, place: Place, text: str, id: str, typed: Values, *, number: int, why: str
    ) -> str: ...

    def retire(
        self, place: Place, text: str, id: str, retired: bool, *, number: int, why: str
    ) -> str: ...

    def take_up(self, place: Place, text: str, old: str, *, number: int, why: str) -> str: ...

    def first_number(self, text: str) -> int: ...


KINDS: Mapping[Document, Kind] = {
    "codebook": themes,
    "prompts": prompt_bank,
    "wording": sentences,
}
ADDED_TO = frozenset({"codebook", "prompts"})  # to the wording no sentence is added
DOCUMENTS: tuple[Document, ...] = get_args(Document)


def document_of(name: str) -> Document | None:
    """The document of this name; None when there is none."""
    return next((one for one in DOCUMENTS if one == name), None)
