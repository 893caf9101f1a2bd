"""A cipher can be changed for another: what was sealed before opens by its own number, and no number is forged."""

from __future__ import annotations

import secrets
from datetime import date

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305

from storage import Database, contributions, partnerships, suites
from storage.contributions import Kept

KEY, PLACE = b"k" * 32, b"northport/words/1"


def before_numbers(key: bytes, plain: bytes, bound: bytes, first: bytes = b"") -> bytes:
    nonce = first + secrets.token_bytes(12 - len(first))
    return nonce + AESGCM(key).encrypt(nonce, plain, bound)


def chacha(key: bytes, plain: bytes, bound: bytes) -> bytes:
    nonce = secrets.token_bytes(12)
    return nonce + ChaCha20Poly1305(key).encrypt(nonce, plain, bound)


def chacha_opened(key: bytes, sealed: bytes, bound: bytes) -> bytes:
    return ChaCha20Poly1305(key).decrypt(sealed[:12], sealed[12:], bound)


def test_what_is_sealed_carries_its_number_and_no_other_opens_it() -> None:
    sealed = suites.seal(KEY, b"words", PLACE)
    assert sealed[0] == suites.NOW
    assert suites.unseal(KEY, sealed, PLACE) == b"words"
    for wrong in (
        b"\x00" + sealed[1:],
        b"\x02" + sealed[1:],
        sealed[1:],
        sealed[:-1],
        b"",
        b"\x01",
    ):
        with pytest.raises((InvalidTag, ValueError)):
            suites.unseal(KEY, wrong, PLACE)
    with pytest.raises(InvalidTag):
        suites.unseal(KEY, sealed, b"wolds/words/1")


@pytest.mark.parametrize("first", [b"", b"\x01", b"\x01\x01"])
def test_what_was_sealed_before_there_were_numbers_opens_whatever_it_begins_with(
    first: bytes,
) -> None:
    assert suites.unseal(KEY, before_numbers(KEY, b"words", PLACE, first), PLACE) == b"words"


def test_words_of_three_ages_open_beside_each_other_after_the_cipher_was_changed(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = []
    with database.writing() as session:
        partnerships.put(
            session, id="northport", name="Northport", settings={}, codebook="", prompts=""
        )

    def keep(words: str) -> None:
        with database.writing() as session:
            kept.append(
                contributions.keep(
                    session,
                    partnership="northport",
                    words=words,
                    kept=Kept("reflection", "practitioner"),
                    on=date(2026, 9, 7),
                )
            )

    with monkeypatch.context() as then:
        then.setattr(suites, "seal", before_numbers)
        keep("before numbers")
    keep("number one")
    other = suites.Suite(chacha, chacha_opened)
    monkeypatch.setattr(suites, "SUITES", {**suites.SUITES, 2: other})
    monkeypatch.setattr(suites, "NOW", 2)
    keep("number two")
    with database.reading() as session:
        rows = [contributions.get(session, "northport", id) for id in kept]
        firsts = [row.sealed_words[0] for row in rows if row]
        assert firsts[1:] == [1, 2]
        said = [contributions.words(session, row) for row in rows if row]
    assert said == ["before numbers", "number one", "number two"]
